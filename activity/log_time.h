// Stamps as numbers that can be subtracted.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "parser/find.h"
#include "parser/timestamp.h"

namespace maillog {

/// Seconds in the numbering of one log: UTC where stamps have a zone, else the log's local time.
/// Stamps without a year are numbered on: what matters is how far two are apart.
using LogSeconds = std::int64_t;

inline constexpr LogSeconds kNoLogTime = std::numeric_limits<LogSeconds>::min();

/// Fractions are left out. A missing year is that in which the stamp is nearest to `near`; any, if
/// that is kNoLogTime.
[[nodiscard]] LogSeconds SecondsOf(const CivilStamp& stamp, LogSeconds near);

/// Reads stamps with their fractions; most are of the same minute as the one before, and those
/// without fractions of the same second.
class LogMicrosClock {
 public:
  /// Microseconds in the same numbering; nothing for a stamp that cannot be read.
  [[nodiscard]] std::optional<Micros> MicrosOf(std::string_view stamp, LogSeconds near) {
    if (last_size_ > 0 && SameText({last_.data(), last_size_}, stamp)) return last_micros_;
    const std::optional<Micros> micros = Read(stamp, near);
    last_size_ = micros && stamp.size() <= kMaxBytes ? stamp.copy(last_.data(), kMaxBytes) : 0;
    last_micros_ = micros.value_or(0);
    return micros;
  }

 private:
  static constexpr std::size_t kMaxBytes = 32;

  [[nodiscard, gnu::noinline]] std::optional<Micros> Read(std::string_view stamp, LogSeconds near);

  std::array<char, kMaxBytes> last_{};  ///< the last stamp that could be read
  std::size_t last_size_ = 0;
  Micros last_micros_ = 0;
  std::array<char, kMaxBytes> front_{};  ///< what one before it had before its seconds
  std::size_t front_size_ = 0;
  std::array<char, kMaxBytes> zone_{};  ///< and after them
  std::size_t zone_size_ = 0;
  Micros minute_ = 0;
};

}  // namespace maillog
