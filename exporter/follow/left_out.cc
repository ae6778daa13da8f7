#include "exporter/follow/left_out.h"

#include <array>
#include <memory>
#include <set>

#include "exporter/input/not_a_log.h"
#include "exporter/input/open.h"
#include "exporter/input/unpacker.h"

namespace maillog {

std::string WhyLeftOut(const std::string& file, FileSystem& files) {
  const absl::StatusOr<FileStat> stat = files.Stat(file);
  if (!stat.ok() || stat->kind != FileKind::kRegular) return {};
  const absl::StatusOr<std::unique_ptr<File>> opened = files.Open(file);
  if (!opened.ok()) return {};
  std::array<char, kPackedBeginning> bytes;
  const absl::StatusOr<std::size_t> read = (*opened)->ReadAt(0, bytes);
  return WhyNoLog({bytes.data(), read.value_or(0)}, file, files);
}

std::vector<std::string> LeftOut(const std::vector<std::string>& paths, FileSystem& files) {
  std::vector<std::string> all;
  std::set<std::string> known;
  for (const std::string& path : paths) {
    if (!KindOf(path).is_files) continue;
    const absl::StatusOr<Listing> listing = PathsOf(path, files)->List(files);
    if (!listing.ok() || !listing->by_pattern) continue;
    for (const std::string& file : listing->files) {
      const std::string why = WhyLeftOut(file, files);
      if (!why.empty() && known.insert(file).second) all.push_back("left out " + why);
    }
  }
  return all;
}

}  // namespace maillog
