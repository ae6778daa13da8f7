#include "exporter/input/stream_input.h"

#include <poll.h>

#include <chrono>
#include <utility>

namespace maillog {
namespace {

// A stream that ends at once each time it is opened must not keep a core busy.
constexpr std::chrono::milliseconds kBetweenWriters{100};
constexpr std::chrono::seconds kBetweenLooks{10};

bool HasData(int descriptor) {
  pollfd waited{.fd = descriptor, .events = POLLIN, .revents = 0};
  return descriptor < 0 || ::poll(&waited, 1, 0) > 0;
}

Block BlockOf(const BlockBuffer::Taken& taken) {
  return {.messages = taken.messages,
          .given_up = taken.given_up,
          .malformed = taken.malformed,
          .read_bytes = taken.passed.size()};
}

}  // namespace

StreamInput::StreamInput(std::unique_ptr<File> stream, std::string path, Surroundings around)
    : stream_(std::move(stream)),
      path_(std::move(path)),
      around_(std::move(around)),
      look_at_(path_.empty() ? TimePoint::max() : around_.clock.Now() + kBetweenLooks) {
  around_.waker.WatchDescriptor(stream_->descriptor());
}

absl::StatusOr<Block> StreamInput::Next() {
  if (ended_) return Last();
  const TimePoint now = around_.clock.Now();
  if (now >= look_at_) named_ = LookAtName(now);
  if (resume_at_ != TimePoint::max()) {
    if (now < resume_at_) return AtEnd();
    resume_at_ = TimePoint::max();
    around_.waker.WatchDescriptor(stream_->descriptor());
  }
  if (!HasData(stream_->descriptor())) {
    if (!is_left_) return AtEnd();
    ended_ = true;
    return Last();
  }
  const absl::StatusOr<std::size_t> read = stream_->Read(buffer_.Room());
  if (!read.ok()) return read.status();
  if (*read == 0) {
    ended_ = true;
    return Last();
  }
  buffer_.Filled(*read);
  return BlockOf(buffer_.Take(Tail::kKeep));
}

absl::StatusOr<Block> StreamInput::AtEnd() const {
  if (!named_.ok()) return named_;
  return Block{.progress = Progress::kAtEnd};
}

// Nobody can find a FIFO whose name was removed, or is another's. Who has it open may go on writing
// to it; once there is another, that is read instead, and the writer is told.
absl::Status StreamInput::LookAtName(TimePoint now) {
  look_at_ = now + kBetweenLooks;
  const absl::StatusOr<FileStat> named = around_.files.Stat(path_);
  if (!named.ok()) return named.status();
  if (named->kind != FileKind::kStream) {
    return absl::FailedPreconditionError(path_ + ": not a FIFO any more; a restart is needed");
  }
  const absl::StatusOr<FileStat> opened = stream_->Stat();
  is_left_ = opened.ok() && opened->id != named->id;
  return absl::OkStatus();
}

absl::StatusOr<Block> StreamInput::Last() {
  Block block = BlockOf(buffer_.Take(Tail::kDeliver));
  if (block.read_bytes > 0 || block.malformed > 0) return block;
  if (path_.empty()) {
    block.progress = Progress::kOver;
    return block;
  }
  if (absl::Status reopened = Reopen(); !reopened.ok()) return reopened;
  block.progress = Progress::kAtEnd;
  return block;
}

// The next writer may be there already: the FIFO is not closed before it is open again.
absl::Status StreamInput::Reopen() {
  around_.waker.WatchDescriptor(kNoDescriptor);
  resume_at_ = around_.clock.Now() + kBetweenWriters;
  absl::StatusOr<std::unique_ptr<File>> stream = around_.files.Open(path_);
  if (!stream.ok()) return stream.status();
  stream_ = *std::move(stream);
  buffer_.Reset(BlockBuffer::At::kMessageStart);
  ended_ = false;
  is_left_ = false;
  named_ = absl::OkStatus();
  return absl::OkStatus();
}

}  // namespace maillog
