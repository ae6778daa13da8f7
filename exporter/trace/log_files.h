// The files of a log, from the newest to the oldest.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "exporter/os/file_system.h"

namespace maillog {

struct LogFile {
  std::string path;  ///< also `journal:` and `-`
  /// When it was last written to; for what is no file, the greatest number there is.
  std::int64_t modified_ns = 0;
};

/// Whether the rotated and packed files beside a log are read too.
enum class WithRotated : bool { kNo, kYes };

/// The files that `paths` name, each once. Rotations of one log are in the order that their names
/// show, otherwise that of their times. Fails if a path names nothing, or cannot be looked at.
[[nodiscard]] absl::StatusOr<std::vector<LogFile>> NewestFirst(
    const std::vector<std::string>& paths, WithRotated rotated, FileSystem& files);

}  // namespace maillog
