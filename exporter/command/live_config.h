// The configuration while it is followed: read again on request, by a signal or by the web.
#pragma once

#include <atomic>
#include <mutex>
#include <string_view>

#include "absl/status/status.h"
#include "exporter/config/plan.h"
#include "exporter/follow/sources.h"
#include "exporter/queue/collector.h"

namespace maillog {

class LiveConfig {
 public:
  /// All three must outlive this.
  LiveConfig(const Options& options, Sources& sources, QueueCollector& queues)
      : options_(options), sources_(sources), queues_(queues) {}

  /// Whether what is followed is what was last asked for. Thread-safe, as all that follows.
  [[nodiscard]] const std::atomic<bool>& in_force() const { return in_force_; }
  /// `asked_by` is for the log. The old one stays in force if the new one has a fault, which is
  /// returned; or if it is the end.
  absl::Status Reload(std::string_view asked_by);
  /// Waits for a Reload under way; from then on none changes anything, so that sources and queues
  /// can be stopped.
  void End();

 private:
  const Options& options_;
  Sources& sources_;
  QueueCollector& queues_;
  std::mutex mutex_;  // held for a whole Reload; guards `ended_`
  bool ended_ = false;
  std::atomic<bool> in_force_{true};
};

}  // namespace maillog
