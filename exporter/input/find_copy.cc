#include "exporter/input/find_copy.h"

#include <algorithm>
#include <utility>

#include "exporter/input/rotation_name.h"
#include "exporter/input/unpacked_file.h"
#include "exporter/log.h"

namespace maillog {
namespace {

// Copies that are opened to find the right one.
constexpr std::size_t kMostCopies = 64;

// Names of rotations of `path`, plain ones first. A packed one beside its plain form is not whole
// yet, or not needed.
std::vector<std::string> RotationsOf(FileSystem& files, const std::string& path) {
  const absl::StatusOr<std::vector<std::string>> names = files.List(DirectoryOf(path));
  if (!names.ok()) return {};
  const std::string base = NameOf(path);
  std::vector<std::string> plain;
  std::vector<std::string> packed;
  for (const std::string& name : *names) {
    const std::vector<std::string> bases = RotationBases(name);
    if (std::find(bases.begin(), bases.end(), base) == bases.end()) continue;
    if (!IsPackedName(name)) {
      plain.push_back(name);
    } else if (!std::binary_search(names->begin(), names->end(), std::string(UnpackedName(name)))) {
      packed.push_back(name);
    } else if (UnpackedName(name) == base) {
      packed.push_back(name);  // `maillog.gz` is no form of what `maillog` is now
    }
  }
  plain.insert(plain.end(), packed.begin(), packed.end());
  plain.resize(std::min(plain.size(), kMostCopies));
  return plain;
}

absl::StatusOr<std::unique_ptr<File>> Open(FileSystem& files, const std::string& path) {
  absl::StatusOr<std::unique_ptr<File>> file = files.Open(path);
  if (!file.ok() || !IsPackedName(path)) return file;
  return MakeUnpackedFile(*std::move(file), path);
}

// Cheap: so that a packed file is unpacked to its end only if it may be the right one.
bool BeginsAs(File& file, const Head& head) {
  std::string beginning(Head::kMostBytes, '\0');
  const absl::StatusOr<std::size_t> read = file.ReadAt(0, beginning);
  if (!read.ok()) return false;
  beginning.resize(*read);
  return head.MatchedBytes(beginning) > 0;
}

std::unique_ptr<FollowedFile> Follow(const Surroundings& around, std::unique_ptr<File> file,
                                     const FileStat& stat, const Bookmark& bookmark) {
  std::optional<FileClaims::Claim> claim = FileClaims::Take(around.claims, stat.id);
  if (!claim) return nullptr;
  auto followed =
      std::make_unique<FollowedFile>(std::move(file), stat, bookmark, around.clock.Now());
  followed->claim = *std::move(claim);
  followed->role = Role::kOld;
  followed->superseded = true;  // nobody writes to it
  followed->old_since = around.clock.Now();
  return followed;
}

std::unique_ptr<FollowedFile> OpenCopy(const Surroundings& around, const std::string& path,
                                       const Bookmark& bookmark, const FileId& not_in) {
  const bool packed = IsPackedName(path);
  const absl::StatusOr<FileStat> found = around.files.Stat(path);
  if (!found.ok() || found->kind != FileKind::kRegular || found->id == not_in) return nullptr;
  if (!packed && found->size < bookmark.offset) return nullptr;
  absl::StatusOr<std::unique_ptr<File>> file = Open(around.files, path);
  if (!file.ok()) return nullptr;
  if (packed && !BeginsAs(**file, bookmark.head)) return nullptr;
  const absl::StatusOr<FileStat> stat = (*file)->Stat();
  if (!stat.ok()) return nullptr;
  const absl::StatusOr<std::size_t> matched = FollowedFile::Holds(**file, stat->size, bookmark);
  if (!matched.ok() || *matched == 0) return nullptr;
  return Follow(around, *std::move(file), *stat, bookmark);
}

struct Young {
  std::string name;
  std::int64_t modified_ns = 0;
};

std::unique_ptr<FollowedFile> OpenYounger(const Surroundings& around, const std::string& path,
                                          const Bookmark& bookmark, const IsKnown& is_known) {
  absl::StatusOr<std::unique_ptr<File>> file = Open(around.files, path);
  if (!file.ok()) {
    LogWarn("a rotated log cannot be read", {{"path", path}});
    return nullptr;
  }
  const absl::StatusOr<FileStat> stat = (*file)->Stat();
  if (!stat.ok()) {
    LogWarn("a rotated log cannot be read",
            {{"path", path}, {"error", std::string(stat.status().message())}});
    return nullptr;
  }
  if (stat->size == 0 || is_known(**file, *stat)) return nullptr;
  return Follow(around, *std::move(file), *stat, bookmark);
}

}  // namespace

std::optional<Rotated> FindCopy(const Surroundings& around, const Bookmark& bookmark,
                                const FileId& not_in) {
  const std::string directory = DirectoryOf(bookmark.path);
  for (const std::string& name : RotationsOf(around.files, bookmark.path)) {
    if (auto copy = OpenCopy(around, JoinPath(directory, name), bookmark, not_in)) {
      return Rotated{.file = std::move(copy), .name = name};
    }
  }
  return std::nullopt;
}

std::vector<std::unique_ptr<FollowedFile>> FindYounger(const Surroundings& around,
                                                       const std::string& path,
                                                       const std::string& than,
                                                       const FileId& not_in,
                                                       const IsKnown& is_known) {
  const std::string directory = DirectoryOf(path);
  const std::string base = NameOf(path);
  const absl::StatusOr<FileStat> stat_of_than = around.files.Stat(JoinPath(directory, than));
  std::vector<Young> young;
  for (const std::string& name : RotationsOf(around.files, path)) {
    const absl::StatusOr<FileStat> stat = around.files.Stat(JoinPath(directory, name));
    if (name == than || !stat.ok() || stat->kind != FileKind::kRegular) continue;
    if (stat->id == not_in) continue;
    const bool later = stat_of_than.ok() && stat->modified_ns > stat_of_than->modified_ns;
    if (IsYounger(name, than, base).value_or(later)) young.push_back({name, stat->modified_ns});
  }
  const bool by_name = std::all_of(young.begin(), young.end(), [&](const Young& each) {
    return IsYounger(each.name, than, base).has_value();
  });
  std::sort(young.begin(), young.end(), [&](const Young& a, const Young& b) {
    return by_name ? IsYounger(b.name, a.name, base).value_or(false)
                   : a.modified_ns < b.modified_ns;
  });
  std::vector<std::unique_ptr<FollowedFile>> found;
  Bookmark bookmark;
  bookmark.path = path;
  for (const Young& each : young) {
    auto file = OpenYounger(around, JoinPath(directory, each.name), bookmark, is_known);
    if (file == nullptr) continue;
    // The writer of the last one may not have been told yet.
    file->superseded = IsPackedName(each.name) || &each != &young.back();
    found.push_back(std::move(file));
  }
  return found;
}

std::optional<std::string> NameOfRotated(const Surroundings& around, const std::string& path,
                                         const FileId& id) {
  for (const std::string& name : RotationsOf(around.files, path)) {
    const absl::StatusOr<FileStat> stat = around.files.Stat(JoinPath(DirectoryOf(path), name));
    if (stat.ok() && stat->id == id) return name;
  }
  return std::nullopt;
}

}  // namespace maillog
