#include "exporter/count/stamp_time.h"

#include "absl/time/civil_time.h"
#include "parser/timestamp.h"

namespace maillog {
namespace {

// 29 February comes back after at most eight years.
constexpr int kMaxYearsBack = 8;
// Wrong clocks of log hosts and wrong time zones are off by less than this.
constexpr absl::Duration kMaxAhead = absl::Hours(24);

absl::Duration Between(absl::Time a, absl::Time b) { return a < b ? b - a : a - b; }

// An hour that the clock was set back over occurs twice: the one nearer to now is taken. A time
// that the clock skipped was written by a clock not yet set.
absl::Time LocalTime(const absl::CivilSecond& civil, absl::TimeZone zone, absl::Time now) {
  const absl::TimeZone::TimeInfo info = zone.At(civil);
  if (info.kind != absl::TimeZone::TimeInfo::REPEATED) return info.pre;
  return Between(info.post, now) < Between(info.pre, now) ? info.post : info.pre;
}

std::optional<absl::Time> TimeInYear(const CivilStamp& stamp, absl::civil_year_t year,
                                     absl::TimeZone zone, absl::Time now) {
  if (absl::CivilDay(year, stamp.month, stamp.day).month() != stamp.month) return std::nullopt;
  const absl::CivilSecond civil(year, stamp.month, stamp.day, stamp.hour, stamp.minute,
                                stamp.second);
  const absl::Duration fraction = absl::Microseconds(stamp.fraction);
  if (!stamp.zone_offset) return LocalTime(civil, zone, now) + fraction;
  return absl::FromCivil(civil, absl::UTCTimeZone()) - absl::Seconds(*stamp.zone_offset) + fraction;
}

}  // namespace

std::optional<absl::Time> StampTime(std::string_view stamp, absl::TimeZone zone, absl::Time now) {
  const std::optional<CivilStamp> parsed = ParseStamp(stamp);
  return parsed ? CivilTime(*parsed, zone, now) : std::nullopt;
}

std::optional<absl::Time> CivilTime(const CivilStamp& stamp, absl::TimeZone zone, absl::Time now) {
  if (stamp.year) return TimeInYear(stamp, *stamp.year, zone, now);
  const absl::Time latest = now + kMaxAhead;
  const absl::civil_year_t this_year = absl::ToCivilYear(latest, zone).year();
  for (int back = 0; back <= kMaxYearsBack; ++back) {
    const std::optional<absl::Time> time = TimeInYear(stamp, this_year - back, zone, now);
    if (time && *time <= latest) return time;
  }
  return std::nullopt;
}

}  // namespace maillog
