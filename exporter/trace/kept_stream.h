// Streams made into files, so that they can be read more than once.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "exporter/os/file_system.h"

namespace maillog {

/// What was written to a pipe is in files without a name, that are gone with this object.
class KeptStreams {
 public:
  /// `files` must outlive it.
  explicit KeptStreams(FileSystem& files) : files_(files) {}
  ~KeptStreams();
  KeptStreams(const KeptStreams&) = delete;
  KeptStreams& operator=(const KeptStreams&) = delete;

  /// Where what `path` names can be read from its beginning, again and again: `path` itself, unless
  /// it is standard input or another stream. That one is read to its end first.
  [[nodiscard]] absl::StatusOr<std::string> Keep(const std::string& path);

 private:
  FileSystem& files_;
  std::vector<int> descriptors_;
};

}  // namespace maillog
