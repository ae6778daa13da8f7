#include "exporter/input/find_copy.h"

#include <algorithm>
#include <utility>

#include "exporter/input/rotation_name.h"
#include "exporter/input/unpacked_file.h"
#include "exporter/log.h"

namespace maillog {
namespace {

absl::StatusOr<std::unique_ptr<File>> Open(FileSystem& files, const std::string& path) {
  absl::StatusOr<std::unique_ptr<File>> file = files.Open(path);
  if (!file.ok() || !IsPackedName(path)) return file;
  return MakeUnpackedFile(*std::move(file), path);
}

std::unique_ptr<FollowedFile> Follow(const Surroundings& around, std::unique_ptr<File> file,
                                     const FileStat& stat, const Bookmark& bookmark) {
  std::optional<FileClaims::Claim> claim = FileClaims::Take(around.claims, stat.id);
  if (!claim) return nullptr;
  auto followed =
      std::make_unique<FollowedFile>(std::move(file), stat, bookmark, around.clock.Now());
  followed->claim = *std::move(claim);
  followed->role = Role::kOld;
  followed->old_since = around.clock.Now();
  return followed;
}

// What a copy has of the content that was read: all of it; or its beginning, since it had lost its
// tail before it was rotated.
enum class Likeness : std::uint8_t { kWhole, kBeginning };

absl::StatusOr<bool> IsLike(File& file, std::uint64_t size, const Bookmark& bookmark,
                            Likeness likeness) {
  if (likeness == Likeness::kWhole) {
    const absl::StatusOr<std::size_t> matched = FollowedFile::Holds(file, size, bookmark);
    if (!matched.ok()) return matched.status();
    return *matched > 0;
  }
  return bookmark.head.CommonBytes(BeginningOf(file)) > 0;
}

std::unique_ptr<FollowedFile> OpenCopy(const Surroundings& around, const std::string& path,
                                       const Bookmark& bookmark, const FileId& not_in,
                                       Likeness likeness) {
  const bool packed = IsPackedName(path);
  const absl::StatusOr<FileStat> found = around.files.Stat(path);
  if (!found.ok() || found->kind != FileKind::kRegular || found->id == not_in) return nullptr;
  if (!packed && likeness == Likeness::kWhole && found->size < bookmark.offset) return nullptr;
  absl::StatusOr<std::unique_ptr<File>> file = Open(around.files, path);
  if (!file.ok()) return nullptr;
  // Cheap: so that a packed file is unpacked to its end only if it may be the right one.
  if (packed && bookmark.head.CommonBytes(BeginningOf(**file)) == 0 &&
      bookmark.head.MatchedBytes(BeginningOf(**file)) == 0) {
    return nullptr;
  }
  const absl::StatusOr<FileStat> stat = (*file)->Stat();
  if (!stat.ok()) return nullptr;
  const absl::StatusOr<bool> is_it = IsLike(**file, stat->size, bookmark, likeness);
  if (!is_it.ok() || !*is_it) return nullptr;
  auto copy = Follow(around, *std::move(file), *stat, bookmark);
  if (copy == nullptr) return copy;
  copy->packed = packed;
  copy->superseded = packed;  // the writer of a plain one may not have been told yet
  return copy;
}

struct Candidate {
  std::string directory;
  std::string name;
  FileId id;
  std::int64_t modified_ns = 0;

