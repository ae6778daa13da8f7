#include "exporter/input/stream_input.h"

#include <poll.h>

#include <utility>

namespace maillog {
namespace {

bool HasData(int descriptor) {
  pollfd waited{.fd = descriptor, .events = POLLIN, .revents = 0};
  return descriptor < 0 || ::poll(&waited, 1, 0) > 0;
}

Block BlockOf(const BlockBuffer::Taken& taken) {
  return {
      .messages = taken.messages, .malformed = taken.malformed, .read_bytes = taken.passed.size()};
}

}  // namespace

StreamInput::StreamInput(std::unique_ptr<File> stream, Waker& waker) : stream_(std::move(stream)) {
  waker.WatchStream(*stream_);
}

absl::StatusOr<Block> StreamInput::Next() {
  if (over_) return Last();
  if (!HasData(stream_->descriptor())) return Block{.progress = Progress::kAtEnd};
  const absl::StatusOr<std::size_t> read = stream_->Read(buffer_.Room());
  if (!read.ok()) return read.status();
  if (*read == 0) {
    over_ = true;
    return Last();
  }
  buffer_.Filled(*read);
  return BlockOf(buffer_.Take(Tail::kKeep));
}

absl::StatusOr<Block> StreamInput::Last() {
  Block block = BlockOf(buffer_.Take(Tail::kDeliver));
  if (block.read_bytes == 0 && block.malformed == 0) block.progress = Progress::kOver;
  return block;
}

}  // namespace maillog
