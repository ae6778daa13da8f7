// The moment that a record's stamp means. Serves one gauge; decides nothing.
#pragma once

#include <optional>
#include <string_view>

#include "absl/time/time.h"

namespace maillog {

/// Local times are of `zone`; of an hour that is there twice (the clock is set back) the one nearer
/// to `now` is meant. Where the year is missing it is the latest that lies at most a day after
/// `now`. Nothing for a stamp that cannot be read.
[[nodiscard]] std::optional<absl::Time> StampTime(std::string_view stamp, absl::TimeZone zone,
                                                  absl::Time now);

}  // namespace maillog
