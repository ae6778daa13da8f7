// `report` and `top`: what a log says of a time, with names.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "exporter/config/options.h"
#include "exporter/os/file_system.h"

namespace maillog {

/// Prints what `options` ask for.
[[nodiscard]] absl::Status WriteReport(const Options& options,
                                       const std::vector<std::string>& paths, FileSystem& files,
                                       std::ostream& out, std::ostream& diagnostics);

}  // namespace maillog
