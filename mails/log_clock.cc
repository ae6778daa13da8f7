#include "mails/log_clock.h"

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "parser/find.h"
#include "parser/timestamp.h"

namespace maillog {
namespace {

/// `Nov 21 10:00` of `Nov 21 10:00:17`, `2026-11-21T18:02` of `2026-11-21T18:02:08.123456+09:00`;
/// other stamps are left as they are.
std::string_view UpToMinute(std::string_view stamp) {
  constexpr std::size_t kIso = 16;
  if (stamp.size() > kIso && stamp[10] == 'T' && stamp[kIso] == ':') return FirstBytes(stamp, kIso);
  const bool has_seconds = stamp.size() > 3 && stamp[stamp.size() - 3] == ':';
  return has_seconds ? FirstBytes(stamp, stamp.size() - 3) : stamp;
}

LogMinute Read(std::string_view stamp) {
  const std::optional<CivilStamp> civil = ParseStamp(stamp);
  return civil ? PackMinute(*civil) : 0;
}

// In the lowest bits: 0 without a zone, else its offset in minutes and this.
constexpr std::int64_t kZones = 4096;
constexpr std::int64_t kUtc = 2048;

}  // namespace

LogMinute PackMinute(const CivilStamp& stamp) {
  const std::int64_t day =
      (std::int64_t{stamp.year.value_or(0)} * 13 + stamp.month) * 32 + stamp.day;
  const std::int64_t minute = (day * 24 + stamp.hour) * 60 + stamp.minute;
  const std::int64_t zone = stamp.zone_offset ? kUtc + *stamp.zone_offset / 60 : 0;
  return minute * kZones + std::clamp<std::int64_t>(zone, 0, kZones - 1);
}

CivilStamp UnpackMinute(LogMinute minute) {
  CivilStamp stamp;
  const std::int64_t zone = minute % kZones;
  std::int64_t rest = minute / kZones;
  const auto take = [&rest](std::int64_t radix) {
    const auto digit = static_cast<int>(rest % radix);
    rest /= radix;
    return digit;
  };
  stamp.minute = take(60);
  stamp.hour = take(24);
  stamp.day = take(32);
  stamp.month = take(13);
  if (rest > 0) stamp.year = static_cast<int>(rest);
  if (zone != 0) stamp.zone_offset = static_cast<int>(zone - kUtc) * 60;
  return stamp;
}

std::int64_t MinutesBetween(LogMinute a, LogMinute b) { return std::abs(a / kZones - b / kZones); }

LogMinute LogClock::MinuteOf(std::string_view stamp) {
  const std::string_view text = UpToMinute(stamp);
  if (size_ > 0 && SameText({text_.data(), size_}, text)) return minute_;
  if (const LogMinute minute = Read(stamp); minute != 0) minute_ = minute;
  size_ = text.size() > kMaxBytes ? 0 : text.copy(text_.data(), kMaxBytes);
  return minute_;
}

}  // namespace maillog
