#include "exporter/config/take_window.h"

#include <string>
#include <utility>

#include "absl/time/civil_time.h"
#include "absl/time/clock.h"
#include "exporter/config/take_flags.h"

namespace maillog {
namespace {

// From its beginning to that of the next one, which may be 23 or 25 hours later.
std::optional<EarlyExit> TakeDay(const GivenFlags& given, Options& options) {
  if (given.Has("--from") || given.Has("--to")) {
    return UsageFault("--day says from when to when; --from and --to are not given with it");
  }
  const std::string text = given.Text("--day");
  const absl::TimeZone zone = absl::LocalTimeZone();
  const std::optional<absl::Time> time = ParseMoment(text, zone, absl::Now());
  const absl::CivilDay day = absl::ToCivilDay(time.value_or(absl::Time()), zone);
  if (!time || absl::FromCivil(day, zone) != *time) {
    return UsageFault("--day " + AsGiven(text) + " is not a day: 2026-11-21, today or yesterday");
  }
  options.window.since = *time;
  options.window.until = absl::FromCivil(day + 1, zone);
  return std::nullopt;
}

}  // namespace

std::optional<EarlyExit> TakeWindow(const GivenFlags& given, Options& options) {
  const absl::Time now = absl::Now();
  if (given.Has("--day")) return TakeDay(given, options);
  const bool by_from = ((kReporters | kBackfill) & Only(options.command)) != 0;
  const std::string since = by_from ? "--from" : "--since";
  const std::string until = by_from ? "--to" : "--until";
  for (const auto& [flag, limit] :
       {std::pair{since, &options.window.since}, std::pair{until, &options.window.until}}) {
    if (!given.Has(flag)) continue;
    const std::string text = given.Text(flag);
    const std::optional<absl::Time> time = ParseMoment(text, absl::LocalTimeZone(), now);
    if (!time) {
      return UsageFault(
          flag + " " + AsGiven(text) +
          " is not a time, such as '2026-11-21 10:00', 2026-11-21, today, yesterday or 24h");
    }
    *limit = *time;
  }
  if (options.window.since < options.window.until) return std::nullopt;
  return UsageFault("nothing lies between " + since + " and " + until + ": " +
                    MomentText(options.window.since, absl::LocalTimeZone()) + " is not before " +
                    MomentText(options.window.until, absl::LocalTimeZone()));
}

}  // namespace maillog
