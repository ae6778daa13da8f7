// `maillog_exporter queue`.
#pragma once

#include <ostream>

#include "absl/status/status.h"
#include "exporter/config/options.h"

namespace maillog {

/// Prints the queues that are named, otherwise those of this machine's Postfix. Fails with one
/// sentence for the first that cannot be read, after it has printed the others.
[[nodiscard]] absl::Status ShowQueues(const Options& options, std::ostream& out);

}  // namespace maillog
