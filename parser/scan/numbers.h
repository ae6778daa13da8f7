// The verbs for numbers (scan.h).
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <type_traits>

#include "parser/find.h"
#include "parser/scan/bytes.h"
#include "parser/scan/text.h"

namespace maillog {

/// Microseconds. Sums of times are kept in these, so that they are exact in any order.
using Micros = std::int64_t;

/// Eight bytes as one number, the first one lowest. Nothing if there are fewer: the text is left as
/// it was.
[[nodiscard]] constexpr std::optional<std::uint64_t> TakeLittleEndian64(std::string_view& text) {
  if (text.size() < 8) return std::nullopt;
  return FirstEight(TakeBytes(text, 8));
}

/// Four hexadecimal digits, of either case. Nothing if there are none: the text is left as it was.
[[nodiscard]] constexpr std::optional<std::uint32_t> TakeHex4(std::string_view& text) {
  std::uint32_t value = 0;
  if (text.size() < 4) return std::nullopt;
  for (const char c : text.substr(0, 4)) {
    const char low = Lower(c);
    if (!IsDigit(c) && (low < 'a' || low > 'f')) return std::nullopt;
    value = value * 16 + static_cast<std::uint32_t>(IsDigit(c) ? c - '0' : low - 'a' + 10);
  }
  text = AfterBytes(text, 4);
  return value;
}

namespace internal {

/// Whether the digits of a number can be taken eight bytes at a time.
inline constexpr bool kDigitsByEight = std::endian::native == std::endian::little;

}  // namespace internal

/// A decimal number of at least one digit. False, and the text left as it was, if there is none, or
/// if it does not fit 64 bits.
[[nodiscard]] constexpr bool TakeUint(std::string_view& text, std::uint64_t& number) {
  constexpr std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max();
  constexpr std::size_t kAlwaysFit = std::numeric_limits<std::uint64_t>::digits10;
  if (internal::kDigitsByEight && !std::is_constant_evaluated() && text.size() >= 8) {
    const auto front = internal::Load<std::uint64_t>(text.data());
    const std::size_t digits = internal::LeadingDigits(front);
    if (digits == 0) return false;
    if (digits < 8) {
      text = AfterBytes(text, digits);
      number = internal::DecimalOf(front, digits);
      return true;
    }
  }
  std::uint64_t value = 0;
  std::size_t n = 0;
  for (; n < text.size() && IsDigit(text[n]); ++n) {
    const auto digit = static_cast<std::uint64_t>(text[n] - '0');
    if (n >= kAlwaysFit && value > (kMax - digit) / 10) return false;
    value = value * 10 + digit;
  }
  if (n == 0) return false;
  text = AfterBytes(text, n);
  number = value;
  return true;
}
/// The same, for what is not the hot path: a std::optional goes through memory.
[[nodiscard]] constexpr std::optional<std::uint64_t> TakeUint(std::string_view& text) {
  std::uint64_t number = 0;
  return TakeUint(text, number) ? std::optional(number) : std::nullopt;
}

/// Moves past decimal digits; false if there is none.
[[nodiscard]] inline bool EatDigits(std::string_view& text) {
  const bool by_eight = internal::kDigitsByEight && text.size() >= 8;
  std::size_t n =
      by_eight ? internal::LeadingDigits(internal::Load<std::uint64_t>(text.data())) : 0;
  // Eight at once, if there are as many; else the rest one by one.
  if (n == 8 || !by_eight) {
    while (n < text.size() && IsDigit(text[n])) ++n;
  }
  text = AfterBytes(text, n);
  return n > 0;
}

/// A number of one digit, as most are. False, and the text left as it was, for any other.
[[nodiscard]] constexpr bool TakeDigit(std::string_view& text, std::uint32_t& digit) {
  if (text.empty() || !IsDigit(text.front()) || (text.size() > 1 && IsDigit(text[1]))) return false;
  digit = static_cast<std::uint32_t>(text.front() - '0');
  text = AfterBytes(text, 1);
  return true;
}

/// A time in seconds with an optional fraction (`0.58`, `3`, `.5`), in microseconds; digits beyond
/// the sixth are dropped. False, and the text left as it was, if there is no digit, or if it is
/// longer than some 31,000 years or 18 digits.
[[nodiscard]] constexpr bool TakeSeconds(std::string_view& text, Micros& seconds) {
  constexpr Micros kMaxMicros = 1'000'000'000'000;
  constexpr std::size_t kMaxDigits = 18;
  constexpr std::array<Micros, 7> kUnits{1'000'000, 100'000, 10'000, 1'000, 100, 10, 1};
  if (internal::kDigitsByEight && !std::is_constant_evaluated() && text.size() >= 16) {
    const auto front = internal::Load<std::uint64_t>(text.data());
    const std::size_t digits = internal::LeadingDigits(front);
    if (digits < 8) {
      const auto back = internal::Load<std::uint64_t>(text.data() + digits + 1);
      const std::size_t decimals = text[digits] == '.' ? internal::LeadingDigits(back) : 0;
      if (digits + decimals == 0) return false;
      if (decimals <= 6) {
        text = AfterBytes(text, digits + decimals + (decimals == 0 ? 0 : 1));
        seconds = static_cast<Micros>(internal::DecimalOf(front, digits)) * 1'000'000 +
                  static_cast<Micros>(internal::DecimalOf(back, decimals)) * kUnits[decimals];
        return true;
      }
    }
  }
  std::size_t n = 0;
  Micros whole = 0;
  for (; n < text.size() && IsDigit(text[n]); ++n) {
    if (n == kMaxDigits) return false;
    whole = whole * 10 + (text[n] - '0');
  }
  if (whole > kMaxMicros) return false;
  Micros fraction = 0;
  if (n + 1 < text.size() && text[n] == '.' && IsDigit(text[n + 1])) {
    std::size_t decimals = 0;
    for (++n; n < text.size() && IsDigit(text[n]); ++n) {
      if (decimals == 6) continue;
      fraction = fraction * 10 + (text[n] - '0');
      ++decimals;
    }
    fraction *= kUnits[decimals];
  }
  if (n == 0) return false;
  text = AfterBytes(text, n);
  seconds = whole * 1'000'000 + fraction;
  return true;
}

/// Reads all of `text` as a number.
[[nodiscard]] constexpr bool ParseUint(std::string_view text, std::uint64_t& number) {
  return TakeUint(text, number) && text.empty();
}
[[nodiscard]] constexpr std::optional<std::uint64_t> ParseUint(std::string_view text) {
  const std::optional<std::uint64_t> value = TakeUint(text);
  return text.empty() ? value : std::nullopt;
}

}  // namespace maillog
