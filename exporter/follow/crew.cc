#include "exporter/follow/crew.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "exporter/os/clock.h"
#include "exporter/os/wake_descriptor.h"

namespace maillog {
namespace {

// If nobody has begun the next job for so long, all workers are held up, and twice as many are
// needed. Most jobs are done in a fraction of this.
constexpr std::chrono::milliseconds kPatience{2};
constexpr std::chrono::milliseconds kMaxEnd{500};
// Until the first worker is tried again, where there was no room for it.
constexpr std::chrono::milliseconds kRetry{250};

}  // namespace

// Shared with its threads, which may outlive the crew where a job hangs.
struct Crew::Core : std::enable_shared_from_this<Core> {
  struct Member {
    std::shared_ptr<Job> job;
    std::unique_ptr<WakeDescriptor> alone = {};  // what its own thread waits with, if it wants one
    bool has_thread = false;                     // and has it
    WaitEnd end = WaitEnd::kWoken;
    bool is_running = false;
    bool wakes = false;         // Wake was called while it ran
    bool lacks_thread = false;  // it knows
  };

  explicit Core(ThreadStarter start_in) : start(std::move(start_in)) {}

  const ThreadStarter start;

  std::mutex mutex;  // guards all below
  std::condition_variable work;
  std::condition_variable ended;
  WaitSet waits;
  std::map<Key, Member> members;
  Key next_key = 1;
  std::deque<Key> ready;
  TimePoint ready_since;  // when the first became that, or the one before it was taken
  std::size_t threads = 0;
  std::size_t workers = 0;
  std::size_t idle = 0;  // of the workers: those that wait for work, or are about to look for some
  bool waiter_runs = false;
  // Written under the mutex.
  std::atomic<bool> is_over = false;
  // Threads that are in a job.
  std::atomic<std::size_t> held = 0;

  // ---- under the mutex

  // `body` begins and ends with the lock. False if the system has no room for another thread.
  template <class Body>
  [[nodiscard]] bool Start(Body body) {
    const bool started = start([core = shared_from_this(), body = std::move(body)] {
      std::unique_lock lock(core->mutex);
      body(*core, lock);
      --core->threads;
      core->ended.notify_all();
    });
    if (started) ++threads;
    return started;
  }

  [[nodiscard]] bool StartWaiter() {
    if (!waiter_runs) {
      waiter_runs = Start([](Core& core, auto& lock) { core.WaitForAll(lock); });
    }
    return waiter_runs;
  }

  [[nodiscard]] bool StartOwn(Key key, Member& member) {
    if (!member.has_thread) {
      member.has_thread = Start([key](Core& core, auto& lock) { core.RunAlone(key, lock); });
    }
    if (!member.has_thread) Tell(member);
    return member.has_thread;
  }

  static void Tell(Member& member) {
    if (!std::exchange(member.lacks_thread, true)) member.job->LacksThread();
  }

  void MakeReady(Key key, WaitEnd end) {
    members.at(key).end = end;
    if (ready.empty()) ready_since = SteadyClock().Now();
    ready.push_back(key);
    if (idle > 0) work.notify_one();
    CallWaiter();
  }

  // It starts the workers that are missing, when it is time.
  void CallWaiter() {
    if (is_over || ready.empty() || idle > 0) return;
    waits.WakeAt(workers == 0 ? TimePoint::min() : ready_since + kPatience);
  }

  void StartMissing() {
    const TimePoint now = SteadyClock().Now();
    const bool is_time = workers == 0 || now - ready_since >= kPatience;
    if (ready.empty() || idle > 0 || !is_time) return CallWaiter();
    const std::size_t missing = std::min(std::max<std::size_t>(workers, 1), ready.size());
    // Without room those that there are have to do, or it is tried again.
    for (std::size_t i = 0; i < missing && StartWorker(); ++i) continue;
    if (workers == 0) {
      for (const Key key : ready) Tell(members.at(key));
    }
    ready_since = now;
    waits.WakeAt(now + (workers == 0 ? Duration(kRetry) : Duration(kPatience)));
  }

  [[nodiscard]] bool StartWorker() {
    if (!Start([](Core& core, auto& lock) { core.Work(lock); })) return false;
    ++workers;
    ++idle;
    return true;
  }

  // ---- the threads

