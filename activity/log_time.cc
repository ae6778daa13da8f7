#include "activity/log_time.h"

#include <chrono>
#include <cstdlib>

#include "parser/find.h"
#include "parser/scan.h"

namespace maillog {
namespace {

/// A leap year, since it may be 29 February.
constexpr int kAnyYear = 2024;

LogSeconds InYear(const CivilStamp& stamp, int year) {
  using std::chrono::days;
  // From the first of the month: a 29 February of another year is 1 March.
  const std::chrono::sys_days first = std::chrono::year(year) /
                                      std::chrono::month(static_cast<unsigned>(stamp.month)) /
                                      std::chrono::day(1);
  const std::int64_t day = first.time_since_epoch().count() + stamp.day - 1;
  const std::int64_t local =
      ((day * 24 + stamp.hour) * 60 + stamp.minute) * 60 + std::int64_t{stamp.second};
  return local - stamp.zone_offset.value_or(0);
}

int YearOf(LogSeconds time) {
  const std::chrono::sys_seconds at{std::chrono::seconds(time)};
  return static_cast<int>(
      std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(at)).year());
}

constexpr Micros kSecond = 1'000'000;

/// A stamp taken apart at its seconds.
struct Parts {
  std::string_view front;  ///< `Nov 21 10:00:`, `2026-11-21T10:00:`; empty: it has another form
  std::string_view zone;   ///< `+09:00`
  Micros in_minute = 0;
};

Parts PartsOf(std::string_view stamp) {
  constexpr std::size_t kIso = 17;
  const bool is_iso = stamp.size() > kIso && stamp[10] == 'T' && stamp[kIso - 1] == ':';
  const bool is_short = !is_iso && stamp.size() > 3 && stamp[stamp.size() - 3] == ':';
  if (!is_iso && !is_short) return {};
  Parts parts;
  std::string_view rest = stamp.substr(is_iso ? kIso : stamp.size() - 2);
  parts.front = TakenFrom(stamp, rest);
  const auto digit = [&rest](Micros unit) {
    const Micros value = (rest.front() - '0') * unit;
    rest.remove_prefix(1);
    return value;
  };
  if (rest.size() < 2 || !IsDigit(rest[0]) || !IsDigit(rest[1])) return {};
  parts.in_minute = digit(10 * kSecond);
  parts.in_minute += digit(kSecond);
  if (Eat(rest, '.')) {
    for (Micros unit = kSecond / 10; !rest.empty() && IsDigit(rest.front()); unit /= 10)
      parts.in_minute += digit(unit);
  }
  parts.zone = rest;
  return parts;
}

}  // namespace

LogSeconds SecondsOf(const CivilStamp& stamp, LogSeconds near) {
  if (stamp.year) return InYear(stamp, *stamp.year);
  if (near == kNoLogTime) return InYear(stamp, kAnyYear);
  const int year = YearOf(near);
  LogSeconds nearest = InYear(stamp, year);
  for (const int other : {year - 1, year + 1}) {
    const LogSeconds time = InYear(stamp, other);
    if (std::abs(time - near) < std::abs(nearest - near)) nearest = time;
  }
  return nearest;
}

std::optional<Micros> LogMicrosClock::Read(std::string_view stamp, LogSeconds near) {
  const Parts parts = PartsOf(stamp);
  const bool is_same = front_size_ > 0 && SameText({front_.data(), front_size_}, parts.front) &&
                       SameText({zone_.data(), zone_size_}, parts.zone);
  if (is_same && parts.in_minute < 60 * kSecond) return minute_ + parts.in_minute;
  const std::optional<CivilStamp> civil = ParseStamp(stamp);
  if (!civil) return std::nullopt;
  const Micros micros = SecondsOf(*civil, near) * kSecond + civil->fraction;
  const bool fits = parts.front.size() <= kMaxBytes && parts.zone.size() <= kMaxBytes;
  front_size_ = fits ? parts.front.copy(front_.data(), kMaxBytes) : 0;
  zone_size_ = fits ? parts.zone.copy(zone_.data(), kMaxBytes) : 0;
  minute_ = micros - parts.in_minute;
  return micros;
}

}  // namespace maillog
