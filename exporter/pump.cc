#include "exporter/pump.h"

namespace maillog {

Pump::Drained Pump::Drain(const std::atomic<bool>& stop) {
  while (!stop) {
    const absl::StatusOr<Block> block = input_.Next();
    if (stop) break;
    if (!block.ok()) {
      shard_.SetHealth(Shard::Health::kDown);
      break;
    }
    shard_.Consume(*block);
    if (block->progress == Progress::kMore) continue;
    shard_.SetHealth(Shard::Health::kUp);
    if (block->progress == Progress::kOver) return Drained::kForEver;
    break;
  }
  return Drained::kForNow;
}

void Pump::Run(Waker& waker, const std::atomic<bool>& stop) {
  while (!stop) {
    if (Drain(stop) == Drained::kForEver) return;
    if (!stop) waker.Wait(input_.deadline());
  }
}

}  // namespace maillog
