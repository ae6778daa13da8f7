// One open file that is followed: how far it has been read, and whether it still holds what was
// read before. Look decides that; its table is there.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "exporter/input/block.h"
#include "exporter/input/block_buffer.h"
#include "exporter/input/bookmark.h"
#include "exporter/os/clock.h"
#include "exporter/os/file_system.h"

namespace maillog {

/// What a look at a file found, and what follows.
enum class Found : std::uint8_t {
  kResume,     ///< it holds what was read: reading goes on at the bookmark
  kShrunk,     ///< its tail was lost, and it may have grown again since: reading goes on after it
  kRewritten,  ///< it holds something else: nothing more can be read by this bookmark
  kWait,       ///< it is empty, or too short to tell, or a copy of itself is perhaps being written
               ///< over it: nothing is read until it has changed
};

class FollowedFile {
 public:
  /// How long whole messages are held back after an unfinished fragment.
  static constexpr std::chrono::seconds kMaxHold{5};
  /// After so long without a change, what is being written over a file is what it now holds.
  static constexpr std::chrono::seconds kMaxCopying{10};

  /// Begins at a bookmark, as far as Look agrees; one of offset 0 and without a head fits any file.
  /// `stat` is the file's.
  FollowedFile(std::unique_ptr<File> file, const FileStat& stat, Bookmark bookmark, TimePoint now);

  /// Moves to the start of the last line before `end` that is not finished there, counting nothing:
  /// a file that was there before anybody followed it. Before the first Look.
  [[nodiscard]] absl::Status SkipTo(std::uint64_t end);

  /// Whether the content is still the one that was read. To be called before reading. The first
  /// line that fits decides:
  ///
  ///   size and time are those of the last look,
  ///   and needs_look() is false                         found()
  ///   the bookmark is at 0, nothing is counted yet:
  ///     no head yet, or it begins as the head           kResume
  ///     it has no rung of the head in common, and is
  ///     as long as the head, or that is under 64 bytes  kRewritten
  ///   the bookmark is after 0 and not after the end,
  ///   and the window before it matches                  kResume
  ///   it is empty                                       kWait
  ///   IsBeingCopied, since less than kMaxCopying        kWait
  ///   it has a rung of the head in common               kShrunk; kRewritten if the look before saw
  ///                                                     it empty, after ExpectOther, or
  ///                                                     `is_copied`
  ///   under 64 bytes without a whole line               kWait
  ///   anything else                                     kRewritten
  ///
  /// `is_copied` says whether the content is in a copy as it was when it was read: then what begins
  /// alike here was rewritten, and has not lost its tail. It is asked only for that.
  [[nodiscard]] absl::StatusOr<Found> Look(TimePoint now, const std::function<bool()>& is_copied);
  /// The next whole messages, moving the bookmark past them; nothing at the end. `into` must not be
  /// used for another file while what was returned is.
  [[nodiscard]] absl::StatusOr<BlockBuffer::Taken> Read(BlockBuffer& into, TimePoint now);
  /// Reads on in the buffer of the last Read while what that returned is still looked at, as far as
  /// this can be done without waiting: the next Read into it need not. Changes nothing else.
  void ReadOn(BlockBuffer& into);
  /// After that: the messages that the next Read into it returns, if there is no look before it;
  /// empty if they are not known.
  [[nodiscard]] std::string_view Ahead(const BlockBuffer& into) const;
  /// At the end: everything that is left, finished or not.
  [[nodiscard]] absl::StatusOr<BlockBuffer::Taken> ReadUnfinished(BlockBuffer& into);

  /// Over how many bytes the beginning of the file is the bookmark's; 0 if it is not, or if the
  /// bookmark's window is not in the file.
  [[nodiscard]] static absl::StatusOr<std::size_t> Holds(File& file, std::uint64_t size,
                                                         const Bookmark& bookmark);

