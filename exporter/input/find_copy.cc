#include "exporter/input/find_copy.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "exporter/input/rotation_name.h"
#include "exporter/input/unpacked_file.h"

namespace maillog {
namespace {

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

std::unique_ptr<FollowedFile> OpenCopy(const Surroundings& around, const Rotated& rotated,
                                       const Bookmark& bookmark, Likeness likeness) {
  if (!rotated.packed && likeness == Likeness::kWhole && rotated.size < bookmark.offset) {
    return nullptr;
  }
  absl::StatusOr<std::unique_ptr<File>> file = OpenRotated(around, rotated);
  if (!file.ok()) return nullptr;
  // Cheap: so that a packed file is unpacked to its end only if it may be the right one.
  if (rotated.packed && bookmark.head.CommonBytes(BeginningOf(**file)) == 0 &&
      bookmark.head.MatchedBytes(BeginningOf(**file)) == 0) {
    return nullptr;
  }
  const absl::StatusOr<FileStat> stat = (*file)->Stat();
  if (!stat.ok()) return nullptr;
  const absl::StatusOr<bool> is_it = IsLike(**file, stat->size, bookmark, likeness);
  if (!is_it.ok() || !*is_it) return nullptr;
  return FollowRotated(around, rotated, *std::move(file), bookmark);
}

// Rotations of `path`, which need not be there.
void AddRotated(const Surroundings& around, RotationNames& rotations, const std::string& path,
                const FileId& not_in, std::vector<Rotated>& found) {
  for (const std::string& name : rotations.Of(path)) {
    Rotated rotated{.path = JoinPath(DirectoryOf(path), name), .packed = IsPackedName(name)};
    const absl::StatusOr<FileStat> stat = around.files.Stat(rotated.path);
    if (!stat.ok() || stat->kind != FileKind::kRegular) continue;
    // What is packed is another file, though it may have been given the number of one that is gone.
    if (stat->id == not_in && !rotated.packed) continue;
    rotated.id = stat->id;
    rotated.size = stat->size;
    rotated.modified_ns = stat->modified_ns;
    found.push_back(std::move(rotated));
  }
}

// How often the order of the names is that of the times, less how often it is the opposite. An old
// writer may write later than others to what is younger, and a packed file is made later; so the
// time that is compared depends on what is.
int Agreement(const std::vector<Rotated>& youngest_first) {
  int agreement = 0;
  for (std::size_t i = 1; i < youngest_first.size(); ++i) {
    const Rotated& a = youngest_first[i - 1];
    const Rotated& b = youngest_first[i];
    const bool by_birth = !a.packed && !b.packed && a.id.is_proof() && b.id.is_proof();
    const std::int64_t younger = by_birth ? a.id.born_ns : a.modified_ns;
    const std::int64_t older = by_birth ? b.id.born_ns : b.modified_ns;
    agreement += younger > older ? 1 : (younger < older ? -1 : 0);
  }
  return agreement;
}

}  // namespace

absl::StatusOr<std::unique_ptr<File>> OpenRotated(const Surroundings& around,
                                                  const Rotated& rotated) {
  absl::StatusOr<std::unique_ptr<File>> file = around.files.Open(rotated.path);
  if (!file.ok()) return file;
  const absl::StatusOr<FileStat> stat = (*file)->Stat();
  if (!stat.ok()) return stat.status();
  if (stat->id != rotated.id) return ErrnoStatus(ENOENT, rotated.path);  // renamed meanwhile
  if (!rotated.packed) return file;
  return MakeUnpackedFile(*std::move(file), rotated.path);
}

std::unique_ptr<FollowedFile> FollowRotated(const Surroundings& around, const Rotated& rotated,
                                            std::unique_ptr<File> file, const Bookmark& bookmark) {
  const absl::StatusOr<FileStat> stat = file->Stat();
  if (!stat.ok()) return nullptr;
  std::optional<FileClaims::Claim> claim = FileClaims::Take(around.claims, stat->id);
  if (!claim) return nullptr;
  auto followed =
      std::make_unique<FollowedFile>(std::move(file), *stat, bookmark, around.clock.Now());
  followed->claim = *std::move(claim);
  followed->role = Role::kOld;
  followed->old_since = around.clock.Now();
  followed->packed = rotated.packed;
  followed->superseded = rotated.packed;  // the writer of a plain one may not have been told yet
  return followed;
}

std::vector<Rotated> RotationsOf(const Surroundings& around, RotationNames& rotations,
                                 const std::string& path, const FileId& not_in) {
  const std::string base = NameOf(path);
  std::vector<Rotated> found;
  AddRotated(around, rotations, path, not_in, found);
  if (!around.rotated.empty()) {
    AddRotated(around, rotations, JoinPath(around.rotated, base), not_in, found);
  }
  const auto is_younger = [&](const Rotated& a, const Rotated& b) {
    return IsYounger(NameOf(a.path), NameOf(b.path), base);
  };
  const bool by_name = std::all_of(found.begin(), found.end(), [&](const Rotated& each) {
    return is_younger(each, found.front()).has_value();
  });
  std::stable_sort(found.begin(), found.end(), [&](const Rotated& a, const Rotated& b) {
    return by_name ? is_younger(a, b).value_or(false) : a.modified_ns > b.modified_ns;
  });
  if (by_name && Agreement(found) < 0) std::reverse(found.begin(), found.end());
  if (found.size() > kMostRotations) found.resize(kMostRotations);
  return found;
}

std::unique_ptr<FollowedFile> FindCopy(const Surroundings& around, RotationNames& rotations,
                                       const Bookmark& bookmark, const FileId& not_in,
                                       const IsAnother& is_another) {
  std::vector<Rotated> candidates = RotationsOf(around, rotations, bookmark.path, not_in);
  for (const Rotated& rotated : candidates) {
    if (!rotated.id.IsSameFile(bookmark.id)) continue;
    absl::StatusOr<std::unique_ptr<File>> file = OpenRotated(around, rotated);
    if (file.ok() && IsStill(**file, bookmark)) {
      return FollowRotated(around, rotated, *std::move(file), bookmark);
    }
  }
  if (bookmark.offset == 0 && bookmark.head.length() < Head::kRungs[0]) return nullptr;
  std::erase_if(candidates, [&](const Rotated& each) { return is_another(each.id); });
  std::stable_partition(candidates.begin(), candidates.end(),
                        [](const Rotated& each) { return !each.packed; });
  for (const Likeness likeness : {Likeness::kWhole, Likeness::kBeginning}) {
    for (const Rotated& rotated : candidates) {
      if (auto copy = OpenCopy(around, rotated, bookmark, likeness)) return copy;
    }
  }
  return nullptr;
}

bool IsStill(File& file, const Bookmark& bookmark) {
  const std::string beginning = BeginningOf(file);
  if (bookmark.head.length() == 0 || bookmark.head.CommonBytes(beginning) > 0) return true;
  return bookmark.head.MatchedBytes(beginning) > 0;
}

std::string BeginningOf(File& file) {
  std::string beginning(Head::kMostBytes, '\0');
  beginning.resize(file.ReadAt(0, beginning).value_or(0));
  return beginning;
}

}  // namespace maillog
