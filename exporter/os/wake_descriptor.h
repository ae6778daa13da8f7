// An eventfd that ends a poll(2) from another thread.
#pragma once

#include <chrono>
#include <cstdint>

#include "exporter/os/clock.h"

namespace maillog {

class WakeDescriptor {
 public:
  WakeDescriptor();
  ~WakeDescriptor();
  WakeDescriptor(const WakeDescriptor&) = delete;
  WakeDescriptor& operator=(const WakeDescriptor&) = delete;

  /// Thread-safe.
  void Wake();

  enum class Ended : std::uint8_t { kDeadline, kWoken, kFirst, kSecond };
  /// Waits until Wake was called, one of the descriptors (-1: none) can be read, or `deadline`.
  [[nodiscard]] Ended Wait(int first, int second, TimePoint deadline);

 private:
  int descriptor_;
};

}  // namespace maillog
