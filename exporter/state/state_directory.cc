#include "exporter/state/state_directory.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "exporter/os/file_system.h"

namespace maillog {
namespace {

constexpr std::string_view kStateName = "state.sqlite3";
constexpr std::string_view kLockName = "state.lock";
// Of equal length, so that one can overwrite the other.
constexpr std::string_view kSavedNote = "saved  \n";
constexpr std::string_view kUnsavedNote = "unsaved\n";
// Two checksums and a time, of fixed width for the same reason.
constexpr std::size_t kCommitNoteBytes = 16 + 1 + 16 + 1 + 20 + 1;

absl::Status CannotBeWritten(const std::string& directory, int error) {
  return absl::FailedPreconditionError(
      "the state directory " + directory + " cannot be written (" + std::strerror(error) +
      "): let this user write to it, or name another with --state.path");
}

absl::Status MakeDirectories(const std::string& directory) {
  if (::mkdir(directory.c_str(), 0700) == 0 || errno == EEXIST) return absl::OkStatus();
  if (errno != ENOENT) return CannotBeWritten(directory, errno);
  const std::string parent = DirectoryOf(directory);
  if (parent == directory) return CannotBeWritten(directory, ENOENT);
  if (absl::Status made = MakeDirectories(parent); !made.ok()) return made;
  if (::mkdir(directory.c_str(), 0700) == 0 || errno == EEXIST) return absl::OkStatus();
  return CannotBeWritten(directory, errno);
}

bool Exists(const std::string& path) {
  struct stat stat {};
  return ::lstat(path.c_str(), &stat) == 0;
}

// A name that is not in use yet.
std::string AsideName(const std::string& directory) {
  const std::string stamp = absl::FormatTime("%Y%m%dT%H%M%SZ", absl::Now(), absl::UTCTimeZone());
  std::string name = JoinPath(directory, "state.set-aside-" + stamp + ".sqlite3");
  for (int again = 2; Exists(name); ++again) {
    name =
        JoinPath(directory, "state.set-aside-" + stamp + "." + std::to_string(again) + ".sqlite3");
  }
  return name;
}

}  // namespace

std::string StatePath(const std::optional<std::string>& flag) {
  if (flag) return *flag;
  const char* const given = std::getenv("STATE_DIRECTORY");
  if (given == nullptr) return {};
  const std::string directories = given;
  return directories.substr(0, directories.find(':'));
}

std::string StateFile(const std::string& directory) {
  return JoinPath(directory, std::string(kStateName));
}

absl::StatusOr<std::string> SetStateAside(const std::string& directory) {
  const std::string from = StateFile(directory);
  std::string to = AsideName(directory);
  for (const char* suffix : {"-wal", "-journal", ""}) {
    if (std::rename((from + suffix).c_str(), (to + suffix).c_str()) != 0 && errno != ENOENT) {
      return CannotBeWritten(directory, errno);
    }
  }
  ::unlink((from + "-shm").c_str());
  return to;
}

absl::StatusOr<std::unique_ptr<StateLock>> StateLock::Take(const std::string& directory) {
  if (absl::Status made = MakeDirectories(directory); !made.ok()) return made;
  const std::string path = JoinPath(directory, std::string(kLockName));
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0) return CannotBeWritten(directory, errno);
  auto lock = std::unique_ptr<StateLock>(new StateLock(path, descriptor));
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return CannotBeWritten(directory, errno);
    return absl::FailedPreconditionError("another maillog_exporter keeps its state in " +
                                         directory +
                                         ": stop it, or name another directory with --state.path");
  }
  struct stat stat {};
  if (::fstat(descriptor, &stat) == 0 && stat.st_size == 0) lock->Note(Shown::kSaved);
  return lock;
}

StateLock::~StateLock() { ::close(descriptor_); }

bool StateLock::is_in_place() const {
  struct stat named {};
  struct stat held {};
  return ::stat(path_.c_str(), &named) == 0 && ::fstat(descriptor_, &held) == 0 &&
         named.st_dev == held.st_dev && named.st_ino == held.st_ino;
}

void StateLock::Note(Shown shown) {
  const std::string_view note = shown == Shown::kSaved ? kSavedNote : kUnsavedNote;
  [[maybe_unused]] const ssize_t written = ::pwrite(descriptor_, note.data(), note.size(), 0);
}

StateLock::Shown StateLock::noted() const {
  std::array<char, kUnsavedNote.size()> note{};
  const ssize_t read = ::pread(descriptor_, note.data(), note.size(), 0);
  const bool unsaved = read == static_cast<ssize_t>(note.size()) &&
                       std::string_view(note.data(), note.size()) == kUnsavedNote;
  return unsaved ? Shown::kUnsaved : Shown::kSaved;
}

void StateLock::NoteCommit(const Commit& commit) {
  std::array<char, kCommitNoteBytes + 1> note{};
  (void)std::snprintf(note.data(), note.size(), "%016" PRIx64 " %016" PRIx64 " %020" PRId64 "\n",
                      commit.before, commit.after, commit.at);
  [[maybe_unused]] const ssize_t written =
      ::pwrite(descriptor_, note.data(), kCommitNoteBytes, kSavedNote.size());
}

std::optional<StateLock::Commit> StateLock::noted_commit() const {
  std::array<char, kCommitNoteBytes + 1> note{};
  if (::pread(descriptor_, note.data(), kCommitNoteBytes, kSavedNote.size()) !=
      static_cast<ssize_t>(kCommitNoteBytes)) {
    return std::nullopt;
  }
  Commit commit;
  const int read = std::sscanf(note.data(), "%16" SCNx64 " %16" SCNx64 " %20" SCNd64,
                               &commit.before, &commit.after, &commit.at);
  return read == 3 ? std::optional(commit) : std::nullopt;
}

void StateLock::ForgetCommit() {
  [[maybe_unused]] const int cut = ::ftruncate(descriptor_, kSavedNote.size());
}

}  // namespace maillog
