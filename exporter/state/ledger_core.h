// What the ledger shares with the thread that commits: what a commit is, and what is known of the
// last ones.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "exporter/count/shard.h"
#include "exporter/os/clock.h"
#include "exporter/state/ledger.h"
#include "exporter/state/state_store.h"
#include "metrics/samples.h"

namespace maillog {

struct Ledger::Core {
  /// `told_by` must outlive this; no `unix_told_by`: the machine's.
  Core(std::unique_ptr<StateStore> kept_in, const Clock& told_by, UnixClock unix_told_by);

  /// In the calling thread.
  void CommitNow();
  /// Whether a commit with this number or a later one has succeeded. One that runs is waited for;
  /// another is asked for only if there is none. `lock` is of `mutex`, which is let go meanwhile.
  [[nodiscard]] bool CommitFrom(std::uint64_t first, std::unique_lock<std::mutex>& lock);
  /// What the thread does, until `stops`.
  void Run();
  void AddOwn(Samples& samples) const;

  /// What earlier runs have left, and the shards whose counts are added to it.
  struct Parts {
    SavedState loaded;
    std::vector<std::shared_ptr<const Shard>> shards;
    std::uint64_t removals = 0;  // and what else changes `loaded`
  };
  [[nodiscard]] Parts Begin();
  [[nodiscard]] static std::vector<ShardState> Snapshots(const Parts& parts);
  [[nodiscard]] static std::vector<std::uint64_t> Versions(const Parts& parts);
  void Show(std::shared_ptr<Samples> totals);
  [[nodiscard]] static std::shared_ptr<Samples> Totals(const SavedState& loaded,
                                                       std::vector<ShardState>& states);
  [[nodiscard]] absl::Status Save(std::shared_ptr<const Samples> totals, SavedState loaded,
                                  std::vector<ShardState>& states);
  void NoteResult(const absl::Status& result);
  [[nodiscard]] bool Moved();

  const std::unique_ptr<StateStore> store;
  const Clock& clock;
  const UnixClock unix_clock;

  std::mutex commit_mutex;  // held for a whole commit; guards what follows
  std::vector<std::uint64_t> saved_versions;
  std::uint64_t saved_removals = 0;
  std::shared_ptr<const Samples> counted;  // at these versions, without the ledger's own metrics
  std::shared_ptr<const Samples> before = std::make_shared<Samples>();  // counted, or loaded
  std::int64_t before_at;  // Unix time at which what `before` lacks was at 0
  bool saved = true;
  std::uint64_t commits = 0;
  HistogramValue commit_micros;

  std::mutex mutex;  // never held while anything waits for a disk; guards what follows
  std::condition_variable changed;
  Parts parts;  // with each removal `loaded` holds more than was loaded
  std::shared_ptr<const Samples> shown;
  std::uint64_t begun = 0;  // commits that have begun, that have ended, and the last that succeeded
  std::uint64_t over = 0;
  std::uint64_t succeeded = 0;
  std::optional<TimePoint> last_begun;
  bool wanted = false;
  bool runs = false;   // whether the thread does
  bool closed = true;  // whether the store was, after the last commit
  bool stops = false;
};

}  // namespace maillog
