// What a look finds in a file: what was read from it and more; or something else, since it was cut,
// written anew, or lost its tail.
#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "exporter/input/file/followed_file.h"
#include "exporter/input/file/read_part.h"

namespace maillog {

// Whether it is still there. What was read to find out is kept: read again, it may be another.
absl::StatusOr<bool> FollowedFile::WindowMatches() {
  const std::size_t length = bookmark_.window.length;
  const auto size = static_cast<std::size_t>(
      std::min<std::uint64_t>(bookmark_.offset, std::max(length, Window::kMaxBytes)));
  absl::StatusOr<std::string> bytes = ReadPart(*file_, bookmark_.offset - size, size);
  if (!bytes.ok()) return bytes.status();
  if (bytes->size() < size || size < length) return false;
  if (!bookmark_.window.Matches(std::string_view(*bytes).substr(size - length))) return false;
  if (window_.empty()) window_ = *std::move(bytes);
  return true;
}

absl::StatusOr<Found> FollowedFile::Look(TimePoint now, const std::function<bool()>& is_copied) {
  const absl::StatusOr<FileStat> stat = file_->Stat();
  if (!stat.ok()) return stat.status();
  if (now >= hold_deadline()) at_end_ = false;
  const bool is_over = cut_ && now >= cut_->until;
  if (looked_ && !is_over && stat->size == stat_.size && stat->modified_ns == stat_.modified_ns) {
    stat_.links = stat->links;
    return found_;
  }
  if (stat->size > stat_.size) grown_ = now;
  const std::optional<std::uint64_t> read_on = std::exchange(read_on_, std::nullopt);
  const bool was_emptied = looked_ && (stat_.size == 0 || (cut_ && cut_->was_emptied));
  stat_ = *stat;
  absl::StatusOr<Found> found = bookmark_.offset == 0 ? LookFromStart() : LookFurtherOn();
  if (!found.ok()) return found;
  const bool has_changed = *found == Found::kShrunk || *found == Found::kRewritten;
  if (has_changed && was_there_ && may_be_copied_ && !is_over) {
    const absl::StatusOr<bool> copied = IsBeingCopied();
    if (!copied.ok()) return copied.status();
    if (*copied) {
      WaitForCopy(now, was_emptied);
      return Found::kWait;
    }
  }
  if (*found == Found::kShrunk && (was_emptied || is_other_ || is_copied())) {
    found = Found::kRewritten;
  }
  if (*found == Found::kShrunk) {
    if (absl::Status skipped = SkipLostTail(); !skipped.ok()) return skipped;
  }
  cut_.reset();
  if (*found == Found::kResume) was_there_ = true;
  if (*found == Found::kResume) seen_size_ = stat_.size;
  // It was read from what is still there.
  if (*found == Found::kResume && bookmark_.offset > 0) read_on_ = read_on;
  if (*found == Found::kResume || *found == Found::kShrunk) is_other_ = false;
  if (*found != Found::kRewritten && !is_other_) bookmark_.id = stat_.id;
  looked_ = true;
  at_end_ = *found == Found::kWait;
  // What was found once is not to be found again.
  found_ = *found == Found::kShrunk ? Found::kResume : *found;
  return *found;
}

absl::StatusOr<Found> FollowedFile::LookFurtherOn() {
  if (stat_.size < bookmark_.offset) return LookAtOther();
  // What is known of the beginning but was not read, as a part of a line, may have been lost, and
  // something else follows there now: read before the check, so that it is what it belongs to.
  Head& head = bookmark_.head;
  absl::StatusOr<std::string> beginning;
  const bool reaches_further = head.length() > bookmark_.offset;
  if (reaches_further) beginning = ReadBeginning();
  if (reaches_further && !beginning.ok()) return beginning.status();
  const absl::StatusOr<bool> matches = WindowMatches();
  if (!matches.ok()) return matches.status();
  if (!*matches) return LookAtOther();
  if (!reaches_further) return Found::kResume;
  head = Head();
  head.Extend(*beginning);
  return Found::kResume;
}

// Nothing was counted yet, so nothing can be counted twice; but what was there may be gone.
absl::StatusOr<Found> FollowedFile::LookFromStart() {
  absl::StatusOr<std::string> beginning = ReadBeginning();
  if (!beginning.ok()) return beginning.status();
  Head& head = bookmark_.head;
  const bool longer = beginning->size() >= head.length();
  const bool same = head.length() == 0 || head.MatchedBytes(*beginning) > 0;
  const bool is_short = head.length() < Head::kRungs[0];
  if (!same && (longer || is_short) && head.CommonBytes(*beginning) == 0) return Found::kRewritten;
  if (!same) return LookAtOther();
  if (!longer) {
    head = Head();  // what follows these bytes may be others than before
    scanned_ = 0;
    at_ = BlockBuffer::At::kMessageStart;
    given_up_ = {};
  }
  head.Extend(std::string_view(*beginning).substr(head.length()));
  return Found::kResume;
}

absl::StatusOr<Found> FollowedFile::LookAtOther() {
  if (stat_.size == 0) return Found::kWait;
  absl::StatusOr<std::string> beginning = ReadBeginning();
  if (!beginning.ok()) return beginning.status();
  if (bookmark_.head.CommonBytes(*beginning) > 0) return Found::kShrunk;
  const bool has_line = beginning->find('\n') != std::string::npos;
  return stat_.size < Head::kRungs[0] && !has_line ? Found::kWait : Found::kRewritten;
}

// Whether a copy of it may be on its way over it, of which not all is there yet: `cp` empties a
// file first, and Windows gives it its size before its content.
absl::StatusOr<bool> FollowedFile::IsBeingCopied() {
  if (bookmark_.offset == 0 || bookmark_.head.length() < Head::kMaxBytes) return false;
  const absl::StatusOr<std::string> beginning = ReadBeginning();
  if (!beginning.ok()) return beginning.status();
  if (!beginning->empty() && bookmark_.head.MatchedBytes(*beginning) == 0) return false;
  if (beginning->empty() || stat_.size < bookmark_.offset) return true;
  const std::size_t length = bookmark_.window.length;
  const absl::StatusOr<std::string> window = ReadPart(*file_, bookmark_.offset - length, length);
  if (!window.ok()) return window.status();
  return window->find('\0') != std::string::npos;
}

void FollowedFile::WaitForCopy(TimePoint now, bool was_emptied) {
  const std::uint64_t smallest = cut_ ? cut_->smallest_size : stat_.size;
  cut_ = {.until = now + kMaxCopying,
          .smallest_size = std::min(smallest, stat_.size),
          .was_emptied = was_emptied};
  looked_ = true;
  at_end_ = true;
  found_ = Found::kWait;
}

// What is before the old position may have been counted, all after it is new: there reading
// goes on, with the next line. The one that reaches over the position is new too, since it is
// after the cut; of those before it nobody knows.
absl::Status FollowedFile::SkipLostTail() {
  const absl::StatusOr<std::string> beginning = ReadBeginning();
  if (!beginning.ok()) return beginning.status();
  bookmark_.head = Head();
  bookmark_.head.Extend(*beginning);
  std::uint64_t offset = std::min(bookmark_.offset, stat_.size);
  // Where it was seen to be cut, no line reaches over.
  const bool cut_was_seen = cut_ && cut_->smallest_size < bookmark_.offset;
  if (cut_was_seen) offset = cut_->smallest_size;
  lost_bytes_ = unread_bytes();
  if (!cut_was_seen && offset > 0 && offset < stat_.size) {
    const std::uint64_t before = std::min<std::uint64_t>(offset - 1, kMaxMessageBytes);
    const std::uint64_t from = offset - 1 - before;
    const auto size = static_cast<std::size_t>(before) + kMaxMessageBytes;
    const absl::StatusOr<std::string> around = ReadPart(*file_, from, size);
    if (!around.ok()) return around.status();
    const std::size_t newline = around->find('\n', static_cast<std::size_t>(before));
    offset = newline == std::string::npos ? stat_.size : from + newline + 1;
    const std::string_view earlier =
        std::string_view(*around).substr(0, static_cast<std::size_t>(before));
    const std::size_t begin = earlier.rfind('\n') + 1;  // npos + 1 is 0
    lost_bytes_ += offset - (from + begin);
  }
  scanned_ = bookmark_.offset = offset;
  text_at_ = 0;
  seen_size_ = stat_.size;
  at_ = BlockBuffer::At::kMessageStart;
  given_up_ = bookmark_.given_up = {};
  return ReadWindow();
}

}  // namespace maillog
