// Stamps as numbers that can be subtracted.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "parser/timestamp.h"

namespace maillog {

/// Seconds in the numbering of one log: UTC where stamps have a zone, else the log's local time.
/// Stamps without a year are numbered on: what matters is how far two are apart.
using LogSeconds = std::int64_t;

inline constexpr LogSeconds kNoLogTime = std::numeric_limits<LogSeconds>::min();

/// Fractions are left out. A missing year is that in which the stamp is nearest to `near`; any, if
/// that is kNoLogTime.
[[nodiscard]] LogSeconds SecondsOf(const CivilStamp& stamp, LogSeconds near);

/// Reads stamps with their fractions; most are of the same minute as the one before.
class LogMicrosClock {
 public:
  /// Microseconds in the same numbering; nothing for a stamp that cannot be read.
  [[nodiscard]] std::optional<Micros> MicrosOf(std::string_view stamp, LogSeconds near);

 private:
  static constexpr std::size_t kMaxBytes = 32;
  std::array<char, kMaxBytes> front_{};  ///< what the last stamp had before its seconds
  std::size_t front_size_ = 0;
  std::array<char, kMaxBytes> zone_{};  ///< and after them
  std::size_t zone_size_ = 0;
  Micros minute_ = 0;
};

}  // namespace maillog
