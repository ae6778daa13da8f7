// Which files a source's path names at this moment.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "exporter/os/file_system.h"

namespace maillog {

struct Listing {
  /// A directory that should have been looked into, and could not be; a glob for directories only.
  struct Unread {
    std::string path;
    absl::Status error;
  };

  /// A glob, or a directory.
  struct Pattern {
    std::string path;
    bool has_files;  ///< if not: the first one is waited for
  };

  std::vector<std::string> files;        ///< paths, sorted, each once; may not exist
  std::vector<std::string> directories;  ///< where names that matter may appear
  bool by_pattern = false;  ///< found by a glob or in a directory: may hold rotations of each other
  std::vector<Unread> unread = {};
  std::vector<Pattern> patterns = {};  ///< except those that are unread without a file
};

/// A directory is read with those in it, this many levels deep. The logs of a server may be in a
/// directory for each kind, and in that one for each host.
inline constexpr int kDirectoryLevels = 3;
/// At most this many directories of one source.
inline constexpr std::size_t kMaxDirectories = 1000;

class PathList {
 public:
  virtual ~PathList() = default;
  /// An error if a directory that exists cannot be read. What does not exist is not an error.
  [[nodiscard]] virtual absl::StatusOr<Listing> List(FileSystem& files) const = 0;
};

/// A file, whether it exists or not; if it is a directory, the files in it and in the directories
/// below, without hidden ones and without those of a systemd journal.
[[nodiscard]] std::unique_ptr<PathList> MakeSinglePath(std::string path);

/// What a shell's glob matches: `*`, `?`, `[…]` in any part of the path.
[[nodiscard]] std::unique_ptr<PathList> MakeGlob(const std::string& pattern);
/// What any of the lists names.
[[nodiscard]] std::unique_ptr<PathList> MakeSeveralPaths(
    std::vector<std::unique_ptr<PathList>> lists);
[[nodiscard]] bool IsGlob(std::string_view path);

}  // namespace maillog
