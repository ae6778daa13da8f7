#include "exporter/state/ledger.h"

#include <map>
#include <optional>
#include <utility>

#include "exporter/os/log.h"
#include "exporter/state/ledger_core.h"
#include "parser/encoding.h"

namespace maillog {
namespace {

constexpr std::chrono::milliseconds kMaxStop{500};

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
