// The commands, by what the command line asks for.
#pragma once

#include <ostream>

#include "absl/status/status.h"
#include "exporter/config/options.h"

namespace maillog {

/// Runs the command to its end. Fails with one sentence that names the fault. `check-config` fails
/// with kUnavailable if the configuration is correct, but something prevents it now; `healthcheck`
/// if the exporter does not answer as it should.
[[nodiscard]] absl::Status Run(const Options& options, std::ostream& out,
                               std::ostream& diagnostics);

}  // namespace maillog
