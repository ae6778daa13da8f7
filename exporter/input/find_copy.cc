#include "exporter/input/find_copy.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "exporter/input/rotation_name.h"

namespace maillog {
namespace {

// Copies that are opened to find the right one.
constexpr std::size_t kMostCopies = 64;

std::unique_ptr<FollowedFile> OpenCopy(const Surroundings& around, const std::string& path,
                                       const Bookmark& bookmark, const FileId& not_in) {
  const absl::StatusOr<FileStat> found = around.files.Stat(path);
  if (!found.ok() || found->kind != FileKind::kRegular) return nullptr;
  if (found->size < bookmark.offset || found->id == not_in) return nullptr;
  absl::StatusOr<std::unique_ptr<File>> file = around.files.Open(path);
  if (!file.ok()) return nullptr;
  const absl::StatusOr<FileStat> stat = (*file)->Stat();
  if (!stat.ok()) return nullptr;
  const absl::StatusOr<std::size_t> matched = FollowedFile::Holds(**file, stat->size, bookmark);
  if (!matched.ok() || *matched == 0) return nullptr;
  std::optional<FileClaims::Claim> claim = FileClaims::Take(around.claims, stat->id);
  if (!claim) return nullptr;
  auto copy = std::make_unique<FollowedFile>(*std::move(file), *stat, bookmark, around.clock.Now());
  copy->claim = *std::move(claim);
  copy->role = Role::kOld;
  copy->superseded = true;  // nobody writes to a copy
  copy->old_since = around.clock.Now();
  return copy;
}

std::unique_ptr<FollowedFile> FindCopyIn(const Surroundings& around, const std::string& directory,
                                         const Bookmark& bookmark, const FileId& not_in) {
  const std::string base = NameOf(bookmark.path);
  const absl::StatusOr<std::vector<std::string>> names = around.files.List(directory);
  if (!names.ok()) return nullptr;
  std::size_t tried = 0;
  for (const std::string& name : *names) {
    const std::vector<std::string> bases = RotationBases(name);
    if (IsPackedName(name) || std::find(bases.begin(), bases.end(), base) == bases.end()) continue;
    if (++tried > kMostCopies) return nullptr;
    if (auto copy = OpenCopy(around, JoinPath(directory, name), bookmark, not_in)) return copy;
  }
  return nullptr;
}

}  // namespace

std::unique_ptr<FollowedFile> FindCopy(const Surroundings& around, const Bookmark& bookmark,
                                       const FileId& not_in) {
  auto copy = FindCopyIn(around, DirectoryOf(bookmark.path), bookmark, not_in);
  if (copy == nullptr && !around.rotated.empty()) {
    copy = FindCopyIn(around, around.rotated, bookmark, not_in);
  }
  return copy;
}

}  // namespace maillog
