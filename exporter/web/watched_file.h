// Files that are read again when they have changed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "exporter/os/file_system.h"

namespace maillog {

/// A file of a configuration, as it was just before it was read; nothing if it did not exist.
struct WatchedFile {
  std::string path;
  std::optional<FileStat> stat;
};

/// What the file holds. Adds it to `read`, also if it cannot be read: what changes meanwhile is
/// seen at the next look.
[[nodiscard]] absl::StatusOr<std::string> ReadWatched(const std::string& path, FileSystem& files,
                                                      std::vector<WatchedFile>& read);

/// Whether the file looks now as it did when it was read.
[[nodiscard]] bool IsAsItWas(const WatchedFile& file, FileSystem& files);

}  // namespace maillog
