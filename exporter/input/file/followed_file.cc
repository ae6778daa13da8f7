#include "exporter/input/file/followed_file.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <utility>

namespace maillog {
namespace {

// Of a longer beginning of a line nothing is read on: it is read again.
constexpr std::size_t kMaxHeldAhead = 4096;

constexpr std::size_t kLookedThrough = 64 * 1024;

std::size_t SizeWithoutNuls(std::string_view bytes) { return bytes.find_last_not_of('\0') + 1; }

// Up to `size` bytes at `offset`; fewer where the file ends.
absl::StatusOr<std::string> ReadPart(File& file, std::uint64_t offset, std::size_t size) {
  std::string bytes(size, '\0');
  const absl::StatusOr<std::size_t> read = file.ReadAt(offset, bytes);
  if (!read.ok()) return read.status();
  bytes.resize(*read);
  return bytes;
}

absl::StatusOr<bool> WindowIsThere(File& file, const Bookmark& bookmark) {
  std::array<char, Window::kMaxBytes> bytes;
  const std::span<char> window(bytes.data(), bookmark.window.length);
  const absl::StatusOr<std::size_t> read = file.ReadAt(bookmark.offset - window.size(), window);
  if (!read.ok()) return read.status();
  return bookmark.window.Matches({bytes.data(), *read});
}

}  // namespace

FollowedFile::FollowedFile(std::unique_ptr<File> file, const FileStat& stat, Bookmark bookmark,
                           TimePoint now)
    : file_(std::move(file)),
      stat_(stat),
      seen_size_(bookmark.offset),
      bookmark_(std::move(bookmark)),
      scanned_(bookmark_.offset),
      given_up_(bookmark_.given_up),
      grown_(now) {
  bookmark_.finished = false;
}

absl::StatusOr<std::size_t> FollowedFile::Holds(File& file, std::uint64_t size,
                                                const Bookmark& bookmark) {
  if (size < bookmark.offset) return std::size_t{0};
  absl::StatusOr<std::string> beginning =
      ReadPart(file, 0, std::min<std::uint64_t>(size, Head::kMaxBytes));
  if (!beginning.ok()) return beginning.status();
  const std::size_t matched = bookmark.head.MatchedBytes(*beginning);
  if (matched == 0) return matched;
  const absl::StatusOr<bool> window = WindowIsThere(file, bookmark);
  if (!window.ok()) return window.status();
  return *window ? matched : 0;
}

absl::StatusOr<bool> FollowedFile::EndsEarlier(File& file, std::uint64_t size,
                                               const Bookmark& bookmark) {
  if (size >= bookmark.offset) return false;
  const absl::StatusOr<std::string> beginning =
      ReadPart(file, 0, std::min<std::uint64_t>(size, Head::kMaxBytes));
  if (!beginning.ok()) return beginning.status();
  return bookmark.head.MatchedBytes(*beginning) > 0;
}

absl::StatusOr<Bookmark> FollowedFile::AtEndOf(File& file, std::uint64_t size, Bookmark bookmark) {
  const absl::StatusOr<std::string> beginning =
      ReadPart(file, 0, std::min<std::uint64_t>(size, Head::kMaxBytes));
  if (!beginning.ok()) return beginning.status();
  bookmark.head = Head();
  bookmark.head.Extend(*beginning);
  bookmark.offset = size;
  const std::uint64_t window = std::min<std::uint64_t>(size, Window::kMaxBytes);
  const absl::StatusOr<std::string> last =
      ReadPart(file, size - window, static_cast<std::size_t>(window));
  if (!last.ok()) return last.status();
  bookmark.window = {.length = static_cast<std::uint32_t>(window), .hash = HashOf(*last)};
  bookmark.given_up = {};
  return bookmark;
}

// A line that is being written is not counted yet: reading begins with it.
absl::Status FollowedFile::SkipTo(std::uint64_t end) {
  absl::StatusOr<std::string> beginning = ReadBeginning();
  if (!beginning.ok()) return beginning.status();
  bookmark_.head = Head();
  bookmark_.head.Extend(*beginning);
  end = std::min(end, stat_.size);
  const std::uint64_t size = std::min<std::uint64_t>(end, kMaxMessageBytes);
  const absl::StatusOr<std::string> last =
      ReadPart(*file_, end - size, static_cast<std::size_t>(size));
  if (!last.ok()) return last.status();
  if (last->size() < size) {  // it has been cut since: what is written to it from now on is new
    bookmark_.head = Head();
    return absl::OkStatus();
  }
  const std::size_t newline = last->rfind('\n');
  const bool no_start = newline == std::string::npos && size < end;
  bookmark_.offset = no_start ? end : end - last->size() + (newline + 1);
  scanned_ = bookmark_.offset;
  seen_size_ = stat_.size;
  return ReadWindow();
}

// Without NULs at its end: there it is not written yet.
absl::StatusOr<std::string> FollowedFile::ReadBeginning() {
  absl::StatusOr<std::string> beginning =
      ReadPart(*file_, 0, std::min<std::uint64_t>(stat_.size, Head::kMaxBytes));
  if (beginning.ok()) beginning->resize(SizeWithoutNuls(*beginning));
  return beginning;
}

// The bytes themselves are needed to know the next window without reading them again: by then they
// may have been replaced.
absl::Status FollowedFile::ReadWindow() {
  const std::uint64_t size = std::min<std::uint64_t>(bookmark_.offset, Window::kMaxBytes);
  absl::StatusOr<std::string> bytes =
      ReadPart(*file_, bookmark_.offset - size, static_cast<std::size_t>(size));
  if (!bytes.ok()) return bytes.status();
  window_ = *std::move(bytes);
  // Where less is there by now, what follows it is new: nothing matches.
  bookmark_.window = {.length = static_cast<std::uint32_t>(size), .hash = HashOf(window_)};
  return absl::OkStatus();
}

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

absl::StatusOr<BlockBuffer::Taken> FollowedFile::Read(BlockBuffer& into, TimePoint now) {
  const bool give_up = now >= hold_deadline();
  absl::StatusOr<BlockBuffer::Taken> taken =
      ReadAndTake(into, give_up ? Tail::kGiveUpPartial : Tail::kKeep);
  if (!taken.ok()) return taken;
  if (!taken->passed.empty()) held_since_ = TimePoint::max();
  if (!into.holds_lines()) {
    held_since_ = TimePoint::max();
  } else if (held_since_ == TimePoint::max()) {
    held_since_ = now;
  }
  return taken;
}

absl::StatusOr<BlockBuffer::Taken> FollowedFile::ReadUnfinished(BlockBuffer& into) {
  return ReadAndTake(into, Tail::kDeliver);
}

// As Read, the check comes after reading; and what is held of a line that was unfinished is what
// came before.
void FollowedFile::ReadOn(BlockBuffer& into) {
  if (at_ != BlockBuffer::At::kMessageStart || into.held() > kMaxHeldAhead) return;
  const std::span<char> room = into.Room();
  const std::size_t read = file_->ReadCached(scanned_ + into.held(), room);
  if (read == 0 || room[read - 1] == '\0' || !IsStillThere(into.bytes())) return;
  into.Filled(read);
  read_on_ = into.resets();
}

std::string_view FollowedFile::Ahead(const BlockBuffer& into) const {
  return read_on_ == into.resets() ? into.Ahead() : std::string_view{};
}

bool FollowedFile::IsStillThere(std::string_view held) {
  std::array<char, Window::kMaxBytes + kMaxHeldAhead> space;
  const std::size_t window = bookmark_.window.length;
  const std::span<char> bytes = std::span(space).first(window + held.size());
  if (file_->ReadCached(bookmark_.offset - window, bytes) < bytes.size()) return false;
  const std::string_view found(bytes.data(), bytes.size());
  return bookmark_.window.Matches(found.substr(0, window)) && found.substr(window) == held;
}

absl::StatusOr<BlockBuffer::Taken> FollowedFile::ReadAndTake(BlockBuffer& into, Tail tail) {
  if (std::exchange(read_on_, std::nullopt) == into.resets()) {
    seen_size_ = std::max(seen_size_, scanned_ + into.held());
    at_end_ = false;  // how far the file goes is not known
    const BlockBuffer::Taken taken = TakeFrom(into, Tail::kKeep);  // more may be there by now
    if (!taken.passed.empty() || taken.malformed > 0) return taken;
  }
  into.Reset(at_, given_up_);
  const std::span<char> room = into.Room();
  const absl::StatusOr<std::size_t> read = file_->ReadAt(scanned_, room);
  if (!read.ok()) return read.status();
  // After reading: what was read is what followed the window, or what began as the last look saw.
  absl::StatusOr<bool> matches = WindowIsThere(*file_, bookmark_);
  if (!matches.ok()) return matches.status();
  if (scanned_ == 0 && bookmark_.head.length() > 0) {
    *matches = bookmark_.head.MatchedBytes({room.data(), *read}) > 0;
  }
  if (!*matches) {
    looked_ = false;
    at_end_ = true;
    return BlockBuffer::Taken{};
  }
  std::size_t size = *read;
  bool all = size < room.size();
  seen_size_ = std::max(seen_size_, scanned_ + size);
  if (size > 0 && room[size - 1] == '\0') {
    const absl::StatusOr<bool> blank = IsBlankFrom(scanned_ + size);
    if (!blank.ok()) return blank.status();
    if (*blank) {
      size = SizeWithoutNuls({room.data(), size});
      seen_size_ = scanned_ + size;
      all = true;
    }
  }
  into.Filled(size);
  const BlockBuffer::Taken taken =
      TakeFrom(into, tail == Tail::kDeliver && !all ? Tail::kKeep : tail);
  at_end_ = all && (into.held() == 0 || taken.passed.empty());
  return taken;
}

// NULs at the end are not written yet: a file that is copied over a share, or that a machine lost
// power with, has its size before its content. With something after them they are a hole.
absl::StatusOr<bool> FollowedFile::IsBlankFrom(std::uint64_t offset) {
  for (; offset >= text_at_; offset += kLookedThrough) {
    const absl::StatusOr<std::string> part = ReadPart(*file_, offset, kLookedThrough);
    if (!part.ok()) return part.status();
    if (const std::size_t size = SizeWithoutNuls(*part); size > 0) {
      text_at_ = offset + size;
      return false;
    }
    if (part->size() < kLookedThrough) return true;
  }
  return false;
}

BlockBuffer::Taken FollowedFile::TakeFrom(BlockBuffer& into, Tail tail) {
  const BlockBuffer::Taken taken = into.Take(tail);
  at_ = into.at();
  given_up_ = into.given_up();
  Pass(taken.passed);
  return taken;
}

void FollowedFile::Pass(std::string_view bytes) {
  if (scanned_ <= bookmark_.head.length()) {
    bookmark_.head.Extend(bytes.substr(std::min<std::size_t>(
        bookmark_.head.length() - static_cast<std::size_t>(scanned_), bytes.size())));
  }
  scanned_ += bytes.size();
  window_.append(bytes.substr(bytes.size() - std::min(bytes.size(), Window::kMaxBytes)));
  if (window_.size() > Window::kMaxBytes) window_.erase(0, window_.size() - Window::kMaxBytes);
  if (at_ != BlockBuffer::At::kMessageStart) return;
  bookmark_.offset = scanned_;
  bookmark_.given_up = given_up_;
  bookmark_.window = {.length = static_cast<std::uint32_t>(window_.size()),
                      .hash = HashOf(window_)};
}

TimePoint FollowedFile::hold_deadline() const {
  return held_since_ == TimePoint::max() ? held_since_ : held_since_ + kMaxHold;
}

}  // namespace maillog
