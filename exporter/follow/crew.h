// Work that comes up again and again in many places: one thread waits for all that rests, and there
// are as many workers as have something to do.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "exporter/os/start_thread.h"
#include "exporter/os/wait_set.h"

namespace maillog {

/// One piece of such work.
class Job {
 public:
  virtual ~Job() = default;
  /// Does all there is to do, by one thread at a time. What to wait for before the next time;
  /// nullopt: it is over. `end`: how the wait for that ended; kWoken the first time.
  [[nodiscard]] virtual std::optional<Awaited> Run(WaitEnd end) = 0;
  /// There is no thread to run it, which it cannot do anything about: to be said. It is run as soon
  /// as there is one. Called by any thread, not while it runs; returns at once, and leaves the crew
  /// alone.
  virtual void LacksThread() {}
};

/// A job that takes long, or hangs, holds up no other. Thread-safe.
class Crew {
 public:
  using Key = WaitSet::Key;

  /// Who runs a job: any worker, now this one and then that one; or one thread of its own.
  enum class RunBy : std::uint8_t { kAnyWorker, kOwnThread };

  explicit Crew(ThreadStarter start = &StartThread);
  /// Runs no job any more; leaves a thread behind that does not come out of one.
  ~Crew();
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  /// Runs it from now on, until it is over.
  Key Begin(std::shared_ptr<Job> job, RunBy by);
  /// Ends the job's wait, or its next one.
  void Wake(Key key);
  /// Starts the threads for which there was no room. False if there still is none for some. Missing
  /// workers are not among them: those are tried again as long as there is work.
  bool StartMissing();

  /// How many threads there are at present: the one that waits, workers, own ones.
  [[nodiscard]] std::size_t threads() const;

 private:
  struct Core;
  const std::shared_ptr<Core> core_;
};

}  // namespace maillog
