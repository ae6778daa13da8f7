// The flags of `backfill`.
#pragma once

#include <optional>

#include "exporter/config/flags.h"
#include "exporter/config/options.h"

namespace maillog {

/// Takes them into `options.history`; returns what is wrong with them. Nothing for other commands.
[[nodiscard]] std::optional<EarlyExit> TakeHistory(const GivenFlags& given, Options& options);

}  // namespace maillog
