// Searches among the rotations of a log for what a former run was reading: by its id, where ids are
// proof and the content is still the bookmark's; else by its content.
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "exporter/input/file/file_set.h"
#include "exporter/input/file/find_copy.h"

namespace maillog {

std::set<FileId> FileSet::IdsIn(const std::vector<Rotated>& rotated) const {
  std::set<FileId> ids;
  for (const Rotated& each : rotated) ids.insert(each.id);
  for (const auto& file : open_) {
    if (file->stat().links > 0) ids.insert(file->stat().id);
  }
  return ids;
}

// Of what the current look is to follow, as it is now.
std::set<FileId> FileSet::IdsOfWanted() const {
  std::set<FileId> ids;
  for (const std::string& path : wanted_) {
    const absl::StatusOr<FileStat> stat = around_.files.Stat(path);
    if (stat.ok()) ids.insert(stat->id);
  }
  return ids;
}

bool FileSet::IsOfAnother(const FileId& id, const Bookmark& bookmark) const {
  return AnyBookmark([&](const Bookmark& other) {
    return other.number != bookmark.number && other.id.IsSameFile(id);
  });
}

// One that has read the content; or will, since the file that it is of is open.
bool FileSet::IsOfAnotherBookmark(const Rotated& rotated, File& file, const Bookmark& bookmark) {
  const auto has_open = [&](const auto& other) {
    return other->bookmark().number != bookmark.number && other->path() == bookmark.path &&
           rotated.id.is_proof() && other->stat().id.is_proof() &&
           HasContentOf(file, rotated, *other);
  };
  if (std::any_of(open_.begin(), open_.end(), has_open)) return true;
  const absl::StatusOr<FileStat> stat = file.Stat();
  return stat.ok() && AnyBookmark([&](const Bookmark& other) {
           return other.number != bookmark.number && other.path == bookmark.path &&
                  other.offset > 0 && FollowedFile::Holds(file, stat->size, other).value_or(0) > 0;
         });
}

bool FileSet::AnyBookmark(const std::function<bool(const Bookmark&)>& is_so) const {
  const auto& entries = shelf_.entries();
  return std::any_of(open_.begin(), open_.end(),
                     [&](const auto& file) { return is_so(file->bookmark()); }) ||
         std::any_of(entries.begin(), entries.end(),
                     [&](const Bookshelf::Entry& entry) { return is_so(entry.bookmark); });
}

// Files that were rotated since a former run: their ids tell, whatever they begin with. Before the
// paths are looked at, so that what has taken their place is not taken for them.
void FileSet::FindMoved() {
  std::map<std::string, std::vector<Rotated>> rotated;  // by path
  const auto has_moved = [&](const Bookmark& bookmark) {
    if (!bookmark.id.is_proof()) return false;
    const absl::StatusOr<FileStat> there = around_.files.Stat(bookmark.path);
    if (there.ok() && there->id.IsSameFile(bookmark.id)) return false;
    const auto [found, is_first] = rotated.try_emplace(bookmark.path);
    if (is_first) found->second = RotationsOf(around_, rotations_, bookmark.path, {});
    return std::any_of(found->second.begin(), found->second.end(),
                       [&](const Rotated& each) { return each.id.IsSameFile(bookmark.id); });
  };
  std::vector<Bookshelf::Entry> moved = shelf_.TakeUnfinished(has_moved);
  if (moved.empty()) return;
  std::map<std::string, BookmarkNumber> last;  // by path: what was read last under it
  const auto note = [&](const Bookmark& bookmark) {
    if (bookmark.finished) return;
    BookmarkNumber& number = last[bookmark.path];
    number = std::max(number, bookmark.number);
  };
  for (const Bookshelf::Entry& entry : shelf_.entries()) note(entry.bookmark);
  for (const Bookshelf::Entry& entry : moved) note(entry.bookmark);
  for (Bookshelf::Entry& entry : moved) {
    if (!HasRoom()) {  // by the next look
      has_more_ = true;
      shelf_.Put(std::move(entry));
      continue;
    }
    const Bookmark bookmark = entry.bookmark;
    std::unique_ptr<OpenFile> found;
    for (const Rotated& each : rotated.at(bookmark.path)) {
      if (!each.id.IsSameFile(bookmark.id)) continue;
      absl::StatusOr<std::unique_ptr<File>> file = OpenRotated(around_, each);
      if (!file.ok() || !IsStill(**file, bookmark)) continue;
      found = FollowRotated(around_, each, *std::move(file), bookmark);
    }
    if (found == nullptr) {
      shelf_.Put(std::move(entry));
      continue;
    }
    if (last.at(bookmark.path) == bookmark.number) Note(Rotation::kRenamed);
    Follow(std::move(found));
  }
}

// Whether its file is there, or may be, and cannot be looked into for now.
bool FileSet::IsOutOfReach(const Bookmark& bookmark, const std::vector<Rotated>& rotated) {
  const absl::StatusOr<FileStat> there = around_.files.Stat(bookmark.path);
  if (!there.ok() && !IsMissing(there.status())) return true;
  const auto is_closed = [](const absl::StatusOr<std::unique_ptr<File>>& file) {
    char byte = 0;
    if (!file.ok()) return !IsMissing(file.status());
    return !(*file)->Stat().ok() || !(*file)->ReadAt(0, {&byte, 1}).ok();
  };
  if (IsInPlace(bookmark)) {
    const bool wanted = std::find(wanted_.begin(), wanted_.end(), bookmark.path) != wanted_.end();
    return wanted && is_closed(around_.files.Open(bookmark.path));
  }
  return std::any_of(rotated.begin(), rotated.end(), [&](const Rotated& each) {
    return each.id.IsSameFile(bookmark.id) && is_closed(OpenRotated(around_, each));
  });
}

// Whether its path still names its file.
bool FileSet::IsInPlace(const Bookmark& bookmark) {
  const absl::StatusOr<FileStat> there = around_.files.Stat(bookmark.path);
  return there.ok() && (there->id == bookmark.id || there->id.IsSameFile(bookmark.id));
}

// All files where names are looked for, and where links lead.
std::vector<Rotated> FileSet::FilesAround(const Listing& listing) {
  std::set<std::string> directories(listing.directories.begin(), listing.directories.end());
  for (const std::string& path : wanted_) {
    const absl::StatusOr<std::string> target = around_.files.Resolve(path);
    if (target.ok()) directories.insert(DirectoryOf(*target));
  }
  std::vector<Rotated> found;
  for (const std::string& directory : directories) {
    const absl::StatusOr<std::vector<std::string>> names = around_.files.List(directory);
    if (!names.ok()) continue;
    for (const std::string& name : *names) {
      const std::string path = JoinPath(directory, name);
      const absl::StatusOr<FileStat> stat = around_.files.Stat(path);
      if (!stat.ok() || stat->kind != FileKind::kRegular) continue;
      found.push_back(
          {.path = path, .id = stat->id, .size = stat->size, .modified_ns = stat->modified_ns});
    }
  }
  return found;
}

// Files that have a name which is no rotation's, or are only not what a link names any more: again
// before what has taken their place. Those that a path names come with it.
void FileSet::FindRenamed(const Listing& listing) {
  std::vector<Bookshelf::Entry> renamed = shelf_.TakeUnfinished(
      [&](const Bookmark& bookmark) { return bookmark.id.is_proof() && !IsInPlace(bookmark); });
  if (renamed.empty()) return;
  std::vector<Rotated> found = FilesAround(listing);
  const std::set<FileId> wanted = IdsOfWanted();
  std::erase_if(found, [&](const Rotated& each) { return wanted.contains(each.id); });
  for (Bookshelf::Entry& entry : renamed) {
    std::unique_ptr<OpenFile> file;
    if (HasRoom()) file = FindById(around_, found, entry.bookmark);
    if (file == nullptr) {
      shelf_.Put(std::move(entry));
    } else {
      Note(Rotation::kRenamed);
      Follow(std::move(file));
    }
  }
}

// What is left from a former run: its content may be in a copy.
void FileSet::FindOrphans() {
  std::vector<Bookshelf::Entry> orphans =
      shelf_.TakeUnfinished([](const Bookmark&) { return true; });
  // Of what nothing was read only the beginning is known: it may fit what is another's.
  std::stable_partition(orphans.begin(), orphans.end(),
                        [](const Bookshelf::Entry& entry) { return entry.bookmark.offset > 0; });
  for (Bookshelf::Entry& entry : orphans) {
    if (!HasRoom()) {
      has_more_ = restored_ = true;
      shelf_.Put(std::move(entry));
      continue;
    }
    const Bookmark& bookmark = entry.bookmark;
    const std::vector<Rotated> now = RotationsOf(around_, rotations_, bookmark.path, {});
    if (IsOutOfReach(bookmark, now)) {
      restored_ = true;  // it may get another name before it can be read
      shelf_.Put(std::move(entry));
      continue;
    }
    // Not one that still has its content, and that a rename hid from FindMoved.
    const bool was_cut = (entry.missed && entry.missed->was_cut) ||
                         std::any_of(now.begin(), now.end(), [&](const Rotated& each) {
                           if (!each.id.IsSameFile(bookmark.id)) return false;
                           const absl::StatusOr<std::unique_ptr<File>> file =
                               OpenRotated(around_, each);
                           return file.ok() && !IsStill(**file, bookmark);
                         });
    std::unique_ptr<OpenFile> found = FindCopyOf(bookmark, was_cut);
    if (found != nullptr) {
      Follow(std::move(found));
      continue;
    }
    if (MayAppear(entry)) {
      restored_ = true;
      shelf_.Put(std::move(entry));
      continue;
    }
    GiveUp(std::move(entry));
  }
}

// It is remembered as finished, so that a form of it that comes later is not read from its
// beginning.
void FileSet::GiveUp(Bookshelf::Entry entry) {
  Bookmark& bookmark = entry.bookmark;
  if (entry.missed && entry.missed->was_read) {
    notes_.lost_bytes += entry.missed->unread_bytes;
  } else if (IsInPlace(bookmark)) {
    // It is not followed any more, or by another source; resumed if it will be again.
  } else if (bookmark.offset > 0) {
    NoteRemoved(bookmark);
  } else {
    // Nothing was read of it: if it is there, and was only hidden by a rename, it is unread.
    bookmark.head = Head();
    bookmark.id = FileId();
  }
  bookmark.finished = true;
  entry.missed.reset();
  notes_.begun.push_back(bookmark);
  shelf_.Put(std::move(entry));
}

// Over a network names may be as they were a while ago.
bool FileSet::MayShowNamesLate(const std::string& path) {
  return around_.files.IsRemote(std::string(DirectoryOf(path)));
}

bool FileSet::MayAppear(Bookshelf::Entry& entry) {
  const TimePoint now = around_.clock.Now();
  if (!entry.missed && MayShowNamesLate(entry.bookmark.path))
    entry.missed = Bookshelf::Missed{.until = now + kNamesShown};
  return entry.missed && now < entry.missed->until;
}

// What a file held that is not open.
std::unique_ptr<OpenFile> FileSet::FindCopyOf(const Bookmark& bookmark, bool was_cut) {
  return FindCopy(around_, rotations_,
                  {.bookmark = bookmark,
                   .was_cut = was_cut,
                   .may_have_lost_tail = around_.booted_since,
                   .is_another = [&](const FileId& id) { return IsOfAnother(id, bookmark); },
                   .is_of_another_bookmark =
                       [&](const Rotated& rotated, File& copy) {
                         return IsOfAnotherBookmark(rotated, copy, bookmark);
                       }});
}

// What was closed for lack of room, at its end, and has been removed or packed since.
void FileSet::FindGone() {
  for (Bookshelf::Entry& entry : shelf_.TakeGone(still_there_)) {
    if (!HasRoom()) {  // it is still gone at the next look
      shelf_.Put(std::move(entry));
      continue;
    }
    if (std::unique_ptr<OpenFile> found = FindCopyOf(entry.bookmark, false)) {
      Follow(std::move(found));
      continue;
    }
    entry.bookmark.finished = true;
    entry.claim = {};
    notes_.begun.push_back(entry.bookmark);
    shelf_.Put(std::move(entry));
  }
}

}  // namespace maillog
