// Follows and serves until it is asked to end.
#pragma once

#include "absl/status/status.h"
#include "exporter/config/options.h"

namespace maillog {

/// Returns after SIGTERM or SIGINT, within three seconds whatever clients and file systems do; the
/// last commit is made within half a second. Fails with one sentence if it cannot start. Must be
/// called from the main thread, before any other thread is started.
[[nodiscard]] absl::Status Serve(const Options& options);

}  // namespace maillog
