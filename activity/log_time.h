// Stamps as numbers that can be subtracted.
#pragma once

#include <cstdint>
#include <limits>

#include "parser/timestamp.h"

namespace maillog {

/// Seconds in the numbering of one log: UTC where stamps have a zone, else the log's local time.
/// Stamps without a year are numbered on: what matters is how far two are apart.
using LogSeconds = std::int64_t;

inline constexpr LogSeconds kNoLogTime = std::numeric_limits<LogSeconds>::min();

/// Fractions are left out. A missing year is that in which the stamp is nearest to `near`; any, if
/// that is kNoLogTime.
[[nodiscard]] LogSeconds SecondsOf(const CivilStamp& stamp, LogSeconds near);

}  // namespace maillog
