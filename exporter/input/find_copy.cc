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
  auto copy = Follow(around, *std::move(file), *stat, bookmark);
  if (copy != nullptr) copy->packed = packed;
  return copy;
}

struct Candidate {
  std::string name;
  FileId id;
  std::int64_t modified_ns = 0;
};

std::vector<Candidate> YoungestFirst(const Surroundings& around, const std::string& path,
                                     const FileId& not_in) {
  const std::string base = NameOf(path);
  std::vector<Candidate> candidates;
  for (const std::string& name : RotationsOf(around.files, path)) {
    const absl::StatusOr<FileStat> stat = around.files.Stat(JoinPath(DirectoryOf(path), name));
    if (!stat.ok() || stat->kind != FileKind::kRegular) continue;
    if (stat->size == 0 || stat->id == not_in) continue;
    candidates.push_back({name, stat->id, stat->modified_ns});
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
std::unique_ptr<FollowedFile> FindCopyOf(const Surroundings& around, const std::string& path,
                                         const Bookmark& bookmark, const FileId& not_in) {
  for (const std::string& name : RotationsOf(around.files, path)) {
    const std::string candidate = JoinPath(DirectoryOf(path), name);
    if (auto copy = OpenCopy(around, candidate, bookmark, not_in)) return copy;
  }
  return nullptr;
}

}  // namespace

std::unique_ptr<FollowedFile> FindCopy(const Surroundings& around, const Bookmark& bookmark,
                                       const FileId& not_in) {
  if (auto copy = FindCopyOf(around, bookmark.path, bookmark, not_in)) return copy;
  if (around.rotated.empty()) return nullptr;
  return FindCopyOf(around, JoinPath(around.rotated, NameOf(bookmark.path)), bookmark, not_in);
}

std::vector<std::unique_ptr<FollowedFile>> FindUnread(const Surroundings& around,
                                                      const std::string& path, const FileId& not_in,
                                                      const IsKnown& is_known) {
  struct Unread {
    std::string path;
    std::unique_ptr<File> file;
  };
  std::vector<Unread> unread;
  bool any_known = false;
  for (const Candidate& candidate : YoungestFirst(around, path, not_in)) {
    const std::string name = JoinPath(DirectoryOf(path), candidate.name);
    absl::StatusOr<std::unique_ptr<File>> file = Open(around.files, name);
    if (!file.ok()) {
      WarnOf(name, file.status());
      continue;
    }
    any_known = is_known(**file, candidate.id);
    if (any_known) break;
    unread.push_back({name, *std::move(file)});
  }
  std::vector<std::unique_ptr<FollowedFile>> followed;
  if (!any_known) return followed;
  Bookmark bookmark;
  bookmark.path = path;
  for (std::size_t i = unread.size(); i-- > 0;) {
    const absl::StatusOr<FileStat> stat = unread[i].file->Stat();
    if (!stat.ok()) {
      WarnOf(unread[i].path, stat.status());
      continue;
    }
    auto file = Follow(around, std::move(unread[i].file), *stat, bookmark);
    if (file == nullptr) continue;
    // The writer of the last one may not have been told yet.
    file->superseded = i > 0 || IsPackedName(unread[i].path);
    followed.push_back(std::move(file));
  }
  return followed;
}

}  // namespace maillog
