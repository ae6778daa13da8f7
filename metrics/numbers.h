// Numbers as the exposition formats write them.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>

#include "metrics/row.h"

namespace maillog {

[[nodiscard]] inline double InBaseUnit(double value, Unit unit) {
  return unit == Unit::kMicros ? value / 1e6 : value;
}

inline void AppendNumber(std::string& text, std::uint64_t number) {
  std::array<char, 24> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  text.append(digits.data(), end);
}

/// The shortest digits that read back as the same number; whole numbers without an exponent.
inline void AppendNumber(std::string& text, double number) {
  constexpr double kWholeUpTo = 9007199254740992;  // 2^53: every whole number is one of its own
  if (std::isnan(number)) {
    text += "NaN";
    return;
  }
  if (std::isinf(number)) {
    text += number > 0 ? "+Inf" : "-Inf";
    return;
  }
  std::array<char, 32> digits;
  char* const end = digits.data() + digits.size();
  const bool whole = std::trunc(number) == number && std::abs(number) <= kWholeUpTo;
  const auto written = whole ? std::to_chars(digits.data(), end, static_cast<std::int64_t>(number))
                             : std::to_chars(digits.data(), end, number);
  text.append(digits.data(), written.ptr);
}

/// For labels whose values are numbers, the canonical form of OpenMetrics 1.0.0 ("Canonical
/// Numbers"): the shortest digits, always with a point or an exponent, and with an exponent where
/// it is below -4 or above 5. Prometheus 2 keeps such a label as it is written, and every other
/// format has this form: with another one here each histogram would split when the format changes.
inline void AppendCanonical(std::string& text, double number) {
  constexpr double kLeastPlain = 1e-4;
  constexpr double kFirstWithExponent = 1e6;
  if (!std::isfinite(number)) return AppendNumber(text, number);
  const double size = std::abs(number);
  const bool plain = size == 0 || (size >= kLeastPlain && size < kFirstWithExponent);
  const auto form = plain ? std::chars_format::fixed : std::chars_format::scientific;
  std::array<char, 32> digits;
  char* const end = std::to_chars(digits.data(), digits.data() + digits.size(), number, form).ptr;
  text.append(digits.data(), end);
  if (plain && std::find(digits.data(), end, '.') == end) text += ".0";
}

}  // namespace maillog
