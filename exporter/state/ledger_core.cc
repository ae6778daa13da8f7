#include "exporter/state/ledger_core.h"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <string>
#include <utility>

#include "exporter/os/log.h"
#include "exporter/state/began_times.h"
#include "metrics/catalog/exporter.h"

namespace maillog {
namespace {

// By how many seconds the clocks of this machine and of a scraping one may differ. A counter that
// seemed to begin after it was scraped would be taken for one that was reset.
constexpr std::int64_t kClocksDiffer = 1;

HistogramValue EmptyHistogram(const RowInfo& row) {
  return {.buckets = std::vector<std::uint64_t>(row.bounds.size() + 1), .count = 0, .sum = 0};
}

void Observe(const RowInfo& row, std::int64_t value, HistogramValue& histogram) {
  const auto bucket = std::lower_bound(row.bounds.begin(), row.bounds.end(), value);
  ++histogram.buckets[static_cast<std::size_t>(bucket - row.bounds.begin())];
  ++histogram.count;
  histogram.sum += value;
}

}  // namespace

Ledger::Core::Core(std::unique_ptr<StateStore> kept_in, const Clock& told_by,
                   UnixClock unix_told_by)
    : store(std::move(kept_in)),
      clock(told_by),
      unix_clock(unix_told_by ? std::move(unix_told_by)
                              : [] { return static_cast<std::int64_t>(std::time(nullptr)); }),
      before_at(unix_clock() - kClocksDiffer),
      commit_micros(EmptyHistogram(kStateCommitSeconds)) {}

Ledger::Core::Parts Ledger::Core::Begin() {
  const std::lock_guard lock(mutex);
  ++begun;
  last_begun = clock.Now();
  return parts;
}

std::vector<ShardState> Ledger::Core::Snapshots(const Parts& parts) {
  std::vector<ShardState> states;
  states.reserve(parts.shards.size());
  for (const auto& shard : parts.shards) states.push_back(shard->Snapshot());
  return states;
}

std::vector<std::uint64_t> Ledger::Core::Versions(const Parts& parts) {
  std::vector<std::uint64_t> versions;
  for (const auto& shard : parts.shards) versions.push_back(shard->version());
  return versions;
}

std::shared_ptr<Samples> Ledger::Core::Totals(const SavedState& loaded,
                                              std::vector<ShardState>& states) {
  auto totals = std::make_shared<Samples>();
  for (ShardState& state : states) {
    if (totals->families().empty()) {
      *totals = std::move(state.samples);
    } else {
      totals->Merge(state.samples);
    }
  }
  totals->Merge(*loaded.totals);
  return totals;
}

void Ledger::Core::AddOwn(Samples& samples) const {
  samples.SetGauge(kStateSaved, {}, saved ? 1 : 0);
  samples.SetGauge(kStateWentBack, {}, store->went_back() ? 1 : 0);
  samples.AddCounter(kStateCommits, {}, commits);
  samples.AddHistogram(kStateCommitSeconds, {}, commit_micros);
}

absl::Status Ledger::Core::Save(std::shared_ptr<const Samples> totals, SavedState loaded,
                                std::vector<ShardState>& states) {
  SavedState state{.totals = std::move(totals), .sources = std::move(loaded.sources)};
  for (ShardState& shard : states) {
    if (shard.known) state.sources[shard.source] = std::move(shard.saved);
  }
  return store->Save(std::move(state));
}

void Ledger::Core::NoteResult(const absl::Status& result) {
  if (result.ok() == saved) return;
  saved = result.ok();
  if (saved) {
    LogInfo("positions and totals are saved again");
    return;
  }
  LogError(
      "positions and totals cannot be saved; showing unsaved numbers, which a restart would lower",
      {{"error", std::string(result.message())}});
}

void Ledger::Core::CommitNow() {
  const std::lock_guard commit_lock(commit_mutex);
  Parts now = Begin();
  const std::int64_t at = unix_clock() - kClocksDiffer;
  const bool stands_still = saved && counted != nullptr && now.removals == saved_removals &&
                            Versions(now) == saved_versions;
  if (stands_still) {
    auto same = std::make_shared<Samples>(*counted);
    for (const auto& shard : now.shards) shard->AddGauges(*same);
    // Gauges of a block that was being counted would be beside counters without it.
    if (Versions(now) == saved_versions) {
      before_at = at;
      return Show(std::move(same));
    }
  }
  std::vector<ShardState> states = Snapshots(now);
  std::vector<std::uint64_t> versions;
  versions.reserve(states.size());
  for (const ShardState& state : states) versions.push_back(state.version);
  const std::shared_ptr<Samples> totals = Totals(now.loaded, states);
  CarryBeganTimes(*before, std::exchange(before_at, at), *totals);
  saved_versions.resize(versions.size());  // a shard begins with 0, and as it was saved
  if (versions != saved_versions || now.removals != saved_removals || !saved) {
    const TimePoint start = clock.Now();
    const absl::Status result = Save(totals, std::move(now.loaded), states);
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(clock.Now() - start);
    Observe(kStateCommitSeconds, took.count(), commit_micros);
    ++commits;
    NoteResult(result);
    if (saved) {
      saved_versions = std::move(versions);
      saved_removals = now.removals;
    }
  }
  counted = std::make_shared<Samples>(*totals);
  before = counted;
  Show(totals);
}

void Ledger::Core::Show(std::shared_ptr<Samples> totals) {
  AddOwn(*totals);  // rows since start: not for the store
  const std::lock_guard lock(mutex);
  shown = std::move(totals);
  over = begun;
  if (saved) succeeded = begun;
  changed.notify_all();
}

bool Ledger::Core::Moved() {
  const std::lock_guard commit_lock(commit_mutex);
  const std::lock_guard lock(mutex);
  if (!saved || parts.removals != saved_removals) return true;
  for (std::size_t i = 0; i < parts.shards.size(); ++i) {
    const std::uint64_t version = parts.shards[i]->version();
    if (version != (i < saved_versions.size() ? saved_versions[i] : 0)) return true;
  }
  return false;
}

void Ledger::Core::Run() {
  std::unique_lock lock(mutex);
  while (!stops) {
    const bool asked = changed.wait_for(lock, kMaxUnsaved, [this] { return wanted || stops; });
    if (stops) break;
    wanted = false;
    lock.unlock();
    if (asked || Moved()) CommitNow();
    lock.lock();
  }
  lock.unlock();
  CommitNow();
  lock.lock();
  runs = false;
  changed.notify_all();
  lock.unlock();
  {
    const std::lock_guard commit_lock(commit_mutex);
    store->Close();
  }
  lock.lock();
  closed = true;
  changed.notify_all();
}

bool Ledger::Core::CommitFrom(std::uint64_t first, std::unique_lock<std::mutex>& lock) {
  if (succeeded >= first) return true;
  if (!runs) {
    lock.unlock();
    CommitNow();
    lock.lock();
    return succeeded >= first;
  }
  const bool is_running = begun > over && begun >= first;
  const std::uint64_t awaited = is_running ? begun : begun + 1;
  wanted = wanted || !is_running;
  changed.notify_all();
  (void)changed.wait_for(lock, kMaxWait, [&] { return over >= awaited; });
  return succeeded >= first;
}

}  // namespace maillog
