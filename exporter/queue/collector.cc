#include "exporter/queue/collector.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <utility>

#include "exporter/os/log.h"

namespace maillog {
namespace {

constexpr std::chrono::milliseconds kMaxStop{500};

/// Lowers this thread's priority: a queue of a million is read when nobody else wants the
/// processor.
void GiveWay() {
  constexpr int kNiceness = 10;
  (void)::setpriority(PRIO_PROCESS, static_cast<id_t>(::syscall(SYS_gettid)), kNiceness);
}

}  // namespace

// Shared with its thread, which may be abandoned.
struct QueueCollector::Runner {
  Runner(const QueueOptions& options, const QueueReader& reader, const Clock& clock)
      : watch(options, reader, clock) {}

  QueueWatch watch;
  std::atomic<bool> stop{false};
  std::mutex mutex;  // guards running
  std::condition_variable changed;
  bool running = false;
  bool lacks_thread = false;  // which was said

  void Run() {
    GiveWay();
    std::unique_lock lock(mutex);
    while (!stop) {
      lock.unlock();
      const Duration rest = watch.Read(stop);
      lock.lock();
      (void)changed.wait_for(lock, rest, [this] { return stop.load(); });
    }
    running = false;
    changed.notify_all();
  }
};

QueueCollector::QueueCollector(const std::vector<QueueOptions>& queues, QueueReader reader,
                               const Clock& clock, ThreadStarter start)
    : reader_(std::move(reader)), clock_(clock), start_(std::move(start)) {
  for (const QueueOptions& queue : queues) runners_.push_back(MakeRunner(queue));
}

QueueCollector::~QueueCollector() { Stop(); }

std::shared_ptr<QueueCollector::Runner> QueueCollector::MakeRunner(
    const QueueOptions& options) const {
  return std::make_shared<Runner>(options, reader_, clock_);
}

bool QueueCollector::StartRunner(const std::shared_ptr<Runner>& runner) const {
  const std::lock_guard lock(runner->mutex);
  if (runner->running) return true;
  runner->running = start_([runner] { runner->Run(); });
  if (!runner->running && !std::exchange(runner->lacks_thread, true)) {
    LogError("the queue cannot be read; trying again",
             {{"syslog_name", runner->watch.options().syslog_name}, {"error", kNoThread}});
  }
  return runner->running;
}

void QueueCollector::StopRunners(const Runners& runners) {
  for (const std::shared_ptr<Runner>& runner : runners) {
    const std::lock_guard lock(runner->mutex);
    runner->stop = true;
    runner->changed.notify_all();
  }
  const auto deadline = std::chrono::steady_clock::now() + kMaxStop;
  for (const std::shared_ptr<Runner>& runner : runners) {
    std::unique_lock lock(runner->mutex);
    (void)runner->changed.wait_until(lock, deadline, [&] { return !runner->running; });
  }
}

void QueueCollector::Start() { (void)StartMissing(); }

bool QueueCollector::StartMissing() {
  const std::lock_guard lock(mutex_);
  bool all = true;
  for (const std::shared_ptr<Runner>& runner : runners_) all = StartRunner(runner) && all;
  return all;
}

void QueueCollector::Stop() { StopRunners(runners_); }

void QueueCollector::Apply(const std::vector<QueueOptions>& queues) {
  Runners kept;
  Runners ended;
  for (const std::shared_ptr<Runner>& runner : runners_) {
    const bool stays =
        std::find(queues.begin(), queues.end(), runner->watch.options()) != queues.end();
    (stays ? kept : ended).push_back(runner);
  }
  StopRunners(ended);
  Runners begun;
  for (const QueueOptions& queue : queues) {
    const bool runs = std::any_of(kept.begin(), kept.end(), [&](const auto& runner) {
      return runner->watch.options() == queue;
    });
    if (!runs) begun.push_back(MakeRunner(queue));
  }
  const std::lock_guard lock(mutex_);
  runners_ = std::move(kept);
  for (const std::shared_ptr<Runner>& runner : begun) {
    runners_.push_back(runner);
    (void)StartRunner(runner);
  }
}

void QueueCollector::AddTo(Samples& samples) const {
  const std::lock_guard lock(mutex_);
  for (const std::shared_ptr<Runner>& runner : runners_) runner->watch.AddTo(samples);
}

}  // namespace maillog
