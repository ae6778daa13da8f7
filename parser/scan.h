// The only place in the parser with index arithmetic. Every rule is composed of these few verbs;
// they never read outside the text, never allocate, never throw, and treat bytes as bytes (no
// locale, no decoding).
//
//   Eat   answers whether the text was there, and moves past it if it was
//   Take  returns what it cut off the front
//   Skip  moves on
//
// All views returned point into the text that was given, and live as long as it does.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <string_view>

namespace maillog {

/// Microseconds. Sums of times are kept in these, so that they are exact in any order.
using Micros = std::int64_t;

[[nodiscard]] constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }
[[nodiscard]] constexpr bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
[[nodiscard]] constexpr bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
[[nodiscard]] constexpr bool IsAlpha(char c) { return IsUpper(c) || IsLower(c); }
[[nodiscard]] constexpr bool IsAlnum(char c) { return IsAlpha(c) || IsDigit(c); }
/// ASCII only: bytes of multi-byte characters are left alone.
[[nodiscard]] constexpr char Lower(char c) { return IsUpper(c) ? static_cast<char>(c + 32) : c; }

/// Whether two texts are equal but for the case of ASCII letters.
[[nodiscard]] constexpr bool EqualFold(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [](char x, char y) { return Lower(x) == Lower(y); });
}

/// Moves past `word` if the text begins with it.
[[nodiscard]] constexpr bool Eat(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word)) return false;
  text.remove_prefix(word.size());
  return true;
}
[[nodiscard]] constexpr bool Eat(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

/// Cuts `word` off the end if it is there.
[[nodiscard]] constexpr bool EatBack(std::string_view& text, std::string_view word) {
  if (!text.ends_with(word)) return false;
  text.remove_suffix(word.size());
  return true;
}

/// Moves past the first `word`. If there is none, answers false and leaves the text as it was.
[[nodiscard]] constexpr bool SkipPast(std::string_view& text, std::string_view word) {
  const std::size_t at = text.find(word);
  if (at == std::string_view::npos) return false;
  text.remove_prefix(at + word.size());
  return true;
}
[[nodiscard]] constexpr bool SkipPast(std::string_view& text, char c) {
  const std::size_t at = text.find(c);
  if (at == std::string_view::npos) return false;
  text.remove_prefix(at + 1);
  return true;
}

constexpr void SkipSpaces(std::string_view& text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
}

/// What stands before the first `c` (or everything, if there is none); the text goes on at `c`
/// itself.
[[nodiscard]] constexpr std::string_view TakeUntil(std::string_view& text, char c) {
  const std::string_view taken = text.substr(0, text.find(c));
  text.remove_prefix(taken.size());
  return taken;
}
[[nodiscard]] constexpr std::string_view TakeUntil(std::string_view& text, std::string_view word) {
  const std::string_view taken = text.substr(0, text.find(word));
  text.remove_prefix(taken.size());
  return taken;
}

/// What stands before the first of `word`, and moves past it. Nothing if there is none: the text is
/// left as it was.
[[nodiscard]] constexpr std::optional<std::string_view> TakePast(std::string_view& text,
                                                                 std::string_view word) {
  const std::size_t at = text.find(word);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view taken = text.substr(0, at);
  text.remove_prefix(at + word.size());
  return taken;
}

/// The longest front in which `is` holds for each byte.
template <class Is>
[[nodiscard]] constexpr std::string_view TakeWhile(std::string_view& text, Is is) {
  std::size_t n = 0;
  while (n < text.size() && is(text[n])) ++n;
  const std::string_view taken = text.substr(0, n);
  text.remove_prefix(n);
  return taken;
}

/// A decimal number of at least one digit. Nothing if there is none, or if it does not fit 64 bits:
/// then the text is left as it was.
[[nodiscard]] constexpr std::optional<std::uint64_t> TakeUint(std::string_view& text) {
  constexpr std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t value = 0;
  std::size_t n = 0;
  for (; n < text.size() && IsDigit(text[n]); ++n) {
    const auto digit = static_cast<std::uint64_t>(text[n] - '0');
    if (value > (kMax - digit) / 10) return std::nullopt;
    value = value * 10 + digit;
  }
  if (n == 0) return std::nullopt;
  text.remove_prefix(n);
  return value;
}

/// A time in seconds with an optional fraction (`0.58`, `3`, `.5`), in microseconds; digits beyond
/// the sixth are dropped. Nothing if there is no digit, or if it is longer than some 31,000 years.
[[nodiscard]] constexpr std::optional<Micros> TakeSeconds(std::string_view& text) {
  constexpr std::uint64_t kLongest = 1'000'000'000'000;
  std::string_view rest = text;
  const std::optional<std::uint64_t> whole = TakeUint(rest);
  if (whole.value_or(0) > kLongest) return std::nullopt;
  if (!whole && !rest.empty() && IsDigit(rest.front()))
    return std::nullopt;  // does not fit 64 bits
  Micros value = static_cast<Micros>(whole.value_or(0)) * 1'000'000;
  std::size_t decimals = 0;
  if (rest.size() > 1 && rest[0] == '.' && IsDigit(rest[1])) {
    rest.remove_prefix(1);
    Micros unit = 100'000;
    for (; decimals < rest.size() && IsDigit(rest[decimals]); ++decimals, unit /= 10) {
      value += (rest[decimals] - '0') * unit;
    }
    rest.remove_prefix(decimals);
  }
  if (!whole && decimals == 0) return std::nullopt;
  text = rest;
  return value;
}

/// Reads all of `text` as a number.
[[nodiscard]] constexpr std::optional<std::uint64_t> ParseUint(std::string_view text) {
  const std::optional<std::uint64_t> value = TakeUint(text);
  return text.empty() ? value : std::nullopt;
}

}  // namespace maillog
