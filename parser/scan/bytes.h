// What a byte is, and the first eight of a text as a number. ASCII only, no locale.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

#include "parser/find.h"

namespace maillog {

[[nodiscard]] constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }
[[nodiscard]] constexpr bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
[[nodiscard]] constexpr bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
[[nodiscard]] constexpr bool IsAlpha(char c) { return IsUpper(c) || IsLower(c); }
[[nodiscard]] constexpr bool IsAlnum(char c) { return IsAlpha(c) || IsDigit(c); }
/// ASCII only: bytes of multi-byte characters are left alone.
[[nodiscard]] constexpr char Lower(char c) { return IsUpper(c) ? static_cast<char>(c + 32) : c; }

/// Whether two texts are equal except for the case of ASCII letters.
[[nodiscard]] constexpr bool EqualFold(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [](char x, char y) { return Lower(x) == Lower(y); });
}

/// Any case.
[[nodiscard]] constexpr bool IsHexDigit(char c) {
  return IsDigit(c) || (Lower(c) >= 'a' && Lower(c) <= 'f');
}
/// By value, for whoever writes bytes as they are.
inline constexpr std::string_view kHexDigits = "0123456789abcdef";

/// Whether the text begins with `word` (lower case), ignoring the case of ASCII letters.
[[nodiscard]] constexpr bool StartsWithFold(std::string_view text, std::string_view word) {
  if (text.size() < word.size()) return false;
  std::size_t n = 0;
  for (; !std::is_constant_evaluated() && word.size() - n >= 8; n += 8) {
    if (internal::LowerEight(internal::Load<std::uint64_t>(text.data() + n)) !=
        internal::Load<std::uint64_t>(word.data() + n))
      return false;
  }
  while (n < word.size() && word[n] == Lower(text[n])) ++n;
  return n == word.size();
}

namespace internal {

/// FirstEight of fewer than eight bytes, by loads that overlap.
[[nodiscard]] inline std::uint64_t FirstOfFewerThanEight(std::string_view text) {
  const std::size_t size = text.size();
  const auto at = [text](std::size_t place) {
    return std::uint64_t{static_cast<unsigned char>(text[place])} << (8 * place);
  };
  // The first, the middle and the last byte are all there are.
  if (size < 4) return size == 0 ? 0 : at(0) | at(size / 2) | at(size - 1);
  const std::uint64_t last{Load<std::uint32_t>(text.data() + size - 4)};
  return Load<std::uint32_t>(text.data()) | last << (8 * (size - 4));
}

}  // namespace internal

/// The first eight bytes as one number, the first one lowest; fewer are filled up with zero.
[[nodiscard]] constexpr std::uint64_t FirstEight(std::string_view text) {
  constexpr bool kIsLittle = std::endian::native == std::endian::little;
  if (!std::is_constant_evaluated() && kIsLittle) {
    return text.size() < 8 ? internal::FirstOfFewerThanEight(text)
                           : internal::Load<std::uint64_t>(text.data());
  }
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < std::min<std::size_t>(text.size(), 8); ++i)
    value |= std::uint64_t{static_cast<unsigned char>(text[i])} << (8 * i);
  return value;
}

/// The first eight bytes as one number, with bit 5 of each set, so that letters of either case are
/// the same; fewer bytes are filled up with zero. A filter only: other bytes become the same too.
[[nodiscard]] constexpr std::uint64_t FirstEightFolded(std::string_view text) {
  return FirstEight(text) | 0x2020202020202020U;
}

/// Whether a host name is `domain` (lower case) or ends in it after a dot, in any case.
[[nodiscard]] constexpr bool IsInDomain(std::string_view host, std::string_view domain) {
  if (host.size() < domain.size()) return false;
  const std::size_t rest = host.size() - domain.size();
  return (rest == 0 || host[rest - 1] == '.') && StartsWithFold(host.substr(rest), domain);
}

}  // namespace maillog
