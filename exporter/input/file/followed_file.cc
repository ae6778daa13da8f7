#include "exporter/input/file/followed_file.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <utility>

#include "exporter/input/file/read_part.h"

namespace maillog {
namespace {

// Of a longer beginning of a line nothing is read on: it is read again.
constexpr std::size_t kMaxHeldAhead = 4096;

constexpr std::size_t kLookedThrough = 64 * 1024;

std::size_t SizeWithoutNuls(std::string_view bytes) { return bytes.find_last_not_of('\0') + 1; }

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
