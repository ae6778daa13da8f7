#include <utility>

#include "exporter/input/path_list.h"

namespace maillog {
namespace {

class SinglePath final : public PathList {
 public:
  explicit SinglePath(std::string path) : path_(std::move(path)) {}

  [[nodiscard]] absl::StatusOr<Listing> List(FileSystem& files) const override {
    const absl::StatusOr<FileStat> stat = files.Stat(path_);
    if (stat.ok() && stat->kind == FileKind::kDirectory) return ListDirectory(files);
    Listing listing{.files = {path_}, .directories = {DirectoryOf(path_)}, .by_pattern = false};
    // Behind a symbolic link names change elsewhere.
    if (const absl::StatusOr<std::string> real = files.Resolve(path_); real.ok()) {
      listing.directories.push_back(DirectoryOf(*real));
    }
    return listing;
  }

 private:
  [[nodiscard]] absl::StatusOr<Listing> ListDirectory(FileSystem& files) const {
    const absl::StatusOr<std::vector<std::string>> names = files.List(path_);
    if (!names.ok()) return names.status();
    Listing listing{.files = {}, .directories = {path_, DirectoryOf(path_)}, .by_pattern = true};
    for (const std::string& name : *names) {
      if (name.front() != '.') listing.files.push_back(JoinPath(path_, name));
    }
    return listing;
  }

  const std::string path_;
};

}  // namespace

std::unique_ptr<PathList> MakeSinglePath(std::string path) {
  return std::make_unique<SinglePath>(std::move(path));
}

}  // namespace maillog
