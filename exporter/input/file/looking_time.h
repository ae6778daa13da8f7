// How long it takes to look at the names of all sources.
#pragma once

#include <atomic>

#include "exporter/os/clock.h"

namespace maillog {

/// Thread-safe.
class LookingTime {
 public:
  /// A source's look has taken `took`, the one before it `before`.
  void Replace(Duration before, Duration took) { total_ += (took - before).count(); }
  /// Of the last looks of all.
  [[nodiscard]] Duration total() const { return Duration(total_); }

 private:
  std::atomic<Duration::rep> total_{0};
};

}  // namespace maillog
