#include "exporter/follow/pump.h"

namespace maillog {

Pump::Drained Pump::Drain(const std::atomic<bool>& stop) {
  for (bool awaited = false; awaited || !stop;) {
    absl::StatusOr<Block> block = input_.Next();
    if (stop && !awaited && !input_.forgets()) break;
    if (!block.ok()) {
      shard_.SetHealth(block.status());
      break;
    }
    // Both come before the next block.
    if (stop || !is_saved_) block->ahead = nullptr;
    shard_.Consume(*block);
    awaited = shard_.awaits_block();
    if (!is_saved_) SaveFirst();
    if (block->progress == Progress::kMore) continue;
    shard_.SetHealth(absl::OkStatus());
    if (block->progress == Progress::kOver) return Drained::kForEver;
    break;
  }
  return Drained::kForNow;
}

void Pump::DrainRest(const Clock& clock, TimePoint end) {
  while (clock.Now() < end) {
    const absl::StatusOr<Block> block = input_.Next();
    if (!block.ok()) return;
    shard_.Consume(*block);
    if (block->progress != Progress::kMore) return;
  }
}

// Before the source is reported to have caught up: saves where its files stood when they were first
// looked at. A new run after a crash would look later, and miss what was written in between.
void Pump::SaveFirst() {
  is_saved_ = shard_.known();
  if (is_saved_) (void)commit_();
}

}  // namespace maillog
