// `trace`: what became of a mail.
#pragma once

#include <ostream>

#include "absl/status/status.h"
#include "exporter/command/color.h"
#include "exporter/config/options.h"
#include "exporter/os/file_system.h"

namespace maillog {

/// Prints what `options` ask for. Fails with kUnavailable if there is nothing in the log.
[[nodiscard]] absl::Status Trace(const Options& options, const std::vector<std::string>& paths,
                                 FileSystem& files, const Palette& palette, std::ostream& out,
                                 std::ostream& diagnostics);

/// The paths of `options`, or the machine's own log.
[[nodiscard]] absl::StatusOr<std::vector<std::string>> PathsOrMachineLog(const Options& options,
                                                                         FileSystem& files);

}  // namespace maillog
