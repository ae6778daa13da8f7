// Where to resume in one file, or in a journal. A value: it can be saved, and restored by another
// run.
#pragma once

#include <cstdint>
#include <string>

#include "exporter/input/fingerprint.h"
#include "exporter/os/file_system.h"
#include "parser/envelope/container.h"

namespace maillog {

/// Names a bookmark within its source and run; never used twice.
using BookmarkNumber = std::uint64_t;

struct Bookmark {
  BookmarkNumber number = 0;
  std::string path;          ///< where the file was last seen: a hint
  FileId id;                 ///< device and inode: a hint, never the proof
  std::uint64_t offset = 0;  ///< start of the oldest message that is not counted yet
  Head head;                 ///< first min(size, 1024) bytes
  Window window;             ///< up to 256 bytes before `offset`
  /// In these streams of a container, `offset` is inside a message that has been given up.
  StreamSet given_up;
  std::string cursor;  ///< of a journal, after which reading goes on; else empty
  /// What stood under the path and was written before this has been seen; 0: not known. In the
  /// file system's time (nanoseconds), which is compared with itself only.
  std::int64_t changed_ns = 0;
  bool finished = false;  ///< read to its end and let go; kept so that it is not read again

  friend bool operator==(const Bookmark&, const Bookmark&) = default;
};

}  // namespace maillog
