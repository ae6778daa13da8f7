// Copies that somebody makes: of a rotation, beside it, and of a log, in its place. What has been
// read in one of them is not read again in another.
#include <algorithm>
#include <utility>

#include "exporter/input/file/file_set.h"
#include "exporter/input/file/find_copy.h"

namespace maillog {
namespace {

// Whether it was at the path, and has no name any more.
bool IsReplaced(const OpenFile& open, const std::string& path) {
  return open.role == Role::kOld && open.path() == path && open.stat().links == 0 &&
         open.found() == Found::kResume;
}

}  // namespace

// A log is replaced by a copy of itself where editors, `sed -i` and rsync write a new file and
// rename it over the old one: the copy is read on where the log was being read.
std::optional<Bookmark> FileSet::TakeReplaced(const std::string& path, File& file,
                                              const FileStat& stat) {
  for (std::size_t i = 0; i < open_.size(); ++i) {
    OpenFile& open = *open_[i];
    if (!IsReplaced(open, path) || open.bookmark().offset < Head::kMaxBytes) continue;
    if (stat.size < open.stat().size || !HoldsIts(open)) continue;
    if (!IsBeginningOf(open.file(), file)) continue;
    Bookmark bookmark = open.bookmark();
    Close(i);
    return bookmark;
  }
  return std::nullopt;
}

// The copy may be older than the last lines of the log, which are read where they are.
bool FileSet::IsCopyOfReplaced(const std::string& path, File& file) const {
  return std::any_of(open_.begin(), open_.end(), [&](const auto& open) {
    return IsReplaced(*open, path) && BeginningOf(file).size() == Head::kMaxBytes &&
           IsBeginningOf(file, open->file());
  });
}

// Whether somebody has made a copy of a rotation that is there: all of it is the beginning of what
// is known. Of a shorter one that cannot be said, since logs may begin alike.
bool FileSet::IsCopyOfKnown(const std::string& path, const Rotated& rotated, File& file,
                            const std::vector<Rotated>& listed, const std::set<FileId>& present) {
  const std::string beginning = BeginningOf(file);
  if (beginning.size() < Head::kMaxBytes || !rotated.id.is_proof()) return false;
  const absl::StatusOr<FileStat> stat = file.Stat();
  if (!stat.ok()) return false;
  return std::any_of(listed.begin(), listed.end(), [&](const Rotated& other) {
    if (other.id == rotated.id || (!other.packed && other.size < stat->size)) return false;
    const absl::StatusOr<std::unique_ptr<File>> whole = OpenRotated(around_, other);
    return whole.ok() && BeginningOf(**whole) == beginning && IsBeginningOf(file, **whole) &&
           IsKnown(path, other, **whole, beginning, present);
  });
}

// Read to its end, though under another name. What begins alike is not taken for it: its end is
// remembered as well. Not one that ends within a line, where nothing may be read on.
void FileSet::RememberCopy(const std::string& path, const Rotated& rotated, File& file) {
  const absl::StatusOr<FileStat> stat = file.Stat();
  if (!stat.ok()) return;
  absl::StatusOr<Bookmark> end = FollowedFile::AtEndOf(file, stat->size, {});
  char last = 0;
  if (!end.ok() || file.ReadAt(stat->size - 1, {&last, 1}).value_or(0) == 0 || last != '\n') return;
  copies_.erase(rotated.id);
  Remember(path, rotated, *std::move(end));
}

}  // namespace maillog
