// What the command line comes to: the sources that are followed.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "exporter/file_system.h"
#include "exporter/options.h"
#include "exporter/sources.h"

namespace maillog {

/// One source for each path, or the machine's own mail log where none is named. Fails with one
/// sentence if there is none. A named file may be missing: it is waited for.
[[nodiscard]] absl::StatusOr<std::vector<SourceOptions>> PlanSources(const Options& options,
                                                                     FileSystem& files);

/// The plan in words, for `check-config`: a line for each source and each address.
[[nodiscard]] std::string PlanText(const std::vector<SourceOptions>& sources,
                                   const Options& options, FileSystem& files);

}  // namespace maillog
