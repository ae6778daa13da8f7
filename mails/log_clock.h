// Time by the stamps of the lines, so that a log that is read again gives the same.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "parser/timestamp.h"

namespace maillog {

/// The minute of a stamp as one number: year (0: none), month, day, hour and minute, and the zone.
/// 0: the stamp could not be read.
using LogMinute = std::int64_t;

[[nodiscard]] LogMinute PackMinute(const CivilStamp& stamp);
/// What was packed, which is not 0.
[[nodiscard]] CivilStamp UnpackMinute(LogMinute minute);
/// How far two that are not 0 are apart, in minutes if both are of one month; else at least as
/// many.
[[nodiscard]] std::int64_t MinutesBetween(LogMinute a, LogMinute b);

/// Reads stamps to the minute; most lines are of the same one as the line before.
class LogClock {
 public:
  /// A line whose stamp cannot be read is of the minute of the line before; 0 if there was none.
  [[nodiscard]] LogMinute MinuteOf(std::string_view stamp);

 private:
  static constexpr std::size_t kMaxBytes = 32;
  std::array<char, kMaxBytes> text_{};
  std::size_t size_ = 0;
  LogMinute minute_ = 0;
};

}  // namespace maillog
