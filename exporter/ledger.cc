#include "exporter/ledger.h"

#include <algorithm>
#include <atomic>
#include <optional>
#include <utility>

#include "exporter/log.h"
#include "metrics/catalog/exporter.h"

namespace maillog {
namespace {

constexpr std::chrono::milliseconds kLongestStop{500};

HistogramValue EmptyHistogram(const RowInfo& row) {
  return {.buckets = std::vector<std::uint64_t>(row.bounds.size() + 1), .count = 0, .sum = 0};
}

void Observe(const RowInfo& row, std::int64_t value, HistogramValue& histogram) {
  const auto bucket = std::lower_bound(row.bounds.begin(), row.bounds.end(), value);
  ++histogram.buckets[static_cast<std::size_t>(bucket - row.bounds.begin())];
  ++histogram.count;
  histogram.sum += value;
}

void AddDurable(const Samples& from, Samples& to) {
  for (const auto& [name, family] : from.families()) {
    if (family.row.lifetime != Lifetime::kDurable) continue;
    for (const auto& [labels, value] : family.series) {
      if (const auto* count = std::get_if<std::uint64_t>(&value)) {
        to.AddCounter(family.row, labels, *count);
      } else if (const auto* histogram = std::get_if<HistogramValue>(&value)) {
        to.AddHistogram(family.row, labels, *histogram);
      }
    }
  }
}

}  // namespace

struct Ledger::Core {
  Core(std::unique_ptr<StateStore> kept_in, const Clock& told_by)
      : store(std::move(kept_in)), clock(told_by) {}

  void CommitNow();
  void Run();
  [[nodiscard]] absl::Status Save(const std::vector<ShardState>& states);
  [[nodiscard]] Samples Assemble(const std::vector<ShardState>& states) const;
  [[nodiscard]] std::vector<ShardState> Snapshots();
  [[nodiscard]] bool Moved();

  const std::unique_ptr<StateStore> store;
  const Clock& clock;

  std::mutex commit_mutex;  // held for a whole commit; guards what follows
  SavedState loaded;
  std::vector<std::uint64_t> saved_versions;
  bool saved = true;
  std::uint64_t commits = 0;
  HistogramValue commit_micros = EmptyHistogram(kStateCommitSeconds);

