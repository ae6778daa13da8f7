// Searches among the rotations of a log for what was never seen.
//
// What is not known is unread if it is younger than something that is known; what was there at the
// first look is remembered for that. This is decided again at every look at names, for each file by
// itself, so that nothing depends on what an earlier look happened to see.
#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include "exporter/input/file/file_set.h"
#include "exporter/input/file/find_copy.h"

namespace maillog {
namespace {

bool BeginsAs(const Bookmark& bookmark, const std::string& beginning) {
  const std::size_t matched = bookmark.head.MatchedBytes(beginning);
  return bookmark.head.CommonBytes(beginning) > 0 || (matched > 0 && matched == beginning.size());
}

}  // namespace

bool FileSet::LookForUnread() {
  if (has_more_) return true;  // what is not open yet is not known yet
  rotated_.clear();
  broken_off_.clear();
  std::set<std::string> paths;
  for (const auto& file : open_) paths.insert(file->path());
  for (const Bookshelf::Entry& entry : shelf_.entries()) paths.insert(entry.bookmark.path);
  still_there_ = IdsIn({});
  for (const std::string& path : paths) {
    (void)FollowUnread(path);
    FollowGrown(rotated_[path]);
  }
  FindGone();
  for (const BookmarkNumber number : shelf_.Prune(still_there_)) notes_.forgotten.push_back(number);
  rotations_.Forget();
  bool saw_all = broken_off_.empty();
  for (const auto& file : open_) {
    if (file->role != Role::kLive || !file->has_change()) continue;
    // What was renamed meanwhile may have been missed.
    const std::string& path = file->path();
    if (!broken_off_.contains(path) && IsAsListed(path, rotated_[path])) {
      file->NoteChange();
    } else {
      saw_all = false;
    }
  }
  return saw_all;
}

// Whether nothing has got another name since.
bool FileSet::IsAsListed(const std::string& path, const std::vector<Rotated>& listed) {
  const auto is_same = [](const Rotated& a, const Rotated& b) {
    return a.path == b.path && a.id == b.id;
  };
  const absl::StatusOr<FileStat> live = around_.files.Stat(path);
  const std::size_t missing = rotations_.missing();
  const std::vector<Rotated> now =
      RotationsOf(around_, rotations_, path, live.ok() ? live->id : FileId{});
  return rotations_.missing() == missing &&
         std::equal(now.begin(), now.end(), listed.begin(), listed.end(), is_same);
}

// Oldest first; whether there were any.
bool FileSet::FollowUnread(const std::string& path) {
  const absl::StatusOr<FileStat> live = around_.files.Stat(path);
  const std::size_t missing = rotations_.missing();
  const std::vector<Rotated> rotated = rotated_[path] =
      RotationsOf(around_, rotations_, path, live.ok() ? live->id : FileId{});
  if (rotations_.missing() != missing) broken_off_.insert(path);
  if (live.ok()) still_there_.insert(live->id);
  if (rotated.empty()) return false;
  std::set<FileId> present = IdsIn(rotated);
  if (live.ok()) present.insert(live->id);
  still_there_.insert(present.begin(), present.end());
  bool knows_older = false;
  bool any = false;
  for (std::size_t i = rotated.size(); i-- > 0;) {
    const Rotated& each = rotated[i];
    absl::StatusOr<std::unique_ptr<File>> file = OpenRotated(around_, each);
    if (!file.ok()) {
      if (IsMissing(file.status())) {
        broken_off_.insert(path);  // it is packed, or has another name by now
      } else {
        troubles_.Set(each.path, file.status());
      }
      continue;
    }
    // Read once: of a copy that is being written the next answer may be another.
    const std::string beginning = BeginningOf(**file);
    if (IsKnown(path, each, **file, beginning, present)) {
      knows_older = true;
      continue;
    }
    // A copy that has just begun, perhaps: more will tell.
    if (beginning.empty()) continue;
    if (!knows_older && !MayBeUnread(path, each)) continue;
    if (IsCopyOfKnown(path, each, **file, rotated, present)) {
      // One that is still being made will be more.
      const auto [seen, is_first] = copies_.try_emplace(each.id, each);
      if (!is_first && std::exchange(seen->second, each) == each) RememberCopy(path, each, **file);
      continue;
    }
    // Names are listed one after the other: it may have been made of what was listed before under
    // another name, and is known there. The next look will tell.
    rotations_.Forget();
    if (!IsAsListed(path, rotated)) {
      broken_off_.insert(path);
      break;
    }
    any = FollowFromStart(path, rotated, i, *std::move(file)) || any;
  }
  return any;
}

// What was closed for lack of room, and renamed before a look had seen what was written to it.
void FileSet::FollowGrown(const std::vector<Rotated>& rotated) {
  for (const Rotated& each : rotated) {
    if (shelf_.TakeWasLive(each.id)) Note(Rotation::kRenamed);
    std::optional<Bookshelf::Entry> entry =
        shelf_.TakeGrown({.id = each.id, .size = each.size, .modified_ns = each.modified_ns});
    if (!entry) continue;
    const bool has_room = HasRoom();
    has_more_ = has_more_ || !has_room;
    std::unique_ptr<OpenFile> found;
    absl::StatusOr<std::unique_ptr<File>> file;
    if (has_room) file = OpenRotated(around_, each);
    if (has_room && file.ok()) {
      entry->claim = {};  // it is taken again
      found = FollowRotated(around_, each, *std::move(file), entry->bookmark);
    }
    if (found == nullptr) {
      shelf_.Put(*std::move(entry));
      continue;
    }
    Follow(std::move(found));
    (void)LookAt(open_.size() - 1);
  }
}

// As if it had been read.
void FileSet::Remember(const std::string& path, const Rotated& rotated, Bookmark known) {
  known.number = next_number_++;
  known.path = path;
  known.id = rotated.id;
  known.changed_ns = rotated.modified_ns;
  known.finished = true;
  notes_.begun.push_back(known);
  shelf_.Put({.bookmark = std::move(known), .seen = {.links = 0}, .claim = {}});
}

// The one at `index` of those that were listed, youngest first.
bool FileSet::FollowFromStart(const std::string& path, const std::vector<Rotated>& listed,
                              std::size_t index, std::unique_ptr<File> file) {
  const Rotated& rotated = listed[index];
  Bookmark bookmark;
  bookmark.path = path;
  bookmark.changed_ns = rotated.modified_ns;
  auto followed = FollowRotated(around_, rotated, std::move(file), bookmark);
  if (followed == nullptr) return false;
  followed->SetNumber(next_number_++);
  followed->superseded = followed->superseded || index > 0;
  const auto is_older_than = [&](const OpenFile& open) {
    return std::any_of(listed.begin(), listed.begin() + static_cast<std::ptrdiff_t>(index),
                       [&](const Rotated& each) { return each.id == open.stat().id; });
  };
  followed->may_be_younger = std::any_of(open_.begin(), open_.end(), [&](const auto& open) {
    return open->role == Role::kLive && open->path() == path && HasMoved(path, *open) &&
           !is_older_than(*open);
  });
  Follow(std::move(followed));
  return LookAt(open_.size() - 1);
}

bool FileSet::IsKnown(const std::string& path, const Rotated& rotated, File& file,
                      const std::string& beginning, const std::set<FileId>& present) {
  // What is not proof is what nobody else can have now: one that is open.
  for (const auto& open : open_) {
    if (open->stat().id == rotated.id && IsStill(file, open->bookmark())) return true;
  }
  for (const Bookshelf::Entry& entry : shelf_.entries()) {
    const Bookmark& bookmark = entry.bookmark;
    if (bookmark.id.IsSameFile(rotated.id) && IsStill(file, bookmark)) return true;
  }
  if (beginning.empty()) return false;
  for (const auto& open : open_) {
    if (open->path() != path || !HasContentOf(file, rotated, *open)) continue;
    // Once the open one is closed, a packed copy of less than was read is not to be known by it.
    const absl::StatusOr<FileStat> stat = file.Stat();
    const bool is_read = rotated.id.is_proof() && stat.ok() &&
                         stat->size < open->bookmark().offset && IsBeginningOf(file, open->file());
    if (rotated.packed && open->role == Role::kOld && is_read) RememberCopy(path, rotated, file);
    return true;
  }
  for (const Bookshelf::Entry& entry : shelf_.entries()) {
    const Bookmark& bookmark = entry.bookmark;
    if (bookmark.path != path || !BeginsAs(bookmark, beginning)) continue;
    if (!bookmark.id.is_proof() || !rotated.id.is_proof() || entry.missed) return true;
    if (present.contains(bookmark.id)) continue;
    const absl::StatusOr<FileStat> stat = file.Stat();
    if (!stat.ok()) return true;  // it is not whole: it will be looked at again
    const absl::StatusOr<std::size_t> held = FollowedFile::Holds(file, stat->size, bookmark);
    if (held.value_or(0) == 0) continue;
    if (bookmark.finished) shelf_.MoveFinished(bookmark.number, rotated.id);
    return true;
  }
  return false;
}

// Of a file with another id than the open one's.
bool FileSet::HasContentOf(File& file, const Rotated& rotated, OpenFile& open) {
  const Bookmark& bookmark = open.bookmark();
  const bool is_proof = rotated.id.is_proof() && open.stat().id.is_proof();
  const absl::StatusOr<FileStat> stat = open.file().Stat();
  if ((!is_proof || !stat.ok()) && BeginsAs(bookmark, BeginningOf(file))) return true;
  if (!stat.ok()) return false;
  // A copy of what it holds now.
  const bool is_older = is_proof && !rotated.packed && rotated.id.born_ns < open.stat().id.born_ns;
  const bool may_be_copied = open.role == Role::kLive || stat->links == 0;
  if (!is_older && may_be_copied && IsBeginningOf(file, open.file())) return true;
  // A copy of what it held before it was cut to nothing. Checked last: that may have been just now.
  if (HoldsIts(open)) return false;
  if (is_proof) return HadContentOf(file, rotated, open);
  // Of one that is still being made the next look will tell.
  const std::string beginning = BeginningOf(file);
  return beginning.size() < Head::kRungs[0] || BeginsAs(bookmark, beginning);
}

// Whether an open file still holds what was read from it, as far as it is known.
bool FileSet::HoldsIts(OpenFile& open) {
  const Bookmark& bookmark = open.bookmark();
  if (bookmark.offset == 0 && bookmark.head.length() == 0) return true;
  const absl::StatusOr<FileStat> stat = open.file().Stat();
  return stat.ok() && FollowedFile::Holds(open.file(), stat->size, bookmark).value_or(0) > 0;
}

// What a file that holds something else by now was known to hold.
bool FileSet::HadContentOf(File& file, const Rotated& rotated, const OpenFile& open) const {
  const Bookmark& bookmark = open.bookmark();
  const bool may_have_lost_tail =
      around_.booted_since && !open.resumed && MayHaveLostTail(bookmark, rotated, open.stat().id);
  if (may_have_lost_tail || bookmark.offset == 0) return BeginsAs(bookmark, BeginningOf(file));
  const absl::StatusOr<FileStat> stat = file.Stat();
  if (!stat.ok() || FollowedFile::Holds(file, stat->size, bookmark).value_or(0) > 0) return true;
  // An early copy is of a log that was cut, not of one that another has replaced.
  const bool was_cut = !bookmark.id.IsAnotherFile(open.stat().id);
  return was_cut && MayBeCopied(rotated, open.stat().id) &&
         FollowedFile::EndsEarlier(file, stat->size, bookmark).value_or(false);
}

// Whether it is younger than something that was seen under the path.
bool FileSet::MayBeUnread(const std::string& path, const Rotated& rotated) const {
  std::int64_t since = std::numeric_limits<std::int64_t>::max();
  const auto add = [&](const Bookmark& bookmark) {
    if (bookmark.path != path || bookmark.changed_ns == 0) return;
    since = std::min(since, bookmark.changed_ns);
  };
  for (const auto& file : open_) add(file->bookmark());
  for (const Bookshelf::Entry& entry : shelf_.entries()) add(entry.bookmark);
  return rotated.modified_ns >= since;
}

// Whether nothing was ever seen under the path.
bool FileSet::IsNew(const std::string& path) const {
  return !AnyBookmark([&](const Bookmark& bookmark) { return bookmark.path == path; });
}

// What was rotated before the first look at a log is not read, ever: it is remembered as if it had
// been.
void FileSet::RememberRotations(const std::string& path, const FileId& live) {
  for (const Rotated& rotated : RotationsOf(around_, rotations_, path, live)) {
    const absl::StatusOr<std::unique_ptr<File>> file = OpenRotated(around_, rotated);
    const std::string beginning = file.ok() ? BeginningOf(**file) : std::string();
    if (beginning.empty()) continue;
    Bookmark known;
    known.head.Extend(beginning);
    Remember(path, rotated, std::move(known));
  }
}

}  // namespace maillog
