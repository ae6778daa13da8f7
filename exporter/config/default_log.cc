#include "exporter/config/default_log.h"

#include <cstdint>

namespace maillog {

std::optional<std::string> FindUsualLog(FileSystem& files) {
  std::optional<std::string> newest;
  std::int64_t newest_ns = 0;
  for (const std::string_view path : kUsualLogs) {
    const absl::StatusOr<FileStat> stat = files.Stat(std::string(path));
    if (!stat.ok() || stat->kind != FileKind::kRegular) continue;
    if (newest && stat->modified_ns <= newest_ns) continue;
    newest = path;
    newest_ns = stat->modified_ns;
  }
  return newest;
}

}  // namespace maillog
