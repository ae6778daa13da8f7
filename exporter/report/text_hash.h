// Hashes of names and of what tells mails apart.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "parser/find.h"
#include "parser/fold_hash.h"

namespace maillog {

/// The same in every run, and never 0, which is a free place in tables. Most names have at
/// most 32 bytes: sixteen at a time, so that few sizes differ in the way they are read.
[[nodiscard]] inline std::uint64_t HashOfText(std::string_view text) {
  using internal::Load;
  constexpr std::uint64_t kOdd = 0xD6E8FEB86659FD93;
  const char* at = text.data();
  const std::size_t size = text.size();
  const char* const end = at + size;
  std::uint64_t hash = size * kGoldenRatio + 1;
  for (; end - at > 16; at += 16)
    hash = FoldHash(Load<std::uint64_t>(at) ^ kOdd, Load<std::uint64_t>(at + 8) ^ hash);
  std::uint64_t front = 0;
  std::uint64_t back = 0;
  if (size >= 16) {  // some bytes again
    front = Load<std::uint64_t>(end - 16);
    back = Load<std::uint64_t>(end - 8);
  } else if (size >= 8) {
    front = Load<std::uint64_t>(at);
    back = Load<std::uint64_t>(end - 8);
  } else if (size >= 4) {
    front = Load<std::uint32_t>(at);
    back = Load<std::uint32_t>(end - 4);
  } else if (size > 0) {
    front = std::uint64_t{static_cast<unsigned char>(at[0])} |
            std::uint64_t{static_cast<unsigned char>(at[size / 2])} << 8U;
    back = static_cast<unsigned char>(at[size - 1]);
  }
  return FoldHash(front ^ kOdd, back ^ hash) | 1U;
}

}  // namespace maillog