  [[nodiscard]] std::string path() const { return JoinPath(directory, name); }
};

// Rotations of `path`, which need not be there.
void AddCandidates(const Surroundings& around, RotationNames& rotations, const std::string& path,
                   const FileId& not_in, std::vector<Candidate>& candidates) {
  for (const std::string& name : rotations.Of(path)) {
    Candidate candidate{.directory = std::string(DirectoryOf(path)), .name = name, .id = {}};
    const absl::StatusOr<FileStat> stat = around.files.Stat(candidate.path());
    if (!stat.ok() || stat->kind != FileKind::kRegular) continue;
    if (stat->id == not_in) continue;
    candidate.id = stat->id;
    candidate.modified_ns = stat->modified_ns;
    candidates.push_back(std::move(candidate));
  }
}

std::vector<Candidate> YoungestFirst(const Surroundings& around, RotationNames& rotations,
                                     const std::string& path, const FileId& not_in) {
  const std::string base = NameOf(path);
  std::vector<Candidate> candidates;
  AddCandidates(around, rotations, path, not_in, candidates);
  if (!around.rotated.empty()) {
    AddCandidates(around, rotations, JoinPath(around.rotated, base), not_in, candidates);
  }
  const bool by_name =
      std::all_of(candidates.begin(), candidates.end(), [&](const Candidate& each) {
        return IsYounger(each.name, candidates.front().name, base).has_value();
      });
  std::stable_sort(candidates.begin(), candidates.end(),
                   [&](const Candidate& a, const Candidate& b) {
                     return by_name ? IsYounger(a.name, b.name, base).value_or(false)
                                    : a.modified_ns > b.modified_ns;
                   });
  return candidates;
}

void WarnOf(const std::string& path, const absl::Status& error) {
  LogWarn("a rotated log cannot be read",
          {{"path", path}, {"error", std::string(error.message())}});
}

// Among the rotations of `path`.
std::unique_ptr<FollowedFile> FindCopyOf(const Surroundings& around, RotationNames& rotations,
                                         const std::string& path, const Bookmark& bookmark,
                                         const FileId& not_in) {
  const std::vector<std::string> names = rotations.Of(path);
  for (const Likeness likeness : {Likeness::kWhole, Likeness::kBeginning}) {
    for (const std::string& name : names) {
      const std::string candidate = JoinPath(DirectoryOf(path), name);
      if (auto copy = OpenCopy(around, candidate, bookmark, not_in, likeness)) return copy;
    }
  }
  return nullptr;
}

}  // namespace

std::string BeginningOf(File& file) {
  std::string beginning(Head::kMostBytes, '\0');
  beginning.resize(file.ReadAt(0, beginning).value_or(0));
  return beginning;
}

LastLook LastLookOf(const Bookmark& bookmark) {
  return {.unread = bookmark.offset == 0 ? bookmark.id : FileId{},
          .changed_ns = bookmark.changed_ns};
}

std::unique_ptr<FollowedFile> FindCopy(const Surroundings& around, RotationNames& rotations,
                                       const Bookmark& bookmark, const FileId& not_in) {
  if (bookmark.offset == 0 && bookmark.head.length() < Head::kRungs[0]) return nullptr;
  if (auto copy = FindCopyOf(around, rotations, bookmark.path, bookmark, not_in)) return copy;
  if (around.rotated.empty()) return nullptr;
  return FindCopyOf(around, rotations, JoinPath(around.rotated, NameOf(bookmark.path)), bookmark,
                    not_in);
}

std::vector<std::unique_ptr<FollowedFile>> FindUnread(const Surroundings& around,
                                                      RotationNames& rotations,
                                                      const std::string& path, const FileId& not_in,
                                                      const LastLook& last,
                                                      const IsKnown& is_known) {
  struct Unread {
    std::string path;
    std::unique_ptr<File> file;
    std::int64_t modified_ns;
  };
  std::vector<Unread> unread;
  bool complete = false;
  std::size_t certain = 0;  // so many are younger than what is known
  for (const Candidate& candidate : YoungestFirst(around, rotations, path, not_in)) {
    const std::string name = candidate.path();
    absl::StatusOr<std::unique_ptr<File>> file = Open(around.files, name);
    if (!file.ok()) {
      WarnOf(name, file.status());
      continue;
    }
    // What is packed is another file, though it may have been given the number of one that is gone.
    const bool is_last =
        last.unread != FileId{} && candidate.id == last.unread && !IsPackedName(candidate.name);
    const bool is_older = last.changed_ns != 0 && candidate.modified_ns <= last.changed_ns;
    const Acquaintance acquaintance = is_known(**file, candidate.id);
    complete = acquaintance == Acquaintance::kRead ||
               (acquaintance == Acquaintance::kNone && is_older && !is_last);
    if (complete) break;
    if (acquaintance == Acquaintance::kNone) {
      unread.push_back({name, *std::move(file), candidate.modified_ns});
    }
    if (acquaintance == Acquaintance::kBegun || is_last) certain = unread.size();
  }
  std::vector<std::unique_ptr<FollowedFile>> followed;
  if (!complete && last.changed_ns == 0) unread.resize(certain);
  Bookmark bookmark;
  bookmark.path = path;
  for (std::size_t i = unread.size(); i-- > 0;) {
    const absl::StatusOr<FileStat> stat = unread[i].file->Stat();
    if (!stat.ok()) {
      WarnOf(unread[i].path, stat.status());
      continue;
    }
    // The writer of the last one may not have been told yet, though it is empty so far.
    const bool superseded = i > 0 || IsPackedName(unread[i].path);
    if (superseded && stat->size == 0) continue;
    bookmark.changed_ns = unread[i].modified_ns;
    auto file = Follow(around, std::move(unread[i].file), *stat, bookmark);
    if (file == nullptr) continue;
    file->superseded = superseded;
    followed.push_back(std::move(file));
  }
  return followed;
}

std::optional<Bookmark> YoungestRotation(const Surroundings& around, RotationNames& rotations,
                                         const std::string& path, const FileId& not_in) {
  for (const Candidate& candidate : YoungestFirst(around, rotations, path, not_in)) {
    const absl::StatusOr<std::unique_ptr<File>> file = Open(around.files, candidate.path());
    if (!file.ok()) continue;
    const std::string beginning = BeginningOf(**file);
    if (beginning.empty()) continue;
    Bookmark bookmark;
    bookmark.path = path;
    bookmark.id = candidate.id;
    bookmark.head.Extend(beginning);
    bookmark.changed_ns = candidate.modified_ns;
    return bookmark;
  }
  return std::nullopt;
}

}  // namespace maillog
