#include "exporter/input/unpack_ahead.h"

#include <algorithm>
#include <cstring>
#include <system_error>
#include <utility>

namespace maillog {

UnpackAhead::UnpackAhead(File& file, std::string path, By by, SpareProcessors* spare)
    : unpacker_(file, std::move(path)),
      spare_(spare),
      has_processor_(by == By::kThread && spare != nullptr) {
  if (by == By::kCaller) return;
  try {
    thread_ = std::thread([this] { Run(); });
  } catch (const std::system_error&) {
    GiveProcessor();
  }
}

UnpackAhead::~UnpackAhead() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void UnpackAhead::Run() {
  for (bool last = false; !last;) {
    std::unique_lock lock(mutex_);
    const auto may_go_on = [this] { return stop_ || unpacked_ - taken_ < kChunks; };
    if (!may_go_on()) GiveProcessor();
    changed_.wait(lock, may_go_on);
    if (stop_) break;
    Chunk& chunk = ring_[unpacked_ % kChunks];
    lock.unlock();
    TakeProcessor();
    Unpack(chunk);
    last = chunk.is_last();
    lock.lock();
    ++unpacked_;
    lock.unlock();
    changed_.notify_all();
  }
  GiveProcessor();
}

// Where another has it meanwhile, it is tried again at the next chunk: nobody waits for it.
void UnpackAhead::TakeProcessor() {
  has_processor_ = has_processor_ || (spare_ != nullptr && spare_->Take());
}

void UnpackAhead::GiveProcessor() {
  if (std::exchange(has_processor_, false)) spare_->Give();
}

void UnpackAhead::Unpack(Chunk& chunk) {
  if (!unpacks_member_) {
    const absl::StatusOr<bool> member = unpacker_.NextMember();
    unpacks_member_ = member.value_or(false);
    chunk.kind = unpacks_member_ ? Chunk::Kind::kMember : Chunk::Kind::kOver;
    chunk.written_ns = unpacker_.written_ns();
    chunk.fault = member.status();
  } else {
    if (!chunk.bytes) chunk.bytes.emplace(kBufferBytes);
    const absl::StatusOr<std::size_t> read = unpacker_.Read(chunk.bytes->room());
    chunk.bytes->size = read.value_or(0);
    unpacks_member_ = chunk.bytes->size > 0;
    chunk.kind = unpacks_member_ ? Chunk::Kind::kBytes : Chunk::Kind::kMemberEnd;
    chunk.fault = read.status();
  }
  if (!chunk.fault.ok()) chunk.kind = Chunk::Kind::kFault;
}

UnpackAhead::Chunk& UnpackAhead::Front() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return taken_ < unpacked_; });
  return ring_[taken_ % kChunks];
}

void UnpackAhead::Drop() {
  {
    const std::lock_guard lock(mutex_);
    ++taken_;
  }
  changed_.notify_all();
  front_taken_ = 0;
}

absl::StatusOr<bool> UnpackAhead::NextMember() {
  if (!thread_.joinable()) {
    absl::StatusOr<bool> member = unpacker_.NextMember();
    written_ns_ = unpacker_.written_ns();
    return member;
  }
  for (;; Drop()) {
    const Chunk& front = Front();
    switch (front.kind) {
      case Chunk::Kind::kBytes:
      case Chunk::Kind::kMemberEnd:
        break;
      case Chunk::Kind::kMember:
        written_ns_ = front.written_ns;
        Drop();
        return true;
      case Chunk::Kind::kOver:
        return false;
      case Chunk::Kind::kFault:
        return front.fault;
    }
  }
}

absl::StatusOr<std::size_t> UnpackAhead::Read(std::span<char> into) {
  if (!thread_.joinable()) return unpacker_.Read(into);
  std::size_t done = 0;
  while (done < into.size()) {
    const Chunk& front = Front();
    if (front.kind == Chunk::Kind::kFault && done == 0) return front.fault;
    if (front.kind != Chunk::Kind::kBytes) break;
    const std::size_t size = std::min(into.size() - done, front.bytes->size - front_taken_);
    std::memcpy(into.data() + done, front.bytes->room().data() + front_taken_, size);
    done += size;
    front_taken_ += size;
    if (front_taken_ == front.bytes->size) Drop();
  }
  return done;
}

absl::StatusOr<std::size_t> UnpackAhead::ReadInto(BlockBuffer& buffer) {
  if (thread_.joinable() && front_taken_ == 0) {
    Chunk& front = Front();
    if (front.kind == Chunk::Kind::kBytes && buffer.Exchange(*front.bytes)) {
      const std::size_t size = front.bytes->size;
      Drop();
      return size;
    }
  }
  absl::StatusOr<std::size_t> read = Read(buffer.Room());
  buffer.Filled(read.value_or(0));
  return read;
}

}  // namespace maillog
