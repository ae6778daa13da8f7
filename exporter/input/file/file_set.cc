#include "exporter/input/file/file_set.h"

#include <algorithm>
#include <cerrno>
#include <tuple>
#include <unordered_set>
#include <utility>

#include "exporter/input/file/find_copy.h"
#include "exporter/input/file/rotation_name.h"

namespace maillog {
namespace {

bool IsDescriptorLimit(const absl::Status& error) {
  return ErrnoOf(error) == EMFILE || ErrnoOf(error) == ENFILE;
}

// Paths that may be in trouble, sorted.
std::vector<std::string> WithUnread(std::vector<std::string> paths,
                                    const std::vector<Listing::Unread>& unread) {
  for (const Listing::Unread& directory : unread) paths.push_back(directory.path);
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace

FileSet::FileSet(Surroundings surroundings, std::unique_ptr<PathList> paths, StartAt start,
                 const std::optional<std::vector<Bookmark>>& saved)
    : around_(std::move(surroundings)),
      rotations_(around_.files),
      paths_(std::move(paths)),
      start_(start),
      first_look_(!saved.has_value()) {
  if (!saved) return;
  restored_ = true;
  for (const Bookmark& bookmark : *saved) {
    next_number_ = std::max(next_number_, bookmark.number + 1);
    shelf_.Put({.bookmark = bookmark, .seen = {.links = 0}, .claim = {}});
  }
}

void FileSet::LookAtNames() {
  const bool had_more = std::exchange(has_more_, false);
  rotations_.Forget();
  const absl::StatusOr<Listing> listing = paths_->List(around_.files);
  if (!listing.ok()) {
    troubles_.Set("", listing.status());
    return;
  }
  troubles_.Clear("");
  for (const Listing::Unread& directory : listing->unread) {
    troubles_.Set(directory.path, directory.error);
  }
  for (const Listing::Pattern& pattern : listing->patterns) {
    if (pattern.has_files) {
      troubles_.Clear(pattern.path);
      troubles_.ClearMissing(pattern.path);
    } else {
      troubles_.SetMissing(pattern.path);
    }
  }
  for (const std::string& directory : listing->directories) around_.waker.WatchDirectory(directory);
  if (restored_) FindMoved();
  DemoteMoved();
  wanted_ = Wanted(*listing);
  ids_of_wanted_.reset();
  if (restored_) FindRenamed(*listing);
  AdoptAll(wanted_, had_more);
  if (std::exchange(moved_meanwhile_, false)) DemoteMoved();
  troubles_.KeepOnly(WithUnread(wanted_, listing->unread));
  first_look_ = first_look_ && has_more_;
  if (!has_more_ && std::exchange(restored_, false)) FindOrphans();
}

// What a pattern finds may be a rotated or packed form of something else that it finds, or found
// before: that has been read under its former name.
std::vector<std::string> FileSet::Wanted(const Listing& listing) const {
  if (!listing.by_pattern) return listing.files;
  std::unordered_set<std::string> known(listing.files.begin(), listing.files.end());
  for (const auto& file : open_) known.insert(file->path());
  for (const Bookshelf::Entry& entry : shelf_.entries()) known.insert(entry.bookmark.path);
  std::vector<std::string> wanted;
  for (const std::string& path : listing.files) {
    const std::string name = NameOf(path);
    const std::string directory = path.substr(0, path.size() - name.size());
    const std::vector<std::string> bases = RotationBases(name);
    const bool is_rotation = std::any_of(bases.begin(), bases.end(), [&](const std::string& base) {
      return known.contains(directory + base);
    });
    if (!is_rotation && !IsPackedName(name)) wanted.push_back(path);
  }
  return wanted;
}

void FileSet::DemoteMoved() {
  for (std::size_t i = 0; i < open_.size();) {
    const bool moved = open_[i]->role == Role::kLive && HasMoved(open_[i]->path(), *open_[i]);
    if (moved) Supersede(open_[i]->path());
    if (moved) open_[i]->ExpectNoCopy();
    // Its content may have been rewritten before it moved; an error closes it.
    if (moved && !LookAt(i)) continue;
    if (moved) Demote(i);
    ++i;
  }
}

bool FileSet::HasMoved(const std::string& path, const OpenFile& file) {
  const absl::StatusOr<FileStat> stat = around_.files.Stat(path);
  if (stat.ok()) return stat->id != file.stat().id;
  if (!IsMissing(stat.status())) troubles_.Set(path, stat.status());
  return IsMissing(stat.status());
}

void FileSet::Demote(std::size_t index) {
  // Its former content is in a copy, or gone; what moved is the empty rest.
  if (open_[index]->found() == Found::kWait) Replace(index, CopyOf(*open_[index]));
  OpenFile& file = *open_[index];
  file.role = Role::kOld;
  file.unsaved = true;  // its beginning may be longer than when it was saved
  file.old_since = around_.clock.Now();
  const absl::StatusOr<FileStat> stat = file.file().Stat();
  Note(stat.ok() && stat->links == 0 ? Rotation::kRemoved : Rotation::kRenamed);
}

void FileSet::Supersede(const std::string& path) {
  for (const auto& file : open_) {
    if (file->role != Role::kOld || file->path() != path) continue;
    if (!std::exchange(file->may_be_younger, false)) file->superseded = true;
  }
}

void FileSet::Adopt(const std::string& path) {
  const absl::StatusOr<FileStat> stat = around_.files.Stat(path);
  if (!stat.ok() && IsMissing(stat.status())) {
    troubles_.SetMissing(path);
    return;
  }
  if (!stat.ok()) return troubles_.Set(path, stat.status());
  troubles_.ClearMissing(path);
  if (stat->kind != FileKind::kRegular) return;
  if (Revive(path, stat->id)) return;
  if (shelf_.HasUnchanged(*stat)) return;
  if (!HasRoom()) {
    has_more_ = true;
    return;
  }
  absl::StatusOr<std::unique_ptr<File>> file = around_.files.Open(path);
  if (!file.ok() && IsDescriptorLimit(file.status()) && CloseIdle()) {
    file = around_.files.Open(path);
  }
  if (!file.ok()) {
    if (first_look_) unread_at_start_[path] = *stat;
    return troubles_.Set(path, file.status());
  }
  const absl::StatusOr<FileStat> opened = (*file)->Stat();
  if (!opened.ok()) return troubles_.Set(path, opened.status());
  troubles_.Clear(path);
  if (Revive(path, opened->id)) return;
  Begin(path, *std::move(file), *opened);
}

// Where the last look had no room for all, those come first that have not been open in this run:
// the others are looked at again by the look that has room.
void FileSet::AdoptAll(const std::vector<std::string>& paths, bool had_more) {
  std::unordered_set<std::string> known;
  if (had_more) {
    for (const auto& file : open_) {
      if (file->role == Role::kLive) known.insert(file->path());
    }
    for (const Bookshelf::Entry& entry : shelf_.entries()) {
      if (entry.seen.links > 0) known.insert(entry.bookmark.path);
    }
  }
  for (const bool again : {false, true}) {
    for (const std::string& path : paths) {
      if (known.contains(path) != again) continue;
      Adopt(path);
      // Those after it have no room either, and come with the next look, but for an old one that
      // has got its name back.
      if (has_more_ && HasNoOld()) return;
    }
  }
}

bool FileSet::HasNoOld() const {
  return std::all_of(open_.begin(), open_.end(),
                     [](const auto& file) { return file->role == Role::kLive; });
}

bool FileSet::HasLive(const std::string& path) const {
  return std::any_of(open_.begin(), open_.end(), [&](const auto& file) {
    return file->role == Role::kLive && file->path() == path;
  });
}

// Whether the file is open already, under this or another name.
bool FileSet::Revive(const std::string& path, const FileId& id) {
  for (const auto& file : open_) {
    if (file->stat().id != id) continue;
    if (file->role == Role::kLive) return true;
    file->role = Role::kLive;
    file->superseded = false;
    file->unsaved = true;
    file->Rename(path);
    return true;
  }
  return false;
}

void FileSet::Begin(const std::string& path, std::unique_ptr<File> file, const FileStat& stat) {
  absl::StatusOr<std::optional<Bookshelf::Entry>> entry =
      shelf_.TakeFor(*file, stat, path, [&] { return IdsElsewhere(path, stat.id); });
  if (!entry.ok()) return troubles_.Set(path, entry.status());
  const bool was_its = entry->has_value() && (*entry)->bookmark.path == path;
  const bool is_new = !was_its && IsNew(path);
  std::optional<FileClaims::Claim> claim;
  if (entry->has_value() && (*entry)->claim.Holds(stat.id)) claim = std::move((*entry)->claim);
  if (!claim) claim = shelf_.TakeClaim(stat.id);
  if (!claim) claim = FileClaims::Take(around_.claims, stat.id);
  if (!claim) {
    if (entry->has_value()) shelf_.Put(*std::move(*entry));
    return;  // another source reads it
  }
  Bookmark bookmark;
  Rotation replaced_by = Rotation::kTruncated;
  if (entry->has_value()) {
    bookmark = std::move((*entry)->bookmark);
    if (bookmark.id != stat.id) replaced_by = Rotation::kRenamed;
  } else if (std::optional<Bookmark> replaced = TakeReplaced(path, *file, stat)) {
    bookmark = *std::move(replaced);
  } else {
    bookmark.number = next_number_++;
  }
  const bool is_copy = bookmark.offset == 0 && IsCopyOfReplaced(path, *file);
  bookmark.path = path;
  const bool is_another = bookmark.id.IsAnotherFile(stat.id);
  auto followed =
      std::make_unique<OpenFile>(std::move(file), stat, std::move(bookmark), around_.clock.Now());
  followed->claim = *std::move(claim);
  followed->replaced_by = replaced_by;
  if (is_another) followed->ExpectOther();
  const auto unread = unread_at_start_.find(path);
  const bool was_unread = unread != unread_at_start_.end() && unread->second.id == stat.id;
  const bool begins_at_end = (first_look_ || was_unread) && start_ == StartAt::kEnd;
  if (is_copy || (!entry->has_value() && begins_at_end)) {
    const std::uint64_t end = was_unread ? unread->second.size : stat.size;
    if (absl::Status skipped = followed->SkipTo(end); !skipped.ok()) {
      return troubles_.Set(path, skipped);
    }
  }
  unread_at_start_.erase(path);
  moved_meanwhile_ = moved_meanwhile_ || HasLive(path);
  Follow(std::move(followed));
  if (is_new) RememberRotations(path, stat.id);
}

// Of the files that are where this one is not: among the rotations of its log; and of what was read
// under its path, what another path names now. Of those few only: there may be thousands.
std::set<FileId> FileSet::IdsElsewhere(const std::string& path, const FileId& id) {
  // The only one is this one.
  if (!ids_of_wanted_) ids_of_wanted_ = wanted_.size() == 1 ? std::set<FileId>() : IdsOfWanted();
  std::set<FileId> ids = IdsIn(RotationsOf(around_, rotations_, path, id));
  for (const Bookshelf::Entry& entry : shelf_.entries()) {
    const Bookmark& bookmark = entry.bookmark;
    if (bookmark.path == path && bookmark.id != id && ids_of_wanted_->contains(bookmark.id))
      ids.insert(bookmark.id);
  }
  return ids;
}

void FileSet::Follow(std::unique_ptr<OpenFile> file) {
  file->watch = around_.waker.WatchFile(file->file(), file->path());
  open_.push_back(std::move(file));
}

std::uint64_t FileSet::unread_bytes() const {
  std::uint64_t unread = 0;
  for (const auto& file : open_) unread += file->unread_bytes();
  return unread;
}

bool FileSet::HasUnreadOlder(const OpenFile& file) const {
  std::vector<const OpenFile*> of_path;
  for (const auto& other : open_) {
    if (other->path() == file.path()) of_path.push_back(other.get());
  }
  const bool live_is_youngest = std::none_of(
      of_path.begin(), of_path.end(), [](const OpenFile* other) { return other->may_be_younger; });
  const auto age = [&](const OpenFile& other) {
    // What is written to an empty one by now was written after the look.
    return std::tuple(live_is_youngest && other.role == Role::kLive, other.stat().size == 0,
                      other.stat().modified_ns, other.bookmark().number);
  };
  return std::any_of(of_path.begin(), of_path.end(), [&](const OpenFile* other) {
    return !other->at_end() && !MayHaveOlder(*other) && age(*other) < age(file);
  });
}

bool FileSet::MayHaveOlder(const OpenFile& file) const {
  if (file.role != Role::kLive || !file.had_nothing) return false;
  return std::any_of(open_.begin(), open_.end(), [&](const auto& other) {
    return other->role == Role::kOld && !other->superseded && !other->may_be_younger &&
           other->path() == file.path();
  });
}

}  // namespace maillog
