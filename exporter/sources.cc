#include "exporter/sources.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "exporter/input/open.h"
#include "exporter/log.h"
#include "exporter/pump.h"

namespace maillog {
namespace {

constexpr std::chrono::milliseconds kLongestStop{500};

std::unique_ptr<Waker> MakeWaker(WakeBy wake_by, FileSystem& files) {
  return wake_by == WakeBy::kPolling ? MakePollWaker() : MakeInotifyWaker(files);
}

}  // namespace

// Shared with its thread, which may outlive Sources where a file system hangs.
struct Sources::Runner {
  SourceOptions options;
  std::shared_ptr<Shard> shard;
  std::optional<std::vector<Bookmark>> saved;
  std::shared_ptr<FileClaims> claims;
  std::unique_ptr<Waker> waker;
  FileSystem* files = nullptr;
  const Clock* clock = nullptr;
  std::function<void()> commit;

  std::atomic<bool> stop{false};
  std::mutex mutex;  // guards `running`
  std::condition_variable ended;
  bool running = false;

  void Run() {
    absl::StatusOr<std::unique_ptr<Input>> input =
        OpenInput(options.path, options.start, saved,
                  {.files = *files, .waker = *waker, .clock = *clock, .claims = claims});
    if (input.ok()) {
      Pump(**input, *shard, commit).Run(*waker, stop);
    } else {
      LogError("a source cannot be opened",
               {{"source", shard->source()}, {"error", std::string(input.status().message())}});
      shard->SetHealth(Shard::Health::kDown);
    }
    const std::lock_guard lock(mutex);
    running = false;
    ended.notify_all();
  }
};

Sources::Sources(const std::vector<SourceOptions>& options, Ledger& ledger, FileSystem& files,
                 const Clock& clock) {
  const auto claims = std::make_shared<FileClaims>();
  for (const SourceOptions& option : options) {
    auto runner = std::make_shared<Runner>();
    runner->options = option;
    runner->shard = std::make_shared<Shard>(option.name.empty() ? option.path : option.name, clock);
    runner->claims = claims;
    runner->waker = MakeWaker(option.wake_by, files);
    runner->files = &files;
    runner->clock = &clock;
    runner->commit = [&ledger] { ledger.CommitNow(); };
    if (std::optional<SavedSource> saved = ledger.SavedOf(runner->shard->source())) {
      runner->shard->Restore(saved->bookmarks, saved->del_form);
      runner->saved = std::move(saved->bookmarks);
    }
    ledger.Add(runner->shard);
    runners_.push_back(std::move(runner));
  }
}

Sources::~Sources() { Stop(); }

void Sources::Start() {
  for (const std::shared_ptr<Runner>& runner : runners_) {
    const std::lock_guard lock(runner->mutex);
    if (std::exchange(runner->running, true)) continue;
    std::thread([runner] { runner->Run(); }).detach();
  }
}

void Sources::Stop() {
  for (const std::shared_ptr<Runner>& runner : runners_) {
    runner->stop = true;
    runner->waker->Wake();
  }
  const auto deadline = std::chrono::steady_clock::now() + kLongestStop;
  for (const std::shared_ptr<Runner>& runner : runners_) {
    std::unique_lock lock(runner->mutex);
    (void)runner->ended.wait_until(lock, deadline, [&] { return !runner->running; });
  }
}

bool Sources::AllCaughtUp() const {
  for (const std::shared_ptr<Runner>& runner : runners_) {
    if (!runner->shard->caught_up()) return false;
  }
  return true;
}

}  // namespace maillog
