// What became of the contents of files that are open.
#include <string>
#include <utility>

#include "exporter/input/file/file_set.h"
#include "exporter/input/file/find_copy.h"
#include "exporter/os/log.h"

namespace maillog {

// A writer goes on from an old log to the next one: what is seen in the log when an old one is
// looked at after it was written after what is in that.
void FileSet::LookAtContents() {
  rotations_.Forget();
  for (const Role role : {Role::kLive, Role::kOld}) {
    for (std::size_t i = 0; i < open_.size();) {
      if (open_[i]->role != role || LookAt(i)) ++i;
    }
  }
}

// False if the file was closed.
bool FileSet::LookAt(std::size_t index) {
  OpenFile& file = *open_[index];
  const bool waits = file.found() == Found::kWait;
  const absl::StatusOr<Found> found =
      file.Look(around_.clock.Now(), [&] { return CopyOf(file) != nullptr; });
  if (!found.ok()) {
    Drop(index, found.status());
    return false;
  }
  if (*found == Found::kShrunk) {
    Note(Rotation::kShrunk);
    LogWarn("a log is shorter and begins as before: it is read on after where it had been read to",
            {{"path", file.path()}, {"offset", std::to_string(file.bookmark().offset)}});
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
    Replace(index, CopyOf(file));
    return LookAt(index);
  }
  if (*found == Found::kWait && file.role == Role::kLive) {
    if (std::unique_ptr<OpenFile> copy = CopyOf(file)) {
      Replace(index, std::move(copy));
      return LookAt(index);
    }
  }
  if (*found == Found::kResume) file.NoteResumed();
  file.had_nothing = file.stat().size <= file.bookmark().offset;
  return true;
}

// Where the content went that was in the file, if that is cut or rewritten.
std::unique_ptr<OpenFile> FileSet::CopyOf(OpenFile& file) {
  return FindCopy(around_, rotations_,
                  {.bookmark = file.bookmark(),
                   .live = file.stat().id,
                   .live_file = &file.file(),
                   .was_cut = !file.bookmark().id.IsAnotherFile(file.stat().id),
                   .may_have_lost_tail = around_.booted_since && !file.resumed,
                   .is_another = [&](const FileId& id) { return IsOfAnother(id, file.bookmark()); },
                   .is_of_another_bookmark =
                       [&](const Rotated& rotated, File& copy) {
                         return IsOfAnotherBookmark(rotated, copy, file.bookmark());
                       }});
}

// The content that was being read is not in this file any more: it is finished in the copy, if
// there is one, and the file is read from its beginning.
void FileSet::Replace(std::size_t index, std::unique_ptr<OpenFile> copy) {
  OpenFile& file = *open_[index];
  Note(file.replaced_by);
  const bool has_copy = copy != nullptr;
  const bool was_unread = file.bookmark().offset == 0;
  const bool is_of_former_run = !file.resumed && !was_unread;
  const std::uint64_t unread_bytes = file.unread_bytes();
  const bool may_appear = !has_copy && !was_unread && MayShowNamesLate(file.path());
  if (may_appear) {
    const Bookshelf::Missed missed{.until = around_.clock.Now() + kNamesShown,
                                   .was_cut = !file.bookmark().id.IsAnotherFile(file.stat().id),
                                   .was_read = !is_of_former_run,
                                   .unread_bytes = unread_bytes};
    shelf_.Put({.bookmark = file.bookmark(), .seen = {.links = 0}, .claim = {}, .missed = missed});
    restored_ = true;
  } else if (!has_copy) {
    notes_.forgotten.push_back(file.bookmark().number);
    if (is_of_former_run) NoteRemoved(file.bookmark());
  }
  Bookmark bookmark;
  bookmark.number = next_number_++;
  bookmark.path = file.path();
  bookmark.changed_ns = file.bookmark().changed_ns;
  const FileStat stat = file.stat();
  auto renewed =
      std::make_unique<OpenFile>(file.TakeFile(), stat, std::move(bookmark), around_.clock.Now());
  renewed->claim = std::move(file.claim);
  renewed->watch = file.watch;
  renewed->role = file.role;
  renewed->old_since = file.old_since;
  renewed->superseded = file.superseded;
  open_[index] = std::move(renewed);
  const std::string path = open_[index]->path();
  if (has_copy) Follow(std::move(copy));
  const bool found = FollowUnread(path);
  if (!has_copy && !may_appear && !(was_unread && found)) notes_.lost_bytes += unread_bytes;
}

// A former run read this log so far; nobody knows how much was written to it after that.
void FileSet::NoteRemoved(const Bookmark& bookmark) {
  LogWarn("a log is gone, and so is what was written to it after it was last read",
          {{"path", bookmark.path}, {"read_bytes", std::to_string(bookmark.offset)}});
  ++notes_.removed_logs;
}

FileNotes FileSet::TakeNotes() {
  for (const auto& file : open_) {
    if (std::exchange(file->unsaved, false)) notes_.begun.push_back(file->bookmark());
  }
  return std::exchange(notes_, FileNotes{});
}

}  // namespace maillog