  void WaitForAll(std::unique_lock<std::mutex>& lock) {
    while (!is_over) {
      lock.unlock();
      waits.Sleep();
      lock.lock();
      for (const WaitSet::Ended& each : waits.TakeEnded(SteadyClock().Now())) {
        MakeReady(each.key, each.end);
      }
      StartMissing();
    }
  }

  void Work(std::unique_lock<std::mutex>& lock) {
    --idle;
    while (AwaitWork(lock)) {
      const auto member = members.find(ready.front());
      ready.pop_front();
      ready_since = SteadyClock().Now();
      CallWaiter();
      RunOnce(member->first, member->second, lock);
    }
    --workers;
  }

  // False if this worker is not needed: another one waits already.
  bool AwaitWork(std::unique_lock<std::mutex>& lock) {
    if (ready.empty() && !is_over) {
      if (idle > 0) return false;
      ++idle;
      work.wait(lock, [this] { return is_over || !ready.empty(); });
      --idle;
    }
    return !is_over;
  }

  void RunOnce(Key key, Member& member, std::unique_lock<std::mutex>& lock) {
    member.is_running = true;
    member.wakes = false;
    member.lacks_thread = false;
    ++held;
    lock.unlock();
    const std::optional<Awaited> awaited = member.job->Run(member.end);
    lock.lock();
    --held;
    member.is_running = false;
    if (!awaited) {
      Forget(key, lock);
    } else if (member.wakes) {
      MakeReady(key, WaitEnd::kWoken);
    } else {
      waits.Add(key, *awaited, SteadyClock().Now());
    }
  }

  void RunAlone(Key key, std::unique_lock<std::mutex>& lock) {
    Job& job = *members.at(key).job;
    WakeDescriptor& wake = *members.at(key).alone;
    lock.unlock();
    std::optional<Awaited> awaited;
    for (WaitEnd end = WaitEnd::kWoken; !is_over; end = wake.Wait(*awaited)) {
      ++held;
      awaited = job.Run(end);
      --held;
      if (!awaited) break;
    }
    lock.lock();
    Forget(key, lock);
  }

  // Nobody may wait for what the end of a job takes.
  void Forget(Key key, std::unique_lock<std::mutex>& lock) {
    auto member = members.extract(key);
    lock.unlock();
    member = {};
    lock.lock();
  }
};

Crew::Crew(ThreadStarter start) : core_(std::make_shared<Core>(std::move(start))) {}

Crew::~Crew() {
  std::unique_lock lock(core_->mutex);
  core_->is_over = true;
  core_->work.notify_all();
  core_->waits.WakeAt(TimePoint::min());
  for (const auto& [key, member] : core_->members) {
    if (member.alone != nullptr) member.alone->Wake();
  }
  (void)core_->ended.wait_for(lock, kMaxEnd, [this] { return core_->threads == core_->held; });
}

Crew::Key Crew::Begin(std::shared_ptr<Job> job, RunBy by) {
  const std::lock_guard lock(core_->mutex);
  Core& core = *core_;
  const Key key = core.next_key++;
  Core::Member& member = core.members[key];
  member.job = std::move(job);
  if (by == RunBy::kOwnThread) {
    member.alone = std::make_unique<WakeDescriptor>();
    (void)core.StartOwn(key, member);
    return key;
  }
  if (!core.StartWaiter()) Core::Tell(member);
  core.MakeReady(key, WaitEnd::kWoken);
  return key;
}

bool Crew::StartMissing() {
  const std::lock_guard lock(core_->mutex);
  bool all = true;
  bool any_worker = false;
  for (auto& [key, member] : core_->members) {
    any_worker = any_worker || member.alone == nullptr;
    if (member.alone != nullptr) all = core_->StartOwn(key, member) && all;
  }
  return (!any_worker || core_->StartWaiter()) && all;
}

void Crew::Wake(Key key) {
  const std::lock_guard lock(core_->mutex);
  const auto member = core_->members.find(key);
  if (member == core_->members.end()) return;
  if (member->second.alone != nullptr) {
    member->second.alone->Wake();
  } else if (member->second.is_running) {
    member->second.wakes = true;
  } else if (core_->waits.Remove(key)) {
    core_->MakeReady(key, WaitEnd::kWoken);
  }
}

std::size_t Crew::threads() const {
  const std::lock_guard lock(core_->mutex);
  return core_->threads;
}

}  // namespace maillog
