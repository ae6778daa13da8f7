// Moves blocks from an input to a shard.
#pragma once

#include <atomic>

#include "exporter/input/input.h"
#include "exporter/shard.h"
#include "exporter/waker.h"

namespace maillog {

/// Called from one thread.
class Pump {
 public:
  /// Both must outlive the pump.
  Pump(Input& input, Shard& shard) : input_(input), shard_(shard) {}

  /// Whether the source may have more to tell later.
  enum class Drained : std::uint8_t { kForNow, kForEver };
  /// Reads until nothing is left, or `stop`.
  Drained Drain(const std::atomic<bool>& stop);
  /// Drains at each wake, until `stop` (and then Wake) or the source is over.
  void Run(Waker& waker, const std::atomic<bool>& stop);

 private:
  Input& input_;
  Shard& shard_;
};

}  // namespace maillog
