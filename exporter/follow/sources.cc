#include "exporter/follow/sources.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <utility>

#include "exporter/follow/crew.h"
#include "exporter/follow/move_positions.h"
#include "exporter/follow/pump.h"
#include "exporter/input/open.h"
#include "exporter/os/log.h"

namespace maillog {
namespace {

constexpr std::chrono::milliseconds kMaxStop{500};
// For what an input that forgets still has then: its writer may never stop.
constexpr std::chrono::milliseconds kMaxRest{200};
// Between two attempts to open a source that cannot be opened.
constexpr std::chrono::milliseconds kFirstRetry{250};
constexpr std::chrono::seconds kMaxRetry{30};

std::unique_ptr<Waker> MakeWaker(WakeBy wake_by, FileSystem& files) {
  return wake_by == WakeBy::kPolling ? MakePollWaker() : MakeInotifyWaker(files);
}

}  // namespace

// Shared with the crew, one of whose threads may hang in a file system.
struct Sources::Runner final : Job {
  SourceOptions options;
  std::shared_ptr<Shard> shard;
  std::optional<std::vector<Bookmark>> saved;
  bool booted_since = false;
  std::shared_ptr<FileClaims> claims;
  std::shared_ptr<LookingTime> looking;
  std::unique_ptr<Waker> waker;
  FileSystem* files = nullptr;
  const Clock* clock = nullptr;
  std::function<bool()> commit;
  Crew::Key key = 0;  // once it was started

  std::atomic<bool> stop{false};
  std::mutex mutex;  // guards `running`
  std::condition_variable ended;
  bool running = false;

  // Of whom runs it:
  std::unique_ptr<Input> input;
  std::optional<Pump> pump;
  Duration retry = kFirstRetry;
  std::string said;  // why it cannot be opened
  Ledger::Asked asked;

  std::optional<Awaited> Run(WaitEnd end) override {
    if (std::optional<Awaited> awaited = Follow(end)) return awaited;
    pump.reset();
    input.reset();  // and with it its claims on files
    const std::lock_guard lock(mutex);
    running = false;
    ended.notify_all();
    return std::nullopt;
  }

  std::optional<Awaited> Follow(WaitEnd end) {
    if (stop) {
      if (input != nullptr && input->forgets()) pump->DrainRest(*clock, clock->Now() + kMaxRest);
      return std::nullopt;
    }
    if (input != nullptr) {
      waker->Woken(end);
    } else if (!Open()) {
      const Duration pause = std::exchange(retry, std::min<Duration>(retry * 2, kMaxRetry));
      return Awaited{.until = clock->Now() + pause};
    }
    if (pump->Drain(stop) == Pump::Drained::kForEver) return std::nullopt;
    return waker->Await(input->deadline());
  }

  void LacksThread() override {
    shard->SetHealth(absl::ResourceExhaustedError(kNoThread));
    LogError("a source cannot be read; trying again",
             {{"source", shard->source()}, {"error", kNoThread}});
  }

