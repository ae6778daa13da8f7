// What has been saved. A scrape shows what was committed, never more, so that no counter is ever
// lower after a crash than it was shown.
//
// Commits are serial and shared: there is none if nothing has moved, and at most one per 100 ms to
// a store that outlives the process; those who ask while one runs wait for it together. A commit
// that takes over a second continues, and the last one is shown meanwhile. If a commit fails, live
// numbers are shown and maillog_state_saved is 0; it is tried again with the next one.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "exporter/count/shard.h"
#include "exporter/os/clock.h"
#include "exporter/state/state_store.h"
#include "metrics/samples.h"

namespace maillog {

/// Thread-safe, except for Load.
class Ledger {
 public:
  static constexpr std::chrono::milliseconds kLeastBetweenCommits{100};
  static constexpr std::chrono::seconds kMaxWait{1};
  static constexpr std::chrono::seconds kMaxUnsaved{5};

  /// Unix time, in seconds; empty: the machine's.
  using UnixClock = std::function<std::int64_t()>;
  explicit Ledger(std::unique_ptr<StateStore> store, const Clock& clock = SteadyClock(),
                  UnixClock unix_clock = nullptr);
  ~Ledger();
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  /// Reads what was saved, which is shown at once. Before everything else.
  [[nodiscard]] absl::Status Load();
  /// What an earlier run saved of this source; nothing if it never ran.
  [[nodiscard]] std::optional<SavedSource> SavedOf(const std::string& source) const;
  /// Changes what is known of sources that no shard is of at present, all in one commit. `change`
  /// says whether it has changed anything.
  void Rearrange(const std::function<bool(std::map<std::string, SavedSource>&)>& change);
  /// From now on the shard is committed.
  void Add(std::shared_ptr<const Shard> shard);
  /// The shard no longer counts: its totals are still shown, its gauges are not, and SavedOf knows
  /// its bookmarks. Never waits for a disk.
  void Remove(const std::shared_ptr<const Shard>& shard);

  /// Starts the thread that commits: on request, and by itself at the latest 5 s after a change.
  void Start();
  /// Commits once more, closes the store and ends the thread. For each of these it waits at most
  /// half a second for a stalled disk, and says so if anything is left unsaved.
  void Stop();

  /// What a scrape shows. Waits at most a second. An error only if there was no commit at all yet.
  [[nodiscard]] absl::StatusOr<std::shared_ptr<const Samples>> Commit();
  /// Commits all that has been counted by now; nothing is written if nothing has moved. False if it
  /// failed, or has not finished after a second. In the calling thread if there is no other.
  [[nodiscard]] bool CommitNow();
  /// What one caller has asked for and not got yet: the first commit that has all of its shard as
  /// that was then.
  struct Asked {
    std::uint64_t version = 0;
    std::uint64_t commit = 0;  ///< 0: nothing
  };
  /// The same, for what this shard has counted. Where each commit takes longer than a second, who
  /// comes again gets the one that was asked for first, if the shard has counted nothing since.
  [[nodiscard]] bool CommitNow(const Shard& of, Asked& asked);

  [[nodiscard]] bool persistent() const { return persistent_; }

 private:
  struct Core;
  std::shared_ptr<Core> core_;  // shared with the thread, which may outlive this on a stalled disk
  bool persistent_ = false;
};

}  // namespace maillog
