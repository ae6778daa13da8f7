#include <algorithm>
#include <utility>

#include "exporter/input/file/path_list.h"

namespace maillog {
namespace {

template <class Member>
void Join(std::vector<Member>& to, std::vector<Member> more) {
  to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

void SortOut(std::vector<std::string>& names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
}

class SeveralPaths final : public PathList {
 public:
  explicit SeveralPaths(std::vector<std::unique_ptr<PathList>> lists) : lists_(std::move(lists)) {}

  [[nodiscard]] absl::StatusOr<Listing> List(FileSystem& files) const override {
    Listing all;
    for (const std::unique_ptr<PathList>& list : lists_) {
      absl::StatusOr<Listing> listing = list->List(files);
      if (!listing.ok()) return listing.status();
      Join(all.files, std::move(listing->files));
      Join(all.directories, std::move(listing->directories));
      Join(all.unread, std::move(listing->unread));
      Join(all.patterns, std::move(listing->patterns));
      all.by_pattern = all.by_pattern || listing->by_pattern;
    }
    SortOut(all.files);
    SortOut(all.directories);
    return all;
  }

 private:
  const std::vector<std::unique_ptr<PathList>> lists_;
};

}  // namespace

std::unique_ptr<PathList> MakeSeveralPaths(std::vector<std::unique_ptr<PathList>> lists) {
  return std::make_unique<SeveralPaths>(std::move(lists));
}

}  // namespace maillog
