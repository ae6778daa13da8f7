// The flags that say which lines are meant by when they were written.
#pragma once

#include <optional>

#include "exporter/config/flags.h"
#include "exporter/config/options.h"

namespace maillog {

/// Takes --day, --from and --to, or --since and --until, into `options.window`, by the local time
/// zone; returns what is wrong with them.
[[nodiscard]] std::optional<EarlyExit> TakeWindow(const GivenFlags& given, Options& options);

}  // namespace maillog
