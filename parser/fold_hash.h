// What hashes of texts are made of.
#pragma once

#include <cstdint>

namespace maillog {

/// Both halves of the product, one upon the other: each bit of the result depends on all of both.
[[nodiscard]] inline std::uint64_t FoldHash(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

}  // namespace maillog
