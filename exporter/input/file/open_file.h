// An open file of a FileSet: what is read from it (FollowedFile), and what is known of its names.
#pragma once

#include "exporter/input/block.h"
#include "exporter/input/file/file_claims.h"
#include "exporter/input/file/followed_file.h"
#include "exporter/os/clock.h"
#include "exporter/os/waker.h"

namespace maillog {

/// How much the path may say about a file.
enum class Role : std::uint8_t {
  kLive,  ///< the path names it
  kOld,   ///< renamed away, unlinked, or found again as a copy: read until it is let go
};

struct OpenFile : FollowedFile {
  using FollowedFile::FollowedFile;

  Role role = Role::kLive;
  TimePoint old_since{};                        ///< has a meaning for kOld only
  Rotation replaced_by = Rotation::kTruncated;  ///< how its content goes if it is found rewritten
  bool resumed = false;     ///< a look of this run has found kResume: it is the bookmark's
  bool superseded = false;  ///< kOld: its successor has a successor, so that nobody writes to it
  /// Than the log that is open: which had moved when this was found, or this was found in place of
  /// one of which nothing was read.
  bool may_be_younger = false;
  bool had_nothing = false;  ///< to be read at the last look
  bool unsaved = true;       ///< its bookmark is to be told with the next notes (FileNotes::begun)
  WatchNumber watch = kNoWatch;
  FileClaims::Claim claim;

  void NoteResumed() {
    resumed = true;
    replaced_by = Rotation::kTruncated;
  }
};

}  // namespace maillog
