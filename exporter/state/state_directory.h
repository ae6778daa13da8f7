// The directory of the state: its files, and the lock that keeps a second exporter away.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace maillog {

/// Where the state is kept: as the flag was written, else $STATE_DIRECTORY (the first one if
/// systemd gives several). Empty: in memory.
[[nodiscard]] std::string StatePath(const std::optional<std::string>& flag);

/// What to do with a state that cannot be read.
enum class OnDamage : std::uint8_t { kRefuse, kSetAside };

[[nodiscard]] std::string StateFile(const std::string& directory);

/// Moves the contents of the directory away, under a name with a timestamp; returns the name.
[[nodiscard]] absl::StatusOr<std::string> SetStateAside(const std::string& directory);

/// Holds the directory as long as it lives, or until the process ends in whatever way.
class StateLock {
 public:
  /// Creates the directory (0700) if it is missing. Errors are sentences that name it.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<StateLock>> Take(
      const std::string& directory);
  ~StateLock();
  StateLock(const StateLock&) = delete;
  StateLock& operator=(const StateLock&) = delete;

  /// Whether the lock file is still under its name.
  [[nodiscard]] bool is_in_place() const;

  /// Keeps a word in the lock file, overwritten in place so that it can be changed even on most
  /// full disks. Best effort.
  enum class Shown : std::uint8_t { kSaved, kUnsaved };
  void Note(Shown shown);
  /// What was noted last, by this run or an earlier one.
  [[nodiscard]] Shown noted() const;

  /// After the word: what the database holds before and after a commit. It is noted before the
  /// commit, and again when that has gone through, with what it holds now as both. So a database
  /// that holds neither has lost commits, or was put there by somebody.
  struct Commit {
    std::uint64_t before = 0;  ///< the database's checksum
    std::uint64_t after = 0;
    std::int64_t at = 0;  ///< Unix time of the one after
  };
  void NoteCommit(const Commit& commit);
  /// Nothing if none was noted, or it is unreadable.
  [[nodiscard]] std::optional<Commit> noted_commit() const;
  void ForgetCommit();

 private:
  StateLock(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}
  const std::string path_;
  const int descriptor_;
};

}  // namespace maillog
