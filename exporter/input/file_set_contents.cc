// What became of the contents of files: looks at what is open, and searches for what moved away.
#include <algorithm>
#include <map>
#include <utility>

#include "exporter/input/file_set.h"
#include "exporter/input/find_copy.h"

namespace maillog {
void FileSet::LookAtContents() {
  rotations_.Forget();
  for (std::size_t i = 0; i < open_.size();) {
    if (LookAt(i)) ++i;
  }
}

// False if the file was closed.
bool FileSet::LookAt(std::size_t index) {
  FollowedFile& file = *open_[index];
  const LastLook last = LastLookOf(file.bookmark());
  // Many logs begin alike: what hardly began says nothing of what the path held meanwhile.
  const bool hardly_began =
      file.bookmark().offset == 0 && file.bookmark().head.length() < Head::kRungs[0];
  const bool waits = file.found() == Found::kWait;
  const absl::StatusOr<Found> found = file.Look(around_.clock.Now());
  if (!found.ok()) {
    Drop(index, found.status());
    return false;
  }
  if (*found == Found::kShrunk) {
    Note(Rotation::kShrunk);
    notes_.lost_bytes += file.lost_bytes();
    file.unsaved = true;
  }
  const bool is_gone = *found == Found::kRewritten || *found == Found::kWait;
  if (is_gone && file.resumed && file.role == Role::kLive && !waits) Supersede(file.path());
  if (*found == Found::kRewritten && file.role == Role::kOld) {
    notes_.lost_bytes += file.unread_bytes();
    notes_.forgotten.push_back(file.bookmark().number);
    Close(index);
    return false;
  }
  if (*found == Found::kRewritten) {
    Replace(index, FindCopy(around_, rotations_, file.bookmark(), file.stat().id), last);
    return LookAt(index);
  }
  if (*found == Found::kWait && file.role == Role::kLive) {
    std::unique_ptr<FollowedFile> copy =
        FindCopy(around_, rotations_, file.bookmark(), file.stat().id);
    if (copy != nullptr) {
      Replace(index, std::move(copy), last);
      return LookAt(index);
    }
  }
  if (*found == Found::kResume) file.NoteResumed();
  if (file.role == Role::kLive) NoteChange(file, last, *found == Found::kWait || hardly_began);
  return true;
}

// Others may have come and gone under the path of what tells nothing of them.
void FileSet::NoteChange(FollowedFile& file, const LastLook& last, bool tells_nothing) {
  if (tells_nothing && last.changed_ns != 0 && file.changed()) {
    (void)FollowUnread(file.path(), file.stat().id, last);
    file.unsaved = true;
  }
  file.NoteChange();
}

// The content that was being read is not in this file any more: it is finished in the copy, if
// there is one, and the file is read from its beginning.
void FileSet::Replace(std::size_t index, std::unique_ptr<FollowedFile> copy, const LastLook& last) {
  FollowedFile& file = *open_[index];
  Note(file.replaced_by);
  const bool has_copy = copy != nullptr;
  const bool was_unread = file.bookmark().offset == 0;
  const std::uint64_t unread_bytes = file.unread_bytes();
  if (!has_copy) notes_.forgotten.push_back(file.bookmark().number);
  Bookmark bookmark;
  bookmark.number = next_number_++;
  bookmark.path = file.path();
  bookmark.changed_ns = last.changed_ns;
  const FileStat stat = file.stat();
  auto renewed = std::make_unique<FollowedFile>(file.TakeFile(), stat, std::move(bookmark),
                                                around_.clock.Now());
  renewed->claim = std::move(file.claim);
  renewed->watch = file.watch;
  renewed->role = file.role;
  renewed->old_since = file.old_since;
  renewed->superseded = file.superseded;
  open_[index] = std::move(renewed);
  const std::string path = open_[index]->path();
  if (has_copy) Follow(std::move(copy));
  const bool found = FollowUnread(path, stat.id, last);
  if (!has_copy && !(was_unread && found)) notes_.lost_bytes += unread_bytes;
}

// Logs that came and went while nobody looked; whether there were any.
bool FileSet::FollowUnread(const std::string& path, const FileId& live, const LastLook& last) {
  const auto is_known = [this](File& file, const FileId& id) { return AcquaintanceWith(file, id); };
  bool any = false;
  for (auto& file : FindUnread(around_, rotations_, path, live, last, is_known)) {
    file->SetNumber(next_number_++);
    Follow(std::move(file));
    any = true;
  }
  return any;
}

// Of what has been seen under the path by now.
LastLook FileSet::LastLookAt(const std::string& path) const {
  LastLook last;
  const auto add = [&](const Bookmark& bookmark) {
    if (bookmark.path == path) last.changed_ns = std::max(last.changed_ns, bookmark.changed_ns);
  };
  for (const auto& file : open_) add(file->bookmark());
  for (const Bookshelf::Entry& entry : shelf_.entries()) add(entry.bookmark);
  return last;
}

Acquaintance FileSet::AcquaintanceWith(File& file, const FileId& id) const {
  const std::string beginning = BeginningOf(file);
  const auto is_it = [&](const Bookmark& bookmark) {
    const std::size_t matched = bookmark.head.MatchedBytes(beginning);
    return bookmark.head.CommonBytes(beginning) > 0 || (matched > 0 && matched == beginning.size());
  };
  // Of what is open but not read yet there is no head.
  const auto is_open_as = [&](FollowedFile& other) {
    if (other.stat().id == id || is_it(other.bookmark())) return true;
    return !beginning.empty() && other.bookmark().head.length() < Head::kRungs[0] &&
           BeginningOf(other.file()) == beginning;
  };
  Acquaintance known = Acquaintance::kNone;
  const auto add = [&](const Bookmark& bookmark) {
    const bool is_read = bookmark.offset > 0 || bookmark.finished;
    known = std::max(known, is_read ? Acquaintance::kRead : Acquaintance::kBegun);
  };
  for (const auto& other : open_) {
    if (is_open_as(*other)) add(other->bookmark());
  }
  for (const Bookshelf::Entry& entry : shelf_.entries()) {
    if (is_it(entry.bookmark)) add(entry.bookmark);
  }
  return known;
}

// Nothing was ever read of a log that is empty at the first look, by which to know later what was
// rotated before: its youngest rotation is remembered instead, as if it had been read.
void FileSet::RememberYoungest(const std::string& path, const FileId& live) {
  std::optional<Bookmark> youngest = YoungestRotation(around_, rotations_, path, live);
  if (!youngest) return;
  youngest->number = next_number_++;
  youngest->finished = true;
  notes_.begun.push_back(*youngest);
  shelf_.Put({.bookmark = *std::move(youngest), .seen = {.links = 0}, .claim = {}});
}

// Files that a former run read on after their rotation, or that were rotated since.
void FileSet::FindOrphans() {
  std::map<std::string, LastLook> moved;  // by path
  for (Bookshelf::Entry& entry : shelf_.TakeUnfinished()) {
    const bool is_live = std::any_of(open_.begin(), open_.end(), [&](const auto& file) {
      return file->role == Role::kLive && file->path() == entry.bookmark.path;
    });
    // A live one tells by its content what became of it, or is new.
    const Bookmark& bookmark = entry.bookmark;
    const bool hardly_began = bookmark.offset == 0 && bookmark.head.length() < Head::kRungs[0];
    if (!is_live || hardly_began) {
      LastLook& last = moved[entry.bookmark.path];
      if (entry.bookmark.changed_ns >= last.changed_ns) last = LastLookOf(entry.bookmark);
    }
    std::unique_ptr<FollowedFile> found = FindCopy(around_, rotations_, entry.bookmark, {});
    if (found != nullptr) {
      Follow(std::move(found));
      continue;
    }
    entry.bookmark.finished = true;
    notes_.begun.push_back(entry.bookmark);
    shelf_.Put(std::move(entry));
  }
  // Afterwards: what was not known may be one of them.
  for (const auto& [path, last] : moved) {
    const absl::StatusOr<FileStat> live = around_.files.Stat(path);
    (void)FollowUnread(path, live.ok() ? live->id : FileId{}, last);
  }
}

FileNotes FileSet::TakeNotes() {
  for (const auto& file : open_) {
    if (std::exchange(file->unsaved, false)) notes_.begun.push_back(file->bookmark());
  }
  return std::exchange(notes_, FileNotes{});
}

}  // namespace maillog
