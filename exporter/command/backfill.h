// `backfill`: the history of a log, for Prometheus.
#pragma once

#include <ostream>

#include "absl/status/status.h"
#include "exporter/config/options.h"
#include "exporter/history/backfill.h"
#include "exporter/os/file_system.h"

namespace maillog {

/// The files that are going to be read, as far as they are files: for ProgressFiles.
[[nodiscard]] std::vector<std::string> FilesOf(const BackfillRequest& request, FileSystem& files);

/// Writes the files of `request`, hands over the state if the options ask for it, and prints what
/// to do next. Notices go to `diagnostics`.
[[nodiscard]] absl::Status WriteHistory(const Options& options, const BackfillRequest& request,
                                        FileSystem& files, std::ostream& out,
                                        std::ostream& diagnostics);

}  // namespace maillog
