#include "exporter/input/file/find_copy.h"

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

#include "exporter/input/file/rotation_name.h"
#include "exporter/input/file/unpacked_file.h"

namespace maillog {
namespace {

// How often names are looked at again that changed while they were looked at.
constexpr int kMaxLooks = 4;
// How many bytes at the end of a possible copy are compared with the log itself.
constexpr std::size_t kComparedTail = 4096;

// What a copy has of the content that was read: all of it; or its beginning, since it had lost its
// tail before it was rotated; or all but what was written, and read, between the copy and the cut.
enum class Likeness : std::uint8_t { kWhole, kBeginning, kEarlier };

bool SameBytes(File& a, File& b, std::uint64_t offset, std::size_t size) {
  std::string of_a(size, '\0');
  std::string of_b(size, '\0');
  of_a.resize(a.ReadAt(offset, of_a).value_or(0));
  of_b.resize(b.ReadAt(offset, of_b).value_or(0));
  return of_a.size() == size && of_a == of_b;
}

absl::StatusOr<bool> IsLike(File& file, std::uint64_t size, const Bookmark& bookmark,
                            Likeness likeness) {
  if (likeness == Likeness::kWhole) {
    const absl::StatusOr<std::size_t> matched = FollowedFile::Holds(file, size, bookmark);
    if (!matched.ok()) return matched.status();
    return *matched > 0;
  }
  if (likeness == Likeness::kEarlier) return FollowedFile::EndsEarlier(file, size, bookmark);
  return bookmark.head.CommonBytes(BeginningOf(file)) > 0;
}

std::unique_ptr<OpenFile> OpenCopy(const Surroundings& around, const Rotated& rotated,
                                   const Sought& sought, Likeness likeness) {
  const Bookmark& bookmark = sought.bookmark;
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
  if (bookmark.offset == 0 && sought.is_of_another_bookmark(rotated, **file)) return nullptr;
  const bool may_be_of_now = likeness != Likeness::kWhole || bookmark.offset == 0;
  if (may_be_of_now && sought.live_file != nullptr && IsBeginningOf(**file, *sought.live_file)) {
    return nullptr;
  }
  if (likeness != Likeness::kEarlier) {
    auto followed = FollowRotated(around, rotated, *std::move(file), bookmark);
    // Where nothing was read, it may be another one that begins alike, and is still written to.
    if (followed != nullptr) followed->may_be_younger = bookmark.offset == 0 && !rotated.packed;
    return followed;
  }
  const absl::StatusOr<Bookmark> end = FollowedFile::AtEndOf(**file, stat->size, bookmark);
  return end.ok() ? FollowRotated(around, rotated, *std::move(file), *end) : nullptr;
}

// Rotations of `path`, which need not be there.
void AddRotated(const Surroundings& around, RotationNames& rotations, const std::string& path,
                const FileId& not_in, std::vector<Rotated>& found) {
  for (const std::string& name : rotations.Of(path)) {
    Rotated rotated{.path = JoinPath(DirectoryOf(path), name), .packed = IsPackedName(name)};
    const absl::StatusOr<FileStat> stat = around.files.Stat(rotated.path);
    if (stat.ok() || IsMissing(stat.status())) rotations.NoteFound(rotated.path, stat.ok());
    if (!stat.ok() || stat->kind != FileKind::kRegular) continue;
    // What is packed is another file, though it may have been given the number of one that is gone.
    if (stat->id == not_in && !rotated.packed) continue;
    rotated.id = stat->id;
    rotated.size = stat->size;
    rotated.modified_ns = stat->modified_ns;
    found.push_back(std::move(rotated));
  }
}

// When a file was made, if its content was made with it: not of a packed one, nor of one that was
// restored with its time of modification.
std::optional<std::int64_t> BirthOfContent(const Rotated& rotated) {
  if (rotated.packed || !rotated.id.is_proof()) return std::nullopt;
  if (rotated.id.born_ns > rotated.modified_ns) return std::nullopt;
  return rotated.id.born_ns;
}

int Compared(std::int64_t a, std::int64_t b) { return a > b ? 1 : (a < b ? -1 : 0); }

// Of two that are both packed, or both not, by when they were modified. What is packed is older
// than what is not, though it may have the time when it was packed: then nothing is known.
int ComparedByChange(const Rotated& a, const Rotated& b) {
  const int by_time = Compared(a.modified_ns, b.modified_ns);
  const int by_kind = static_cast<int>(b.packed) - static_cast<int>(a.packed);
  return by_kind == 0 || by_kind == by_time ? by_time : 0;
}

// Whether names that say which is younger say the opposite: the time when files were made can
// mislead, since one may hold a copy of what is older than the file that it was made of; so can the
// time when they were modified, since an old writer may write later than others to what is younger.
// Not both.
bool IsOldestFirst(const std::vector<Rotated>& rotated) {
  int by_birth = 0;
  int by_change = 0;
  for (std::size_t i = 1; i < rotated.size(); ++i) {
    const Rotated& a = rotated[i - 1];
    const Rotated& b = rotated[i];
    by_change += ComparedByChange(a, b);
    const std::optional<std::int64_t> birth = BirthOfContent(a);
    const std::optional<std::int64_t> other = BirthOfContent(b);
    if (birth && other) by_birth += Compared(*birth, *other);
  }
  return by_change < 0 && by_birth <= 0;
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

std::unique_ptr<OpenFile> FollowRotated(const Surroundings& around, const Rotated& rotated,
                                        std::unique_ptr<File> file, const Bookmark& bookmark) {
  const absl::StatusOr<FileStat> stat = file->Stat();
  if (!stat.ok()) return nullptr;
  std::optional<FileClaims::Claim> claim = FileClaims::Take(around.claims, stat->id);
  if (!claim) return nullptr;
  auto followed = std::make_unique<OpenFile>(std::move(file), *stat, bookmark, around.clock.Now());
  followed->claim = *std::move(claim);
  followed->role = Role::kOld;
  followed->old_since = around.clock.Now();
  followed->superseded = rotated.packed;  // the writer of a plain one may not have been told yet
  return followed;
}

std::unique_ptr<OpenFile> FindById(const Surroundings& around,
                                   const std::vector<Rotated>& candidates,
                                   const Bookmark& bookmark) {
  for (const Rotated& rotated : candidates) {
    if (!rotated.id.IsSameFile(bookmark.id)) continue;
    absl::StatusOr<std::unique_ptr<File>> file = OpenRotated(around, rotated);
    if (file.ok() && IsStill(**file, bookmark)) {
      return FollowRotated(around, rotated, *std::move(file), bookmark);
    }
  }
  return nullptr;
}

std::vector<Rotated> RotationsOf(const Surroundings& around, RotationNames& rotations,
                                 const std::string& path, const FileId& not_in) {
  // The rotations of a symbolic link are where its target is.
  const absl::StatusOr<std::string> target = around.files.Resolve(path);
  const std::string& log = target.ok() ? *target : path;
  const std::string base = NameOf(log);
  std::vector<Rotated> found;
  AddRotated(around, rotations, log, not_in, found);
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
  if (by_name && IsOldestFirst(found)) std::reverse(found.begin(), found.end());
  if (found.size() > kMaxRotations) found.resize(kMaxRotations);
  return found;
}

std::unique_ptr<OpenFile> FindCopy(const Surroundings& around, RotationNames& rotations,
                                   const Sought& sought) {
  const Bookmark& bookmark = sought.bookmark;
  const bool says_something = bookmark.offset > 0 || bookmark.head.length() >= Head::kRungs[0];
  const auto candidates = [&] {
    std::vector<Rotated> all = RotationsOf(around, rotations, bookmark.path, sought.live);
    // Its own file may have been another's before it was cut.
    std::erase_if(all, [&](const Rotated& each) {
      return !each.id.IsSameFile(bookmark.id) && sought.is_another(each.id);
    });
    std::stable_partition(all.begin(), all.end(), [](const Rotated& each) { return !each.packed; });
    return all;
  };
  std::vector<Rotated> all = candidates();
  // There is none only if nothing was renamed meanwhile.
  const auto have_moved = [&] {
    rotations.Forget();
    const std::size_t missing = rotations.missing();
    const std::vector<Rotated> before = std::exchange(all, candidates());
    return all != before || rotations.missing() != missing;
  };
  for (int looks = 1;; ++looks) {
    if (auto it = FindById(around, all, bookmark)) return it;
    for (const Rotated& each : all) {
      if (!says_something) break;
      if (auto copy = OpenCopy(around, each, sought, Likeness::kWhole)) return copy;
    }
    if (looks < kMaxLooks && have_moved()) continue;
    for (const Rotated& each : all) {
      if (!says_something || !sought.may_have_lost_tail) break;
      if (!MayHaveLostTail(bookmark, each, sought.live)) continue;
      if (auto copy = OpenCopy(around, each, sought, Likeness::kBeginning)) return copy;
    }
    for (const Rotated& each : all) {
      if (!sought.was_cut || !MayBeCopied(each, bookmark.id)) continue;
      if (auto copy = OpenCopy(around, each, sought, Likeness::kEarlier)) return copy;
    }
    if (looks == kMaxLooks || !have_moved()) return nullptr;
  }
}

bool MayBeCopied(const Rotated& rotated, const FileId& log) {
  return !rotated.id.is_proof() || !log.is_proof() || rotated.id.born_ns >= log.born_ns;
}

bool MayHaveLostTail(const Bookmark& bookmark, const Rotated& rotated, const FileId& live) {
  return rotated.packed || bookmark.id.IsSameFile(live) || !bookmark.id.IsAnotherFile(rotated.id);
}

bool IsBeginningOf(File& part, File& whole) {
  const absl::StatusOr<FileStat> stat = part.Stat();
  if (!stat.ok() || stat->size == 0) return false;  // it may have been cut just now
  const auto head = static_cast<std::size_t>(std::min<std::uint64_t>(stat->size, Head::kMaxBytes));
  const auto tail = static_cast<std::size_t>(std::min<std::uint64_t>(stat->size, kComparedTail));
  return SameBytes(part, whole, 0, head) && SameBytes(part, whole, stat->size - tail, tail);
}

bool IsStill(File& file, const Bookmark& bookmark) {
  const std::string beginning = BeginningOf(file);
  if (bookmark.head.length() == 0 || bookmark.head.CommonBytes(beginning) > 0) return true;
  return bookmark.head.MatchedBytes(beginning) > 0;
}

std::string BeginningOf(File& file) {
  std::string beginning(Head::kMaxBytes, '\0');
  beginning.resize(file.ReadAt(0, beginning).value_or(0));
  return beginning;
}

}  // namespace maillog