  std::mutex mutex;  // never held while anything waits for a disk; guards what follows
  std::condition_variable changed;
  std::vector<std::shared_ptr<const Shard>> shards;
  std::shared_ptr<const Samples> shown;
  std::uint64_t begun = 0;  // commits that have begun, and that are over
  std::uint64_t over = 0;
  std::optional<TimePoint> last_begun;
  bool wanted = false;
  bool runs = false;  // whether the thread does
  bool stops = false;
};

std::vector<ShardState> Ledger::Core::Snapshots() {
  std::vector<std::shared_ptr<const Shard>> all;
  {
    const std::lock_guard lock(mutex);
    all = shards;
  }
  std::vector<ShardState> states;
  states.reserve(all.size());
  for (const auto& shard : all) states.push_back(shard->Snapshot());
  return states;
}

Samples Ledger::Core::Assemble(const std::vector<ShardState>& states) const {
  Samples samples = loaded.totals;
  for (const ShardState& state : states) samples.Merge(state.samples);
  samples.SetGauge(kStateSaved, {}, saved ? 1 : 0);
  samples.AddCounter(kStateCommits, {}, commits);
  samples.AddHistogram(kStateCommitSeconds, {}, commit_micros);
  return samples;
}

absl::Status Ledger::Core::Save(const std::vector<ShardState>& states) {
  SavedState state = loaded;
  for (const ShardState& shard : states) {
    AddDurable(shard.samples, state.totals);
    state.sources[shard.source] = {.bookmarks = shard.bookmarks, .del_form = shard.del_form};
  }
  return store->Save(state);
}

void Ledger::Core::CommitNow() {
  const std::lock_guard commit_lock(commit_mutex);
  {
    const std::lock_guard lock(mutex);
    ++begun;
    last_begun = clock.Now();
  }
  const std::vector<ShardState> states = Snapshots();
  std::vector<std::uint64_t> versions;
  for (const ShardState& state : states) versions.push_back(state.version);
  if (versions != saved_versions || !saved) {
    const TimePoint start = clock.Now();
    const absl::Status result = Save(states);
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(clock.Now() - start);
    Observe(kStateCommitSeconds, took.count(), commit_micros);
    ++commits;
    if (result.ok() != saved) {
      saved = result.ok();
      if (saved) {
        LogInfo("positions and totals are saved again");
      } else {
        LogError("positions and totals cannot be saved; showing unsaved numbers",
                 {{"error", std::string(result.message())}});
      }
    }
    if (saved) saved_versions = std::move(versions);
  }
  auto assembled = std::make_shared<const Samples>(Assemble(states));
  const std::lock_guard lock(mutex);
  shown = std::move(assembled);
  over = begun;
  changed.notify_all();
}

bool Ledger::Core::Moved() {
  const std::lock_guard commit_lock(commit_mutex);
  const std::lock_guard lock(mutex);
  if (!saved || shards.size() != saved_versions.size()) return true;
  for (std::size_t i = 0; i < shards.size(); ++i) {
    if (shards[i]->version() != saved_versions[i]) return true;
  }
  return false;
}

void Ledger::Core::Run() {
  std::unique_lock lock(mutex);
  while (!stops) {
    const bool asked = changed.wait_for(lock, kLongestUnsaved, [this] { return wanted || stops; });
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
}

Ledger::Ledger(std::unique_ptr<StateStore> store, const Clock& clock)
    : core_(std::make_shared<Core>(std::move(store), clock)),
      persistent_(core_->store->persistent()) {}

Ledger::~Ledger() { Stop(); }

absl::Status Ledger::Load() {
  absl::StatusOr<SavedState> loaded = core_->store->Load();
  if (!loaded.ok()) return loaded.status();
  const std::lock_guard commit_lock(core_->commit_mutex);
  core_->loaded = *std::move(loaded);
  auto assembled = std::make_shared<const Samples>(core_->Assemble({}));
  const std::lock_guard lock(core_->mutex);
  core_->shown = std::move(assembled);
  return absl::OkStatus();
}

std::optional<SavedSource> Ledger::SavedOf(const std::string& source) const {
  const std::lock_guard commit_lock(core_->commit_mutex);
  const auto found = core_->loaded.sources.find(source);
  if (found == core_->loaded.sources.end()) return std::nullopt;
  return found->second;
}

void Ledger::Add(std::shared_ptr<const Shard> shard) {
  const std::lock_guard lock(core_->mutex);
  core_->shards.push_back(std::move(shard));
}

void Ledger::Start() {
  const std::lock_guard lock(core_->mutex);
  if (std::exchange(core_->runs, true)) return;
  core_->stops = false;
  std::thread([core = core_] { core->Run(); }).detach();
}

void Ledger::Stop() {
  std::unique_lock lock(core_->mutex);
  if (!core_->runs) return;
  core_->stops = true;
  core_->wanted = true;
  core_->changed.notify_all();
  (void)core_->changed.wait_for(lock, kLongestStop, [this] { return !core_->runs; });
}

absl::StatusOr<std::shared_ptr<const Samples>> Ledger::Commit() {
  std::unique_lock lock(core_->mutex);
  Core& core = *core_;
  if (!core.runs) {
    lock.unlock();
    core.CommitNow();
    lock.lock();
    return core.shown;
  }
  const bool running = core.begun > core.over;
  const bool recent = core.last_begun && core.clock.Now() - *core.last_begun < kLeastBetweenCommits;
  if (persistent_ && !running && recent && core.shown != nullptr) return core.shown;
  const std::uint64_t awaited = running && persistent_ ? core.begun : core.begun + 1;
  core.wanted = core.wanted || awaited > core.begun;
  core.changed.notify_all();
  (void)core.changed.wait_for(lock, kLongestWait, [&] { return core.over >= awaited; });
  if (core.shown == nullptr) return absl::UnavailableError("no numbers yet");
  return core.shown;
}

void Ledger::CommitNow() { core_->CommitNow(); }

}  // namespace maillog
