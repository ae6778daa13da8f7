// Numbers as bytes, the lowest first: the form in which parts of a state are saved.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>

namespace maillog {

template <class Integer>
void Put(Integer number, std::string& bytes) {
  auto left = static_cast<std::make_unsigned_t<Integer>>(number);
  for (std::size_t i = 0; i < sizeof left; ++i) {
    bytes += static_cast<char>(left & 0xff);
    if constexpr (sizeof left > 1) left >>= 8;
  }
}

/// False if there are too few bytes.
template <class Integer>
[[nodiscard]] bool Take(std::string_view& bytes, Integer& number) {
  using Unsigned = std::make_unsigned_t<Integer>;
  if (bytes.size() < sizeof number) return false;
  Unsigned whole = 0;
  for (std::size_t i = 0; i < sizeof number; ++i) {
    const auto byte = static_cast<Unsigned>(static_cast<unsigned char>(bytes[i]));
    whole = static_cast<Unsigned>(whole | static_cast<Unsigned>(byte << (8 * i)));
  }
  number = static_cast<Integer>(whole);
  bytes.remove_prefix(sizeof number);
  return true;
}

}  // namespace maillog
