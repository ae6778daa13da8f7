#include <fnmatch.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "exporter/input/file/path_list.h"

namespace maillog {
namespace {

std::vector<std::string> Parts(std::string_view path) {
  std::vector<std::string> parts;
  while (!path.empty()) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    if (slash > 0) parts.emplace_back(path.substr(0, slash));
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return parts;
}

class Glob final : public PathList {
 public:
  explicit Glob(const std::string& pattern)
      : pattern_(pattern), root_(pattern.front() == '/' ? "/" : "."), parts_(Parts(pattern)) {}

  [[nodiscard]] absl::StatusOr<Listing> List(FileSystem& files) const override {
    Listing listing{.files = {}, .directories = {}, .by_pattern = true};
    std::string directory;
    if (absl::Status status = Expand(files, root_, 0, listing, directory); !status.ok()) {
      return status;
    }
    if (listing.files.empty() && !directory.empty()) {
      listing.unread.push_back({pattern_, OnlyDirectories(directory)});
    } else {
      listing.patterns.push_back({pattern_, !listing.files.empty()});
    }
    std::sort(listing.files.begin(), listing.files.end());
    return listing;
  }

 private:
  [[nodiscard]] absl::Status OnlyDirectories(const std::string& directory) const {
    return absl::FailedPreconditionError(
        absl::StrCat(pattern_, ": matches directories only, such as ", directory,
                     "; name a directory, or the files in them: ", JoinPath(pattern_, "*")));
  }

  // `matched` becomes a directory where a file was looked for.
  [[nodiscard]] absl::Status Expand(FileSystem& files, const std::string& directory,
                                    std::size_t part, Listing& listing,
                                    std::string& matched) const {
    if (!IsGlob(parts_[part])) {
      return Descend(files, directory, parts_[part], part, listing, matched);
    }
    const absl::StatusOr<std::vector<std::string>> names = files.List(directory);
    listing.directories.push_back(directory);
    if (!names.ok()) return IsMissing(names.status()) ? absl::OkStatus() : names.status();
    for (const std::string& name : *names) {
      if (::fnmatch(parts_[part].c_str(), name.c_str(), FNM_PERIOD) != 0) continue;
      if (absl::Status status = Descend(files, directory, name, part, listing, matched);
          !status.ok()) {
        return status;
      }
    }
    return absl::OkStatus();
  }

  [[nodiscard]] absl::Status Descend(FileSystem& files, const std::string& directory,
                                     const std::string& name, std::size_t part, Listing& listing,
                                     std::string& matched) const {
    const std::string path = JoinPath(directory, name);
    const bool last = part + 1 == parts_.size();
    if (!last) return Expand(files, path, part + 1, listing, matched);
    const absl::StatusOr<FileStat> stat = files.Stat(path);
    if (stat.ok() && stat->kind == FileKind::kDirectory) matched = path;
    if (stat.ok() && stat->kind != FileKind::kRegular) return absl::OkStatus();
    if (!stat.ok() && (IsMissing(stat.status()) || IsCircle(stat.status())))
      return absl::OkStatus();
    listing.files.push_back(path);
    return absl::OkStatus();
  }

  const std::string pattern_;
  const std::string root_;
  const std::vector<std::string> parts_;
};

}  // namespace

bool IsGlob(std::string_view path) { return path.find_first_of("*?[") != std::string_view::npos; }

std::unique_ptr<PathList> MakeGlob(const std::string& pattern) {
  return std::make_unique<Glob>(pattern);
}

}  // namespace maillog
