// Time as a value: everything that waits or measures asks a Clock, so that tests step it by hand.
#pragma once

#include <chrono>

namespace maillog {

/// Monotonic: never set back, no relation to the time of day.
using TimePoint = std::chrono::steady_clock::time_point;
using Duration = std::chrono::steady_clock::duration;

class Clock {
 public:
  virtual ~Clock() = default;
  /// Thread-safe.
  [[nodiscard]] virtual TimePoint Now() const = 0;
};

/// The machine's own. Lives for the whole run of the program.
[[nodiscard]] inline const Clock& SteadyClock() {
  class Steady final : public Clock {
    [[nodiscard]] TimePoint Now() const override { return std::chrono::steady_clock::now(); }
  };
  static const Steady clock;
  return clock;
}

}  // namespace maillog
