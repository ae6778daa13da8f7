// The files of a log that were written before the one that is followed: rotated ones beside it, and
// what was put elsewhere.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "exporter/input/fingerprint.h"
#include "exporter/os/file_system.h"

namespace maillog {

struct Archive {
  std::string path;
  FileId id;
  std::unique_ptr<File> file;  ///< as it is on the disk, perhaps packed; open, so that it stays
  bool packed = false;
  /// Nothing in it was written later, as far as is known: what stamps without a year are read by.
  absl::Time written;
  /// What its first stamp means; `written` if it has none.
  absl::Time begins;
  Head head;  ///< of its text
};

struct ArchiveRequest {
  std::string live;                 ///< the log that is followed; empty: none
  std::string rotated;              ///< another directory that its rotations go to; empty: none
  std::vector<std::string> others;  ///< files, globs, directories
  absl::TimeZone zone;
  absl::Time now;
};

struct Archives {
  std::vector<Archive> files;        ///< the oldest first
  std::vector<std::string> notices;  ///< sentences about what is left out
  absl::Time live_written;           ///< as Archive::written, of the log that is followed
  absl::Time begins;  ///< the earliest Archive::begins, that of the log itself included
};

/// Finds and opens them. Rotations of one log are in the order that their names show; all others in
/// that of their first stamps. A stamp without a year is taken to be of the latest year in which it
/// is not after the time when its file was last written to, nor, where names show the order, after
/// the beginning of the next file. A file that holds the beginning of another one is left out, as a
/// copy. Fails if something that is named cannot be read, or is no log.
[[nodiscard]] absl::StatusOr<Archives> FindArchives(const ArchiveRequest& request,
                                                    FileSystem& files);

/// The log that all of these names, without directory, are rotated forms of; empty if there is
/// none, or there are several.
[[nodiscard]] std::string CommonBase(const std::vector<std::string>& names);

}  // namespace maillog