  bool Open() {
    absl::StatusOr<std::unique_ptr<Input>> opened = OpenInput(options.paths, options.start, saved,
                                                              {.files = *files,
                                                               .waker = *waker,
                                                               .clock = *clock,
                                                               .claims = claims,
                                                               .rotated = options.rotated,
                                                               .kafka = options.kafka,
                                                               .commit = commit,
                                                               .booted_since = booted_since,
                                                               .looking = looking});
    if (opened.ok()) {
      if (!said.empty()) LogInfo("a source can be opened now", {{"source", shard->source()}});
      input = *std::move(opened);
      pump.emplace(*input, *shard, commit);
      return true;
    }
    shard->SetHealth(opened.status());
    if (said != opened.status().message()) {
      said = std::string(opened.status().message());
      LogError("a source cannot be opened; trying again",
               {{"source", shard->source()}, {"error", said}});
    }
    return false;
  }
};

Sources::Sources(const std::vector<SourceOptions>& options, Ledger& ledger, FileSystem& files,
                 const Clock& clock)
    : ledger_(ledger),
      files_(files),
      clock_(clock),
      claims_(std::make_shared<FileClaims>()),
      looking_(std::make_shared<LookingTime>()) {
  Resume(options, {});
  for (const SourceOptions& option : options) runners_.push_back(MakeRunner(option));
}

Sources::~Sources() { Stop(); }

void Sources::Resume(const std::vector<SourceOptions>& begun, const std::set<std::string>& kept) {
  ledger_.Rearrange(
      [&](std::map<std::string, SavedSource>& saved) { return MovePositions(begun, kept, saved); });
}

std::shared_ptr<Sources::Runner> Sources::MakeRunner(const SourceOptions& options) {
  auto runner = std::make_shared<Runner>();
  runner->options = options;
  runner->shard = std::make_shared<Shard>(options.label(), clock_, options.reading);
  runner->claims = claims_;
  runner->looking = looking_;
  runner->waker = MakeWaker(options.wake_by, files_);
  runner->files = &files_;
  runner->clock = &clock_;
  runner->commit = [ledger = &ledger_, of = runner.get()] {
    return ledger->CommitNow(*of->shard, of->asked);
  };
  if (std::optional<SavedSource> saved = ledger_.SavedOf(runner->shard->source())) {
    runner->shard->Restore(*saved);
    runner->saved = std::move(saved->bookmarks);
    runner->booted_since = saved->before_boot;
  }
  ledger_.Add(runner->shard);
  return runner;
}

void Sources::StartRunner(const std::shared_ptr<Runner>& runner) {
  const std::lock_guard lock(runner->mutex);
  if (std::exchange(runner->running, true)) return;
  const bool keeps_thread = KindOf(runner->options.paths.front()).keeps_thread;
  runner->key =
      crew_.Begin(runner, keeps_thread ? Crew::RunBy::kOwnThread : Crew::RunBy::kAnyWorker);
}

void Sources::StopRunners(const Runners& runners) {
  for (const std::shared_ptr<Runner>& runner : runners) {
    runner->stop = true;
    crew_.Wake(runner->key);
  }
  const auto deadline = std::chrono::steady_clock::now() + kMaxStop;
  for (const std::shared_ptr<Runner>& runner : runners) {
    std::unique_lock lock(runner->mutex);
    (void)runner->ended.wait_until(lock, deadline, [&] { return !runner->running; });
  }
}

void Sources::Start() {
  for (const std::shared_ptr<Runner>& runner : runners_) StartRunner(runner);
}

bool Sources::StartMissing() { return crew_.StartMissing(); }

void Sources::Stop() { StopRunners(runners_); }

Sources::Changes Sources::Apply(const std::vector<SourceOptions>& options) {
  Changes changes;
  Runners kept;
  Runners ended;
  for (const std::shared_ptr<Runner>& runner : runners_) {
    const bool stays = std::find(options.begin(), options.end(), runner->options) != options.end();
    (stays ? kept : ended).push_back(runner);
  }
  StopRunners(ended);
  for (const std::shared_ptr<Runner>& runner : ended) {
    ledger_.Remove(runner->shard);
    changes.removed.push_back(runner->shard->source());
  }
  std::vector<SourceOptions> begins;
  for (const SourceOptions& option : options) {
    const bool runs = std::any_of(kept.begin(), kept.end(),
                                  [&](const auto& runner) { return runner->options == option; });
    if (!runs) begins.push_back(option);
  }
  std::set<std::string> undisturbed;
  for (const std::shared_ptr<Runner>& runner : kept) undisturbed.insert(runner->shard->source());
  Resume(begins, undisturbed);
  Runners begun;
  for (const SourceOptions& option : begins) {
    begun.push_back(MakeRunner(option));
    changes.added.push_back(option.label());
  }
  const std::lock_guard lock(mutex_);
  runners_ = std::move(kept);
  for (const std::shared_ptr<Runner>& runner : begun) {
    runners_.push_back(runner);
    StartRunner(runner);
  }
  return changes;
}

std::vector<Sources::Unready> Sources::UnreadyOnes() const {
  const std::lock_guard lock(mutex_);
  std::vector<Unready> unready;
  for (const std::shared_ptr<Runner>& runner : runners_) {
    const Shard& shard = *runner->shard;
    if (!shard.caught_up()) unready.push_back({.source = shard.source(), .why = shard.health()});
  }
  return unready;
}

std::vector<Sources::State> Sources::States() const {
  const std::lock_guard lock(mutex_);
  std::vector<State> states;
  for (const std::shared_ptr<Runner>& runner : runners_) {
    states.push_back({.source = runner->shard->source(),
                      .kind = KindOf(runner->options.paths.front()).name,
                      .paths = runner->options.paths,
                      .reading = runner->shard->reading()});
  }
  return states;
}

}  // namespace maillog
