// The moment that a record's stamp means. Used for one gauge; decides nothing.
#pragma once

#include <optional>
#include <string_view>

#include "absl/time/time.h"
#include "parser/timestamp.h"

namespace maillog {

/// Local times are in `zone`; if an hour occurs twice (the clock is set back), the one nearer to
/// `now` is taken. A missing year is the latest that lies at most a day after `now`. Nothing for a
/// stamp that cannot be read.
[[nodiscard]] std::optional<absl::Time> StampTime(std::string_view stamp, absl::TimeZone zone,
                                                  absl::Time now);

/// The same for one that has been read.
[[nodiscard]] std::optional<absl::Time> CivilTime(const CivilStamp& stamp, absl::TimeZone zone,
                                                  absl::Time now);

}  // namespace maillog
