#include "exporter/input/journal/journal_access.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "exporter/input/not_a_log.h"

namespace maillog {
namespace {

constexpr std::array kSystemDirectories{"/run/log/journal", "/var/log/journal"};

class Access {
 public:
  Access(bool only_system, FileSystem& files) : only_system_(only_system), files_(files) {}

  void Look(const std::string& directory) { Look(directory, Below::kToo); }

  [[nodiscard]] absl::Status Result(const std::string& where) const {
    if (found_ == 0 && refused_ == 0) {
      return absl::NotFoundError(absl::StrCat(where, ": no journal files there"));
    }
    if (refused_ < 2) return first_;
    return absl::Status(first_.code(), absl::StrCat(first_.message(), " (and ", refused_ - 1,
                                                    " more of its files or directories)"));
  }

 private:
  // One directory for each machine, and none below that.
  enum class Below : std::uint8_t { kToo, kNot };

  void Look(const std::string& directory, Below below) {
    const absl::StatusOr<std::vector<std::string>> names = files_.List(directory);
    if (!names.ok()) return Refuse(names.status());
    for (const std::string& name : *names) {
      const std::string path = JoinPath(directory, name);
      if (IsJournalFileName(name)) {
        // Users' own journals hold none of the system's mail.
        if (!only_system_ || name.starts_with("system")) LookAtFile(path);
        continue;
      }
      if (below == Below::kNot) continue;
      const absl::StatusOr<FileStat> stat = files_.Stat(path);
      if (stat.ok() && stat->kind == FileKind::kDirectory) Look(path, Below::kNot);
    }
  }

  void LookAtFile(const std::string& path) {
    ++found_;
    if (const auto file = files_.Open(path); !file.ok()) Refuse(file.status());
  }

  void Refuse(const absl::Status& error) {
    // Vacuumed meanwhile, or a directory that journald has not made.
    if (IsMissing(error)) return;
    if (refused_++ == 0) first_ = error;
  }

  const bool only_system_;
  FileSystem& files_;
  int found_ = 0;
  int refused_ = 0;
  absl::Status first_;
};

}  // namespace

absl::Status JournalAccess(const JournalPath& path, FileSystem& files) {
  Access access(path.directory.empty(), files);
  if (!path.directory.empty()) {
    if (absl::Status found = files.Stat(path.directory).status(); IsMissing(found)) return found;
    access.Look(path.directory);
    return access.Result(path.directory);
  }
  for (const char* const directory : kSystemDirectories) access.Look(directory);
  return access.Result(absl::StrCat(kSystemDirectories[0], ", ", kSystemDirectories[1]));
}

}  // namespace maillog
