// Moves blocks from an input to a shard.
#pragma once

#include <atomic>
#include <functional>
#include <utility>

#include "exporter/count/shard.h"
#include "exporter/input/input.h"
#include "exporter/os/clock.h"

namespace maillog {

/// Called by one thread at a time.
class Pump {
 public:
  /// Both must outlive the pump. `commit` saves what has been counted; false if it could not.
  Pump(Input& input, Shard& shard, std::function<bool()> commit)
      : input_(input), shard_(shard), commit_(std::move(commit)), is_saved_(shard.known()) {}

  /// Whether the source may have more later.
  enum class Drained : std::uint8_t { kForNow, kForEver };
  /// Reads until nothing is left, or `stop`.
  Drained Drain(const std::atomic<bool>& stop);
  /// Before the end, from an input that forgets: reads what is there already, at most until `end`.
  void DrainRest(const Clock& clock, TimePoint end);

 private:
  void SaveFirst();

  Input& input_;
  Shard& shard_;
  const std::function<bool()> commit_;
  bool is_saved_;  // where the source begins has been saved, or the ledger is trying again to
};

}  // namespace maillog
