#include "exporter/input/file/rotation_names.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "exporter/input/file/rotation_name.h"

namespace maillog {
namespace {

// What nobody has asked for since so many times is not followed any more.
constexpr int kMaxForgotten = 8;
// A name that was listed so often, and leads to nothing, leads nowhere.
constexpr int kMaxNotFound = 8;

}  // namespace

void RotationNames::Forget() {
  for (auto& [path, directory] : directories_) ++directory.forgotten;
  std::erase_if(directories_,
                [](const auto& each) { return each.second.forgotten > kMaxForgotten; });
}

void RotationNames::NoteFound(const std::string& path, bool is_there) {
  if (is_there) {
    not_found_.erase(path);
    return;
  }
  int& times = not_found_[path];
  if (times == kMaxNotFound) return;
  ++times;
  ++missing_;
}

const RotationNames::Directory& RotationNames::At(const std::string& path) {
  // Before the listing: a change meanwhile is one more reason to list again.
  const absl::StatusOr<FileStat> stat = files_->Stat(path);
  const std::int64_t modified_ns = stat.ok() ? stat->modified_ns : 0;
  Directory& directory = directories_[path];
  if (directory.forgotten == 0 && directory.modified_ns == modified_ns) return directory;
  directory.forgotten = 0;
  directory.modified_ns = modified_ns;
  absl::StatusOr<std::vector<std::string>> listed = files_->List(path);
  std::vector<std::string> names = listed.ok() ? *std::move(listed) : std::vector<std::string>();
  if (names == directory.names) return directory;
  directory.names = std::move(names);
  not_found_.clear();
  directory.by_base.clear();
  for (std::size_t i = 0; i < directory.names.size(); ++i) {
    for (std::string& base : RotationBases(directory.names[i])) {
      std::vector<std::size_t>& of_base = directory.by_base[std::move(base)];
      if (of_base.empty() || of_base.back() != i) of_base.push_back(i);
    }
  }
  return directory;
}

std::vector<std::string> RotationNames::Of(const std::string& path) {
  const Directory& directory = At(std::string(DirectoryOf(path)));
  const std::string base = NameOf(path);
  const auto found = directory.by_base.find(base);
  if (found == directory.by_base.end()) return {};
  const std::vector<std::string>& names = directory.names;
  std::vector<std::string> plain;
  std::vector<std::string> packed;
  for (const std::size_t i : found->second) {
    const std::string& name = names[i];
    const std::string unpacked(UnpackedName(name));
    if (!IsPackedName(name)) {
      plain.push_back(name);
    } else if (unpacked == base || !std::binary_search(names.begin(), names.end(), unpacked)) {
      packed.push_back(name);  // `maillog.gz` is not a form of what `maillog` is now
    }
  }
  plain.insert(plain.end(), packed.begin(), packed.end());
  return plain;
}

}  // namespace maillog
