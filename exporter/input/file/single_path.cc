#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "exporter/input/file/path_list.h"
#include "exporter/input/not_a_log.h"

namespace maillog {
namespace {

class SinglePath final : public PathList {
 public:
  explicit SinglePath(std::string path) : path_(std::move(path)) {}

  [[nodiscard]] absl::StatusOr<Listing> List(FileSystem& files) const override {
    const absl::StatusOr<FileStat> stat = files.Stat(path_);
    if (stat.ok() && stat->kind == FileKind::kDirectory) return ListDirectory(files);
    Listing listing{.files = {path_}, .directories = {DirectoryOf(path_)}, .by_pattern = false};
    // With a symbolic link, names change elsewhere.
    if (const absl::StatusOr<std::string> real = files.Resolve(path_); real.ok()) {
      std::string directory = DirectoryOf(*real);
      if (directory != listing.directories.front()) {
        listing.directories.push_back(std::move(directory));
      }
    }
    return listing;
  }

 private:
  [[nodiscard]] absl::StatusOr<Listing> ListDirectory(FileSystem& files) const {
    Listing listing{.files = {}, .directories = {DirectoryOf(path_)}, .by_pattern = true};
    std::string too_deep;
    if (absl::Status listed = AddDirectory(path_, 0, files, listing, too_deep); !listed.ok()) {
      return listed;
    }
    if (listing.files.empty() && !too_deep.empty()) {
      listing.unread.push_back(
          {too_deep, absl::OutOfRangeError(absl::StrCat(too_deep, ": more than ", kDirectoryLevels,
                                                        " levels below ", path_))});
    }
    const bool has_files = !listing.files.empty();
    if (has_files || listing.unread.empty()) listing.patterns.push_back({path_, has_files});
    std::sort(listing.files.begin(), listing.files.end());
    return listing;
  }

  // `too_deep` becomes one of those that are left out.
  static absl::Status AddDirectory(const std::string& directory, int level, FileSystem& files,
                                   Listing& listing, std::string& too_deep) {
    const absl::StatusOr<std::vector<DirectoryEntry>> entries = files.ListKinds(directory);
    if (!entries.ok()) return entries.status();
    listing.directories.push_back(directory);
    for (const auto& [name, kind] : *entries) {
      if (name.front() == '.' || IsJournalFileName(name)) continue;
      const std::string path = JoinPath(directory, name);
      if (!kind && IsCircle(files.Stat(path).status())) continue;
      if (kind != FileKind::kDirectory) {
        listing.files.push_back(path);
      } else if (level == kDirectoryLevels) {
        too_deep = path;
      } else if (absl::Status below = AddBelow(path, level + 1, files, listing, too_deep);
                 !below.ok() && !IsMissing(below)) {
        listing.unread.push_back({path, std::move(below)});
      }
    }
    return absl::OkStatus();
  }

  static absl::Status AddBelow(const std::string& directory, int level, FileSystem& files,
                               Listing& listing, std::string& too_deep) {
    if (listing.directories.size() > kMaxDirectories) {
      return absl::ResourceExhaustedError(
          absl::StrCat(directory, ": one of more than ", kMaxDirectories, " directories"));
    }
    return AddDirectory(directory, level, files, listing, too_deep);
  }

  const std::string path_;
};

}  // namespace

std::unique_ptr<PathList> MakeSinglePath(std::string path) {
  return std::make_unique<SinglePath>(std::move(path));
}

}  // namespace maillog
