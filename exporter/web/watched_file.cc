#include "exporter/web/watched_file.h"

#include "exporter/config/config_value.h"

namespace maillog {
namespace {

std::optional<FileStat> Look(const std::string& path, FileSystem& files) {
  const absl::StatusOr<FileStat> stat = files.Stat(path);
  return stat.ok() ? std::optional(*stat) : std::nullopt;
}

bool LooksAlike(const std::optional<FileStat>& a, const std::optional<FileStat>& b) {
  if (!a || !b) return a.has_value() == b.has_value();
  return a->id == b->id && a->size == b->size && a->modified_ns == b->modified_ns;
}

}  // namespace

absl::StatusOr<std::string> ReadWatched(const std::string& path, FileSystem& files,
                                        std::vector<WatchedFile>& read) {
  read.push_back({path, Look(path, files)});
  return ReadConfigText(path, files);
}

bool IsAsItWas(const WatchedFile& file, FileSystem& files) {
  return LooksAlike(Look(file.path, files), file.stat);
}

}  // namespace maillog
