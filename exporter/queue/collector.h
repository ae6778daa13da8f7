// All queues that are read again and again: one thread for each, with its own timer. A scrape shows
// what the last reading found, and never causes one.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "exporter/os/start_thread.h"
#include "exporter/queue/watch.h"

namespace maillog {

class QueueCollector {
 public:
  /// Nothing is read yet. `queues`: see CheckQueues.
  explicit QueueCollector(const std::vector<QueueOptions>& queues, QueueReader reader = &ReadQueue,
                          const Clock& clock = SteadyClock(), ThreadStarter start = &StartThread);
  /// Stops.
  ~QueueCollector();
  QueueCollector(const QueueCollector&) = delete;
  QueueCollector& operator=(const QueueCollector&) = delete;

  /// Trouble with a queue is never fatal: it is logged once, counted, and tried again.
  void Start();
  /// Starts reading the queues for which there was no room for a thread. False if there still is
  /// none for some.
  bool StartMissing();
  /// Within half a second: a thread that hangs while resolving a host name is abandoned.
  void Stop();
  /// Reads these from now on, and no others; those whose options are the same continue undisturbed.
  /// After Start, from the same thread.
  void Apply(const std::vector<QueueOptions>& queues);

  /// Thread-safe; never waits for a reading.
  void AddTo(Samples& samples) const;

 private:
  struct Runner;
  using Runners = std::vector<std::shared_ptr<Runner>>;

  [[nodiscard]] std::shared_ptr<Runner> MakeRunner(const QueueOptions& options) const;
  bool StartRunner(const std::shared_ptr<Runner>& runner) const;
  static void StopRunners(const Runners& runners);

  const QueueReader reader_;
  const Clock& clock_;
  const ThreadStarter start_;
  mutable std::mutex mutex_;  // guards which runners there are
  Runners runners_;
};

}  // namespace maillog
