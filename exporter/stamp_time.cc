#include "exporter/stamp_time.h"

#include "absl/time/civil_time.h"
#include "parser/timestamp.h"

namespace maillog {
namespace {

// 29 February comes back after at most eight years.
constexpr int kMostYearsBack = 8;

absl::Time TimeInYear(const CivilStamp& stamp, const absl::CivilSecond& civil,
                      absl::TimeZone zone) {
  const absl::Duration fraction = absl::Microseconds(stamp.fraction);
  if (!stamp.zone_offset) return absl::FromCivil(civil, zone) + fraction;
  return absl::FromCivil(civil, absl::UTCTimeZone()) - absl::Seconds(*stamp.zone_offset) + fraction;
}

}  // namespace

std::optional<absl::Time> StampTime(std::string_view stamp, absl::TimeZone zone, absl::Time now) {
  const std::optional<CivilStamp> parsed = ParseStamp(stamp);
  if (!parsed) return std::nullopt;
  const auto in_year = [&](absl::civil_year_t year) {
    return absl::CivilSecond(year, parsed->month, parsed->day, parsed->hour, parsed->minute,
                             parsed->second);
  };
  if (parsed->year) return TimeInYear(*parsed, in_year(*parsed->year), zone);
  const absl::Time latest = now + absl::Hours(24);
  const absl::civil_year_t this_year = absl::ToCivilYear(latest, zone).year();
  for (int back = 0; back <= kMostYearsBack; ++back) {
    const absl::CivilSecond civil = in_year(this_year - back);
    const absl::Time time = TimeInYear(*parsed, civil, zone);
    if (civil.month() == parsed->month && time <= latest) return time;
  }
  return std::nullopt;
}

}  // namespace maillog
