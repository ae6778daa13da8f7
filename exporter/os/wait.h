// What a wait is for, and how it ended. Who waits is in wake_descriptor.h (a thread for itself) and
// wait_set.h (one for many).
#pragma once

#include <cstdint>

#include "exporter/os/clock.h"

namespace maillog {

inline constexpr int kNoDescriptor = -1;

/// A wait that ends when one of the descriptors can be read, or at `until`.
struct Awaited {
  TimePoint until = TimePoint::max();
  /// The descriptors are looked at from then on: what comes before is seen then, all at once.
  TimePoint from = TimePoint::min();
  int first = kNoDescriptor;
  int second = kNoDescriptor;
};

enum class WaitEnd : std::uint8_t {
  kDeadline,  ///< nothing has happened
  kWoken,     ///< by another thread
  kFirst,     ///< the first descriptor can be read, and perhaps the second
  kSecond,    ///< the second can be read
};

}  // namespace maillog
