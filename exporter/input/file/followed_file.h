// One open file that is followed: how far it has been read, and whether it still holds what was
// read before. The decision table is at Look.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "exporter/input/block.h"
#include "exporter/input/block_buffer.h"
#include "exporter/input/bookmark.h"
#include "exporter/input/file/file_claims.h"
#include "exporter/os/clock.h"
#include "exporter/os/file_system.h"
#include "exporter/os/waker.h"

namespace maillog {

/// What a look at a file found.
enum class Found : std::uint8_t {
  kResume,     ///< size >= offset, and the window before the bookmark matches
  kRewritten,  ///< the window differs, or it is shorter; and it begins differently
  kShrunk,     ///< begins as before over at least 64 bytes, but is shorter, or the window differs:
               ///< its tail was lost, and it may have grown again since
  kWait,       ///< size 0, or under 64 bytes without a whole line: more will tell
};

/// How much the path may say about a file.
enum class Role : std::uint8_t {
  kLive,  ///< the path names it
  kOld,   ///< renamed away, unlinked, or found again as a copy: read until it is let go
};

class FollowedFile {
 public:
  /// How long whole messages are held back after an unfinished fragment.
  static constexpr std::chrono::seconds kLongestHold{5};

  /// Begins at a bookmark, as far as Look agrees; one of offset 0 and without a head fits any file.
  /// `stat` is the file's.
  FollowedFile(std::unique_ptr<File> file, const FileStat& stat, Bookmark bookmark, TimePoint now);

  /// Moves to the start of the last line before `end` that is not finished there, counting nothing:
  /// a file that was there before anybody followed it. Before the first Look.
  [[nodiscard]] absl::Status SkipTo(std::uint64_t end);

  /// Whether the content is still the one that was read. To be called before reading. `is_copied`
  /// says whether the content is in a copy, as it was when it was read: then what begins alike here
  /// was rewritten, and has not lost its tail; as if it was seen to be empty.
  [[nodiscard]] absl::StatusOr<Found> Look(TimePoint now, const std::function<bool()>& is_copied);
  /// The next whole messages, moving the bookmark past them; nothing at the end. `into` must not be
  /// used for another file while what was returned is.
  [[nodiscard]] absl::StatusOr<BlockBuffer::Taken> Read(BlockBuffer& into, TimePoint now);
  /// At the end: everything that is left, finished or not.
  [[nodiscard]] absl::StatusOr<BlockBuffer::Taken> ReadUnfinished(BlockBuffer& into);

  /// Over how many bytes the beginning of the file is the bookmark's; 0 if it is not, or if the
  /// bookmark's window is not in the file.
  [[nodiscard]] static absl::StatusOr<std::size_t> Holds(File& file, std::uint64_t size,
                                                         const Bookmark& bookmark);

  [[nodiscard]] const std::string& path() const { return bookmark_.path; }
  [[nodiscard]] const FileStat& stat() const { return stat_; }
  [[nodiscard]] const Bookmark& bookmark() const { return bookmark_; }
  [[nodiscard]] File& file() { return *file_; }
  /// Of the content that was being read, even if it is gone from the file.
  [[nodiscard]] std::uint64_t unread_bytes() const { return seen_size_ - bookmark_.offset; }
  /// Of what Look found to be shrunk: bytes that are known to be missed.
  [[nodiscard]] std::uint64_t lost_bytes() const { return lost_bytes_; }
  /// What the last look found; kResume after kShrunk.
  [[nodiscard]] Found found() const { return found_; }
  /// Nothing is left to read, as of the last look.
  [[nodiscard]] bool at_end() const { return at_end_; }
  /// The content changed while it was being read: to be looked at again at once.
  [[nodiscard]] bool needs_look() const { return !looked_; }
  /// When the file last grew, or was opened.
  [[nodiscard]] TimePoint grown() const { return grown_; }
  /// When a message that is held back is given up; TimePoint::max() if none is.
  [[nodiscard]] TimePoint hold_deadline() const;

  // Set by whoever follows it.
  Role role = Role::kLive;
  TimePoint old_since{};
  Rotation replaced_by = Rotation::kTruncated;  ///< how its content goes if it is found rewritten
  bool is_another = false;      ///< than the bookmark's, as the ids prove: it has not lost its tail
  bool resumed = false;         ///< this run has seen that it is the bookmark's
  bool packed = false;          ///< nobody writes to it any more
  bool superseded = false;      ///< its successor has a successor
  bool may_be_younger = false;  ///< than the log that is open, which had moved when it was found
  bool unsaved = true;          ///< the bookmark has not been in a block yet
  WatchNumber watch = kNoWatch;
  FileClaims::Claim claim;
  void Rename(std::string path) { bookmark_.path = std::move(path); }
  void NoteResumed() {
    resumed = true;
    replaced_by = Rotation::kTruncated;
  }
  /// Of what has come and gone under the path, all that was written before the file was last
  /// changed is known now.
  [[nodiscard]] bool has_change() const { return stat_.modified_ns > bookmark_.changed_ns; }
  void NoteChange() { bookmark_.changed_ns = std::max(bookmark_.changed_ns, stat_.modified_ns); }
  void SetNumber(BookmarkNumber number) { bookmark_.number = number; }
  void Finish() { bookmark_.finished = true; }
  /// The open file, to follow its new content; nothing else may be called afterwards.
  [[nodiscard]] std::unique_ptr<File> TakeFile() { return std::move(file_); }

 private:
  [[nodiscard]] absl::StatusOr<BlockBuffer::Taken> ReadAndTake(BlockBuffer& into, Tail tail);
  [[nodiscard]] absl::StatusOr<bool> WindowMatches();
  [[nodiscard]] absl::StatusOr<Found> LookFromStart();
  [[nodiscard]] absl::StatusOr<Found> LookAtOther();
  [[nodiscard]] absl::Status SkipLostTail();
  [[nodiscard]] absl::StatusOr<std::string> ReadBeginning();
  [[nodiscard]] absl::Status ReadWindow();
  void Pass(std::string_view bytes);

  std::unique_ptr<File> file_;
  FileStat stat_;            // as last seen
  std::uint64_t seen_size_;  // the largest size that the content being read was seen to have
  Bookmark bookmark_;
  // Where to read next: after the bookmark while the file is inside an over-long line.
  std::uint64_t scanned_ = 0;
  BlockBuffer::At at_ = BlockBuffer::At::kMessageStart;
  StreamSet given_up_;
  std::string window_;  // up to 256 bytes before `scanned_`
  std::uint64_t lost_bytes_ = 0;
  Found found_ = Found::kResume;
  bool looked_ = false;
  bool at_end_ = false;
  TimePoint grown_{};
  TimePoint held_since_ = TimePoint::max();
};

}  // namespace maillog
