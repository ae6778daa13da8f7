#include "exporter/history/day_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "exporter/os/file_system.h"
#include "exporter/os/sync_directory.h"

namespace maillog {
namespace {

constexpr std::string_view kBeginning = "maillog-";
constexpr std::string_view kEnding = ".om";

}  // namespace

std::string DayFileName(std::int64_t day) {
  constexpr std::int64_t kHours = 24;
  std::string name(kBeginning);
  name += absl::FormatTime("%Y-%m-%d", absl::UnixEpoch() + absl::Hours(kHours * day),
                           absl::UTCTimeZone());
  return name.append(kEnding);
}

absl::Status PrepareDayFiles(const std::string& directory) {
  if (::mkdir(directory.c_str(), 0755) != 0 && errno != EEXIST)
    return ErrnoStatus(errno, directory);
  const absl::StatusOr<std::vector<std::string>> names = PosixFileSystem().List(directory);
  if (!names.ok()) return names.status();
  for (const std::string& name : *names) {
    if (name.starts_with(kBeginning) && name.ends_with(kEnding)) {
      std::string sentence = directory;
      sentence.append(" holds ").append(name);
      sentence.append(" of an earlier run: remove it, or name another directory");
      return absl::AlreadyExistsError(sentence);
    }
  }
  if (::access(directory.c_str(), W_OK | X_OK) != 0) return ErrnoStatus(errno, directory);
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<DayFile>> DayFile::Create(const std::string& directory,
                                                         std::int64_t day) {
  std::unique_ptr<DayFile> file(new DayFile(directory, DayFileName(day), -1));
  file->descriptor_ = ::open(file->unfinished().c_str(),
                             O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
  if (file->descriptor_ < 0) return ErrnoStatus(errno, file->unfinished());
  return file;
}

DayFile::~DayFile() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  ::unlink(unfinished().c_str());
}

std::string DayFile::unfinished() const {
  return JoinPath(directory_, "." + name_ + ".unfinished");
}

absl::Status DayFile::Write(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor_, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return ErrnoStatus(errno, JoinPath(directory_, name_));
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return absl::OkStatus();
}

// A link, since renaming would replace what is there.
absl::Status DayFile::Finish() {
  const std::string name = JoinPath(directory_, name_);
  if (::fsync(descriptor_) != 0) return ErrnoStatus(errno, name);
  if (::link(unfinished().c_str(), name.c_str()) != 0) return ErrnoStatus(errno, name);
  ::close(std::exchange(descriptor_, -1));
  if (::unlink(unfinished().c_str()) != 0) return ErrnoStatus(errno, unfinished());
  return SyncDirectory(directory_);
}

}  // namespace maillog
