// When the durable series were at 0: what created timestamps say.
#pragma once

#include <cstdint>

#include "metrics/samples.h"

namespace maillog {

/// Sets it in `totals`, for all durable counters and histograms: as in `before`, the totals of the
/// last commit, or `since` for a series that was not there. No series of a commit is missing in the
/// next one, so rows with as many series as before have the same ones, and share their times: as
/// long as none is new, this costs nothing.
void CarryBeganTimes(const Samples& before, std::int64_t since, Samples& totals);

}  // namespace maillog
