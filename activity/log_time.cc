#include "activity/log_time.h"

#include <chrono>
#include <cstdlib>

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

}  // namespace maillog