  /// Whether the file begins as the bookmark's and is shorter than what was read: a copy that was
  /// made before the last of that was written.
  [[nodiscard]] static absl::StatusOr<bool> EndsEarlier(File& file, std::uint64_t size,
                                                        const Bookmark& bookmark);
  /// The bookmark at the end of such a file, all of which has been read.
  [[nodiscard]] static absl::StatusOr<Bookmark> AtEndOf(File& file, std::uint64_t size,
                                                        Bookmark bookmark);

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
  /// When it is no longer waited for the rest of a copy; TimePoint::max() if it is not.
  [[nodiscard]] TimePoint copy_deadline() const { return cut_ ? cut_->until : TimePoint::max(); }
  /// That no copy of it is written over it any more: looks decide at once.
  void ExpectNoCopy() {
    may_be_copied_ = false;
    if (cut_) cut_->until = TimePoint::min();
  }

  /// That it is another file than the bookmark's, as their ids prove: what begins alike in it has
  /// not lost its tail. Until a look has found that it holds the bookmark's content all the same.
  void ExpectOther() { is_other_ = true; }
  void Rename(std::string path) { bookmark_.path = std::move(path); }
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
  [[nodiscard]] BlockBuffer::Taken TakeFrom(BlockBuffer& into, Tail tail);
  [[nodiscard]] bool IsStillThere(std::string_view held);
  [[nodiscard]] absl::StatusOr<bool> IsBlankFrom(std::uint64_t offset);
  [[nodiscard]] absl::StatusOr<bool> WindowMatches();
  [[nodiscard]] absl::StatusOr<Found> LookFromStart();
  [[nodiscard]] absl::StatusOr<Found> LookFurtherOn();
  [[nodiscard]] absl::StatusOr<Found> LookAtOther();
  [[nodiscard]] absl::StatusOr<bool> IsBeingCopied();
  void WaitForCopy(TimePoint now, bool was_emptied);
  [[nodiscard]] absl::Status SkipLostTail();
  [[nodiscard]] absl::StatusOr<std::string> ReadBeginning();
  [[nodiscard]] absl::Status ReadWindow();
  void Pass(std::string_view bytes);

  std::unique_ptr<File> file_;  // nullptr after TakeFile
  FileStat stat_;               // as of the last look; before it, as it was opened
  std::uint64_t seen_size_;  // the largest size that the content being read was seen to have; never
                             // under bookmark_.offset
  Bookmark bookmark_;        // after the last whole message that was returned
  // Where to read next, and what is there: at the bookmark and the start of a message, except
  // inside an over-long one, which is passed over as it comes.
  std::uint64_t scanned_ = 0;
  BlockBuffer::At at_ = BlockBuffer::At::kMessageStart;
  StreamSet given_up_;  // at `scanned_`: in these a message goes on that was given up
  // What the buffer had been reset to when ReadOn filled it from there.
  std::optional<std::uint64_t> read_on_;
  std::uint64_t text_at_ = 0;  // where something was seen that is written, after NULs
  std::string window_;         // up to 256 bytes before `scanned_`; empty until they have been read
  // While the rest of a copy is waited for.
  struct Cut {
    TimePoint until;                  // when it no longer is
    std::uint64_t smallest_size = 0;  // that was seen meanwhile
    bool was_emptied = false;
  };
  std::optional<Cut> cut_;
  std::uint64_t lost_bytes_ = 0;  // by the last kShrunk
  Found found_ = Found::kResume;
  bool was_there_ = false;     // a look has found the bookmark's content
  bool may_be_copied_ = true;  // until ExpectNoCopy
  bool is_other_ = false;      // ExpectOther, and no look has found its content since
  bool looked_ = false;        // a look has been made, and no read has disagreed since
  bool at_end_ = false;        // as of the last read, or look at another content
  TimePoint grown_{};          // when a look last saw it longer, or it was opened
  TimePoint held_since_ =
      TimePoint::max();  // since when whole lines are held back; max(): none are
};

}  // namespace maillog
