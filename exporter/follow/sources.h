// All that is followed.
#pragma once

#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "exporter/count/shard.h"
#include "exporter/follow/crew.h"
#include "exporter/follow/source_options.h"
#include "exporter/input/file/file_claims.h"
#include "exporter/input/file/looking_time.h"
#include "exporter/os/clock.h"
#include "exporter/os/file_system.h"
#include "exporter/state/ledger.h"

namespace maillog {

class Sources {
 public:
  /// What Apply changed: labels of sources. A source whose options changed is in both.
  struct Changes {
    std::vector<std::string> added;
    std::vector<std::string> removed;
  };

  /// Adds a shard for each source to the ledger, which must outlive this; takes over the bookmarks
  /// that it has loaded. Nothing is opened yet. Each source has a different label.
  Sources(const std::vector<SourceOptions>& options, Ledger& ledger,
          FileSystem& files = PosixFileSystem(), const Clock& clock = SteadyClock());
  /// Stops.
  ~Sources();
  Sources(const Sources&) = delete;
  Sources& operator=(const Sources&) = delete;

  /// From now on each is read when there is something, and none waits for another. Trouble with a
  /// source is never fatal: it is logged once, counted, retried.
  void Start();
  /// Starts the threads for which there was no room, of which the log tells. False if there still
  /// is none for some.
  bool StartMissing();
  /// Within half a second: a thread that hangs in a file system is left behind. Does not commit.
  void Stop();
  /// Follows these sources from now on, and no others. Those whose options are the same continue
  /// undisturbed; the others end as Stop ends them, and their totals and bookmarks stay in the
  /// ledger, so that one that comes back resumes; so does a log that another source reads from now
  /// on (move_positions.h). After Start, from the same thread.
  Changes Apply(const std::vector<SourceOptions>& options);
  /// One that has not read everything that was there at the start, or cannot be read.
  struct Unready {
    std::string source;  ///< its label
    absl::Status why;    ///< why it cannot be read; OK: it is being read
  };
  /// In the order of the sources; empty if all have caught up. Thread-safe.
  [[nodiscard]] std::vector<Unready> UnreadyOnes() const;
  /// What is followed, and how far it has been read.
  struct State {
    std::string source;     ///< its label
    std::string_view kind;  ///< name of the InputKind
    std::vector<std::string> paths;
    ReadingState reading;
  };
  /// In the order of the sources. Thread-safe.
  [[nodiscard]] std::vector<State> States() const;

 private:
  struct Runner;
  using Runners = std::vector<std::shared_ptr<Runner>>;

  void Resume(const std::vector<SourceOptions>& begun, const std::set<std::string>& kept);
  [[nodiscard]] std::shared_ptr<Runner> MakeRunner(const SourceOptions& options);
  void StartRunner(const std::shared_ptr<Runner>& runner);
  void StopRunners(const Runners& runners);

  Ledger& ledger_;
  FileSystem& files_;
  const Clock& clock_;
  std::shared_ptr<FileClaims> claims_;
  std::shared_ptr<LookingTime> looking_;
  mutable std::mutex mutex_;  // guards which runners there are
  Runners runners_;
  Crew crew_;
};

}  // namespace maillog
