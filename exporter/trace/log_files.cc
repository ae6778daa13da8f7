#include "exporter/trace/log_files.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <set>

#include "exporter/follow/left_out.h"
#include "exporter/input/file/rotation_name.h"
#include "exporter/input/file/rotation_names.h"
#include "exporter/input/open.h"

namespace maillog {
namespace {

constexpr std::int64_t kNow = std::numeric_limits<std::int64_t>::max();

class Finder {
 public:
  Finder(WithRotated rotated, FileSystem& files)
      : rotated_(rotated), files_(files), names_(files) {}

  [[nodiscard]] absl::Status AddPath(const std::string& path) {
    if (absl::Status sound = CheckSourcePath(path); !sound.ok()) return sound;
    if (!KindOf(path).is_files) {
      found_.push_back({path, kNow});
      return absl::OkStatus();
    }
    const absl::StatusOr<Listing> listing = PathsOf(path, files_)->List(files_);
    if (!listing.ok()) return listing.status();
    if (!listing->unread.empty()) return listing->unread.front().error;
    const std::size_t before = found_.size();
    std::string why;
    for (const std::string& file : listing->files) {
      if (listing->by_pattern) {
        if (IsPackedTwice(file, *listing) || IsMissing(files_.Stat(file).status())) continue;
        if (std::string odd = WhyLeftOut(file, files_); !odd.empty()) {
          why = std::move(odd);
          continue;
        }
      }
      if (absl::Status added = AddLog(file); !added.ok()) return added;
    }
    if (found_.size() > before || !seen_.empty()) return absl::OkStatus();
    if (!why.empty()) return absl::InvalidArgumentError(why);
    return absl::NotFoundError(path + ": no log files there");
  }

  [[nodiscard]] std::vector<LogFile> Take() {
    std::stable_sort(found_.begin(), found_.end(), [](const LogFile& a, const LogFile& b) {
      return a.modified_ns > b.modified_ns;
    });
    return std::move(found_);
  }

 private:
  // While a log is being packed it is there twice.
  [[nodiscard]] static bool IsPackedTwice(const std::string& path, const Listing& listing) {
    const std::string unpacked(UnpackedName(path));
    return unpacked != path &&
           std::binary_search(listing.files.begin(), listing.files.end(), unpacked);
  }

  [[nodiscard]] absl::Status AddLog(const std::string& path) {
    const absl::StatusOr<FileStat> stat = files_.Stat(path);
    if (!stat.ok()) return stat.status();
    if (stat->kind == FileKind::kDirectory) return absl::OkStatus();
    Add(path, *stat);
    if (rotated_ == WithRotated::kNo || stat->kind != FileKind::kRegular) return absl::OkStatus();
    std::vector<Rotation> rotations;
    for (const std::string& name : names_.Of(path)) {
      const absl::StatusOr<FileStat> of_rotation = files_.Stat(JoinPath(DirectoryOf(path), name));
      if (of_rotation.ok() && of_rotation->kind == FileKind::kRegular)
        rotations.push_back({name, *of_rotation});
    }
    SortYoungestFirst(NameOf(path), rotations);
    // Names are surer than times, which a copy may have lost.
    std::int64_t not_after = stat->modified_ns;
    for (Rotation& rotation : rotations) {
      not_after = std::min(not_after, rotation.stat.modified_ns);
      rotation.stat.modified_ns = not_after;
      Add(JoinPath(DirectoryOf(path), rotation.name), rotation.stat);
    }
    return absl::OkStatus();
  }

  void Add(const std::string& path, const FileStat& stat) {
    if (!seen_.insert(stat.id).second) return;
    found_.push_back({path, stat.kind == FileKind::kRegular ? stat.modified_ns : kNow});
  }

  struct Rotation {
    std::string name;
    FileStat stat;
  };

  // By names, if they show the order of all of them.
  static void SortYoungestFirst(const std::string& base, std::vector<Rotation>& rotations) {
    const bool named = std::all_of(rotations.begin(), rotations.end(), [&](const Rotation& one) {
      return IsYounger(one.name, rotations.front().name, base).has_value();
    });
    std::stable_sort(rotations.begin(), rotations.end(), [&](const Rotation& a, const Rotation& b) {
      return named ? IsYounger(a.name, b.name, base).value_or(false)
                   : a.stat.modified_ns > b.stat.modified_ns;
    });
  }

  const WithRotated rotated_;
  FileSystem& files_;
  RotationNames names_;
  std::set<FileId> seen_;
  std::vector<LogFile> found_;
};

}  // namespace

absl::StatusOr<std::vector<LogFile>> NewestFirst(const std::vector<std::string>& paths,
                                                 WithRotated rotated, FileSystem& files) {
  Finder finder(rotated, files);
  for (const std::string& path : paths) {
    if (absl::Status added = finder.AddPath(path); !added.ok()) return added;
  }
  return finder.Take();
}

}  // namespace maillog
