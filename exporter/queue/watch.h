// One queue as the scrapes show it: what its last reading found, and whether readings succeed.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>

#include "exporter/os/clock.h"
#include "exporter/queue/address.h"
#include "exporter/queue/read_queue.h"
#include "exporter/queue/tally.h"
#include "metrics/samples.h"

namespace maillog {

/// What ReadQueue does; replaceable for tests.
using QueueReader = std::function<QueueReading(const QueueAddress&, std::chrono::milliseconds,
                                               const std::atomic<bool>&, ListingSink&)>;

class QueueWatch {
 public:
  QueueWatch(QueueOptions options, QueueReader reader, const Clock& clock)
      : options_(std::move(options)), reader_(std::move(reader)), clock_(clock) {}

  [[nodiscard]] const QueueOptions& options() const { return options_; }

  /// Reads the queue once. What it finds is shown once the reading is complete; if it fails, the
  /// former figures stay. A failure, and its end, are logged once. For one thread. Returns how long
  /// to rest before the next reading, so that showq, which opens two files for each message, is at
  /// work for a fifth of the time at most.
  [[nodiscard]] Duration Read(const std::atomic<bool>& stop);

  /// Thread-safe; never waits for a reading.
  void AddTo(Samples& samples) const;

 private:
  void Take(const QueueFigures& figures, Duration took);

  const QueueOptions options_;
  const QueueReader reader_;
  const Clock& clock_;
  bool failing_ = false;  // of the reading thread

  mutable std::mutex mutex_;  // guards what follows
  std::optional<QueueFigures> figures_;
  /// Series that have existed: they stay, at 0.
  std::array<std::array<bool, kValues<Receiver>>, kValues<Reason>> seen_deferred_{};
  std::array<std::array<bool, kValues<Receiver>>, kValues<QueueName>> seen_recipients_{};
  Duration took_{};
  std::array<std::uint64_t, kValues<QueueFault>> faults_{};
};

}  // namespace maillog
