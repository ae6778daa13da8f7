// When files are closed: old ones that are finished, those that cannot be read, and those that make
// room for others.
#include <algorithm>
#include <cerrno>
#include <optional>
#include <string>
#include <utility>

#include "exporter/input/file/file_set.h"
#include "exporter/os/log.h"

namespace maillog {
namespace {

// Writers keep a file that was unlinked until they are told; the disk space is ours to free too.
constexpr std::chrono::seconds kUnlinkedGrace{5};
constexpr std::chrono::hours kOldIdle{1};

}  // namespace

bool FileSet::IsDue(const OpenFile& file) const {
  if (file.role == Role::kLive) return false;
  if (file.superseded) return true;
  const TimePoint now = around_.clock.Now();
  const TimePoint still_since = std::max(file.grown(), file.old_since);
  if (file.stat().links == 0) return now - still_since >= kUnlinkedGrace;
  if (now - still_since < kOldIdle) return false;
  return std::any_of(open_.begin(), open_.end(), [&](const auto& other) {
    return other->role == Role::kLive && other->path() == file.path() &&
           other->grown() > file.old_since;
  });
}

TimePoint FileSet::deadline() const {
  const TimePoint now = around_.clock.Now();
  TimePoint deadline = TimePoint::max();
  for (const auto& file : open_) {
    deadline = std::min({deadline, file->hold_deadline(), file->copy_deadline()});
    if (file->needs_look()) deadline = TimePoint::min();
    if (file->role == Role::kLive) continue;
    const TimePoint still_since = std::max(file->grown(), file->old_since);
    const Duration wait = file->stat().links == 0 ? Duration(kUnlinkedGrace) : Duration(kOldIdle);
    // One that was due before waits for something to happen to its successor.
    if (still_since + wait > now) deadline = std::min(deadline, still_since + wait);
  }
  return deadline;
}

void FileSet::LetGo(std::size_t index) {
  const OpenFile& file = *open_[index];
  if (file.found() == Found::kWait) notes_.lost_bytes += file.unread_bytes();
  shelf_.Put({.bookmark = file.bookmark(), .seen = file.stat(), .claim = {}});
  Close(index);
}

void FileSet::Drop(std::size_t index, const absl::Status& error) {
  const OpenFile& file = *open_[index];
  const bool is_old = file.role == Role::kOld;
  if (is_old && ErrnoOf(error) != ESTALE) {
    LogWarn("an old log cannot be read further",
            {{"path", file.path()}, {"error", std::string(error.message())}});
    notes_.lost_bytes += file.unread_bytes();
    notes_.forgotten.push_back(file.bookmark().number);
    return Close(index);
  }
  // Another host has removed it, if it is an old one, perhaps since it has packed it. Of one that
  // was read to its end nothing is missed, even if there is no packed form.
  const bool is_read = is_old && file.at_end() && file.found() == Found::kResume;
  FileStat seen = file.stat();
  if (!is_read) seen.links = 0;
  if (!is_old) troubles_.Set(file.path(), error);
  shelf_.Put({.bookmark = file.bookmark(), .seen = seen, .claim = {}});
  if (!is_read) restored_ = true;  // it may have another name by now, or get one
  Close(index);
}

// Makes room for another file: the one that nothing happened in for the longest time, and of those
// that were rotated first, if they can be found again.
bool FileSet::CloseIdle() {
  std::optional<std::size_t> idlest;
  for (std::size_t i = 0; i < open_.size(); ++i) {
    const OpenFile& file = *open_[i];
    const bool has_name =
        file.role == Role::kLive || (file.stat().links > 0 && file.stat().id.is_proof());
    const bool idle = has_name && file.at_end() && !file.unsaved &&
                      file.found() == Found::kResume && !file.needs_look();
    const auto order = [](const OpenFile& one) {
      return std::pair(one.role == Role::kLive, one.grown());
    };
    if (idle && (!idlest || order(file) < order(*open_[*idlest]))) idlest = i;
  }
  if (!idlest) return false;
  OpenFile& file = *open_[*idlest];
  shelf_.Put({.bookmark = file.bookmark(),
              .seen = file.stat(),
              .claim = std::move(file.claim),
              .was_live = file.role == Role::kLive});
  Close(*idlest);
  return true;
}

void FileSet::Close(std::size_t index) {
  around_.waker.Unwatch(open_[index]->watch);
  open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(index));
}

}  // namespace maillog
