#include "exporter/state/ledger.h"

#include <algorithm>
#include <ctime>
#include <map>
#include <optional>
#include <utility>

#include "exporter/os/log.h"
#include "exporter/state/began_times.h"
#include "metrics/catalog/exporter.h"
#include "parser/encoding.h"

namespace maillog {
namespace {

constexpr std::chrono::milliseconds kMaxStop{500};
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

// Rows whose totals outlive the process.
std::shared_ptr<Samples> DurableOf(const Samples& samples) {
  auto durable = std::make_shared<Samples>();
  for (const auto& [name, family] : samples.families()) {
    if (family.row.lifetime != Lifetime::kDurable) continue;
    for (const auto& [labels, value] : family.series) {
      if (const auto* count = std::get_if<std::uint64_t>(&value)) {
        durable->AddCounter(family.row, labels, *count);
      } else if (const auto* histogram = std::get_if<HistogramValue>(&value)) {
        durable->AddHistogram(family.row, labels, *histogram);
      }
    }
    if (family.began != nullptr) durable->SetBegan(name, family.began);
  }
  return durable;
}

// Once the name of a source was its path, whatever bytes that had; its shard has the label.
void NameByLabels(std::map<std::string, SavedSource>& sources) {
  std::map<std::string, SavedSource> named;
  for (auto each = sources.begin(); each != sources.end();) {
    const auto source = each++;
    std::string label = AsLabelValue(source->first);
    if (label == source->first) continue;
    auto node = sources.extract(source);
    node.key() = std::move(label);
    named.insert(std::move(node));
  }
  sources.merge(named);  // not where it has a later one
}

}  // namespace

struct Ledger::Core {
  Core(std::unique_ptr<StateStore> kept_in, const Clock& told_by, UnixClock unix_told_by)
      : store(std::move(kept_in)),
        clock(told_by),
        unix_clock(unix_told_by ? std::move(unix_told_by)
                                : [] { return static_cast<std::int64_t>(std::time(nullptr)); }) {}

  void CommitNow();
  bool CommitFrom(std::uint64_t first, std::unique_lock<std::mutex>& lock);
  void Run();
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
  void AddOwn(Samples& samples) const;
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
  std::int64_t before_at = unix_clock() - kClocksDiffer;  // what `before` lacks was at 0 then
  bool saved = true;
  std::uint64_t commits = 0;
  HistogramValue commit_micros = EmptyHistogram(kStateCommitSeconds);

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

Ledger::Ledger(std::unique_ptr<StateStore> store, const Clock& clock, UnixClock unix_clock)
    : core_(std::make_shared<Core>(std::move(store), clock, std::move(unix_clock))),
      persistent_(core_->store->persistent()) {}

Ledger::~Ledger() { Stop(); }

absl::Status Ledger::Load() {
  absl::StatusOr<SavedState> loaded = core_->store->Load();
  if (!loaded.ok()) return loaded.status();
  SavedState durable{.totals = DurableOf(*loaded->totals), .sources = std::move(loaded->sources)};
  NameByLabels(durable.sources);
  auto totals = std::make_shared<Samples>(*durable.totals);
  const std::lock_guard commit_lock(core_->commit_mutex);
  core_->AddOwn(*totals);
  core_->before = durable.totals;
  const std::lock_guard lock(core_->mutex);
  core_->parts.loaded = std::move(durable);
  core_->shown = std::move(totals);
  return absl::OkStatus();
}

std::optional<SavedSource> Ledger::SavedOf(const std::string& source) const {
  const std::lock_guard lock(core_->mutex);
  const auto found = core_->parts.loaded.sources.find(source);
  if (found == core_->parts.loaded.sources.end()) return std::nullopt;
  return found->second;
}

void Ledger::Rearrange(const std::function<bool(std::map<std::string, SavedSource>&)>& change) {
  const std::lock_guard lock(core_->mutex);
  if (change(core_->parts.loaded.sources)) ++core_->parts.removals;
}

void Ledger::Add(std::shared_ptr<const Shard> shard) {
  const std::lock_guard lock(core_->mutex);
  core_->parts.shards.push_back(std::move(shard));
}

void Ledger::Remove(const std::shared_ptr<const Shard>& shard) {
  ShardState state = shard->Snapshot();
  const std::lock_guard lock(core_->mutex);
  Core::Parts& parts = core_->parts;
  if (std::erase(parts.shards, shard) == 0) return;
  auto totals = std::make_shared<Samples>(*parts.loaded.totals);
  totals->Merge(*DurableOf(state.samples));
  parts.loaded.totals = std::move(totals);
  if (state.known) parts.loaded.sources[state.source] = std::move(state.saved);
  ++parts.removals;
}

void Ledger::Start() {
  const std::lock_guard lock(core_->mutex);
  if (core_->runs) return;
  std::thread([core = core_] { core->Run(); }).detach();
  core_->runs = true;
  core_->stops = false;
  core_->closed = false;
}

void Ledger::Stop() {
  std::unique_lock lock(core_->mutex);
  if (!core_->runs) return;
  core_->stops = true;
  core_->wanted = true;
  core_->changed.notify_all();
  const bool ended = core_->changed.wait_for(lock, kMaxStop, [this] { return !core_->runs; });
  const bool saved = ended && core_->succeeded == core_->begun;
  if (ended) (void)core_->changed.wait_for(lock, kMaxStop, [this] { return core_->closed; });
  lock.unlock();
  if (persistent_ && !saved) {
    LogWarn("the last numbers could not be saved: after the next start counters may be lower");
  }
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
  (void)core.changed.wait_for(lock, kMaxWait, [&] { return core.over >= awaited; });
  if (core.shown == nullptr) return absl::UnavailableError("no numbers yet");
  return core.shown;
}

// Whether a commit with this number or a later one has succeeded. One that runs is waited for;
// another is asked for only if there is none.
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

bool Ledger::CommitNow() {
  std::unique_lock lock(core_->mutex);
  return core_->CommitFrom(core_->begun + 1, lock);
}

// Always to ask for the next one would be in vain for ever on a slow disk: others count meanwhile,
// so that it takes as long as the one before.
bool Ledger::CommitNow(const Shard& of, Asked& asked) {
  std::unique_lock lock(core_->mutex);
  const std::uint64_t version = of.version();
  if (asked.commit == 0 || asked.version != version) asked = {version, core_->begun + 1};
  const bool is_saved = core_->CommitFrom(asked.commit, lock);
  if (is_saved) asked = {};
  return is_saved;
}

}  // namespace maillog
