// An eventfd that ends a poll(2) from another thread.
#pragma once

#include "exporter/os/wait.h"

namespace maillog {

class WakeDescriptor {
 public:
  WakeDescriptor();
  ~WakeDescriptor();
  WakeDescriptor(const WakeDescriptor&) = delete;
  WakeDescriptor& operator=(const WakeDescriptor&) = delete;

  /// Ends a Wait, or the next one. Thread-safe.
  void Wake();

  /// By one thread. It may end needlessly.
  [[nodiscard]] WaitEnd Wait(const Awaited& awaited);

 private:
  [[nodiscard]] WaitEnd Poll(int first, int second, TimePoint until);

  int descriptor_;
};

}  // namespace maillog
