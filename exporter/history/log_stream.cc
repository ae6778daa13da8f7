#include "exporter/history/log_stream.h"

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include "exporter/history/archive_input.h"

namespace maillog {

LogStream::LogStream(Options options, Shard& shard, std::vector<Archive> archives,
                     std::unique_ptr<Input> live, absl::Time live_written)
    : options_(options),
      shard_(shard),
      archives_(std::make_unique<ArchiveInput>(std::move(archives))),
      live_(std::move(live)),
      live_written_(live_written),
      live_is_over_(live_ == nullptr),
      cutter_(options_.step, options_.format, options_.zone) {}

void LogStream::ConsumeFirst(Block block) {
  Renumber(block);
  block.ahead = nullptr;  // what follows is cut into pieces
  shard_.Consume(block);
}

absl::StatusOr<bool> LogStream::Advance() {
  while (!cutter_.Next(piece_)) {
    absl::StatusOr<bool> block = NextBlock();
    if (!block.ok() || !*block) return block;
  }
  return true;
}

absl::StatusOr<bool> LogStream::NextBlock() {
  const absl::Time now = absl::Now();
  if (archives_ != nullptr) {
    const absl::StatusOr<Block> block = archives_->Next();
    if (!block.ok()) return block.status();
    if (block->progress != Progress::kOver) {
      cutter_.Begin(*block, absl::FromUnixNanos(block->written_ns), now);
      return true;
    }
    archives_.reset();
  }
  if (live_is_over_) return false;
  absl::StatusOr<Block> block = live_->Next();
  if (!block.ok()) return block.status();
  live_is_over_ = block->progress != Progress::kMore;
  Renumber(*block);
  cutter_.Begin(*block, live_written_, now);
  return true;
}

void LogStream::Renumber(Block& block) {
  const auto number = [&](BookmarkNumber of_input) {
    return of_input * options_.numbering.inputs + options_.numbering.input;
  };
  if (block.after != nullptr) {
    after_ = *block.after;
    after_.number = number(after_.number);
    block.after = &after_;
  }
  begun_.assign(block.begun.begin(), block.begun.end());
  for (Bookmark& bookmark : begun_) bookmark.number = number(bookmark.number);
  block.begun = begun_;
  forgotten_.assign(block.forgotten.begin(), block.forgotten.end());
  for (BookmarkNumber& each : forgotten_) each = number(each);
  block.forgotten = forgotten_;
}

void LogStream::Consume(Messages messages) {
  Block block = piece_.block;
  if (messages == Messages::kLeftOut) {
    block.messages = {};
    block.malformed = 0;
  }
  shard_.Consume(block);
  if (block.progress != Progress::kMore) shard_.SetHealth(absl::OkStatus());
}

}  // namespace maillog
