// Time by the stamps of the lines, so that a log that is read again gives the same.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace maillog {

/// Reads stamps to the minute; most lines are of the same one as the line before.
class LogClock {
 public:
  /// Minutes that grow with time within a year, whatever the zone; 0 if the stamp cannot be read.
  [[nodiscard]] std::int64_t MinuteOf(std::string_view stamp);

 private:
  static constexpr std::size_t kLongest = 32;
  std::array<char, kLongest> text_{};
  std::size_t size_ = 0;
  std::int64_t minute_ = 0;
};

}  // namespace maillog
