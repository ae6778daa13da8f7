// The signals that end the program while it serves, or have it read its configuration again.
#pragma once

#include <csignal>
#include <functional>
#include <optional>
#include <string_view>

#include "exporter/command/service_reports.h"
#include "exporter/os/clock.h"

namespace maillog {

/// Made before any other thread: threads that are started after it leave the signals to Wait().
class StopSignals {
 public:
  StopSignals();

  /// Returns the name of the signal that asked the program to end: it has three seconds from then
  /// on. Until then, calls `reload` at each SIGHUP, reports, and calls `start_missing` until it
  /// returns true.
  [[nodiscard]] std::string_view Wait(ServiceReports& reports, const std::function<void()>& reload,
                                      const std::function<bool()>& start_missing);

 private:
  /// Negative if none came for so long.
  [[nodiscard]] int Next(std::optional<Duration> patience) const;

  sigset_t signals_{};
};

}  // namespace maillog
