#include "exporter/input/block_buffer.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace maillog {
namespace {

// Up to the first newline after the limit: where it lies does not depend on how much was read.
std::size_t LinesUpToLimit(std::string_view lines) {
  if (lines.size() <= kMaxMessageBytes) return lines.size();
  return lines.find('\n', kMaxMessageBytes) + 1;
}

}  // namespace

BlockBuffer::BlockBuffer(std::size_t capacity, std::size_t room)
    : capacity_(std::max(capacity, kHeadroom)),
      room_(room),
      data_(std::make_unique_for_overwrite<char[]>(capacity_)),
      other_(std::make_unique_for_overwrite<char[]>(capacity_)) {}

void BlockBuffer::Reset(At at, StreamSet given_up) {
  begin_ = end_ = 0;
  ++resets_;
  at_ = at;
  given_up_ = given_up;
}

void BlockBuffer::MoveToOther() {
  std::memcpy(other_.get(), data_.get() + begin_, held());
  std::swap(data_, other_);
  end_ -= begin_;
  begin_ = 0;
}

std::span<char> BlockBuffer::Room() {
  if (begin_ > 0) MoveToOther();
  const std::span<char> room = std::span<char>(data_.get(), capacity_).subspan(end_);
  return room.first(std::min(room.size(), room_));
}

bool BlockBuffer::Exchange(Bytes& bytes) {
  if (bytes.capacity != capacity_ || held() > kHeadroom) return false;
  const std::size_t begin = kHeadroom - held();
  std::memcpy(bytes.data.get() + begin, data_.get() + begin_, held());
  std::swap(other_, data_);  // what was taken last is still looked at
  std::swap(data_, bytes.data);
  begin_ = begin;
  end_ = kHeadroom + bytes.size;
  return true;
}

bool BlockBuffer::holds_lines() const {
  return at_ == At::kMessageStart && !BeginsEntry(bytes()) &&
         bytes().find('\n') != std::string_view::npos;
}

BlockBuffer::Taken BlockBuffer::TakeFront(std::size_t size) {
  const std::string_view front = bytes().substr(0, size);
  begin_ += size;
  const Taken taken{.messages = front, .malformed = 0, .given_up = given_up_, .passed = front};
  if (!given_up_.empty()) given_up_ = OpenAfter(front, given_up_);
  return taken;
}

// Fragments whose end is missing count as one malformed message, here.
BlockBuffer::Taken BlockBuffer::GiveUp(std::size_t size) {
  const Taken taken = TakeFront(size);
  given_up_ = OpenAfter(taken.messages, taken.given_up);
  return taken;
}

BlockBuffer::Taken BlockBuffer::TakeOverlong(Tail tail) {
  const std::size_t newline = bytes().find('\n');
  const bool ends = newline != std::string_view::npos;
  Taken taken;
  taken.passed = bytes().substr(0, ends ? newline + 1 : held());
  if (ends || tail == Tail::kDeliver) {
    taken.malformed = 1;
    at_ = At::kMessageStart;
  }
  begin_ += taken.passed.size();
  return taken;
}

BlockBuffer::Taken BlockBuffer::TakeUnfinished(Tail tail) {
  if (held() == 0) return {};
  // A hole that a writer left when the file was truncated under it; the line begins after it.
  const std::size_t text = std::min(bytes().find_first_not_of('\0'), held());
  const bool only_nul = text == held();
  if (text > 0 && (!only_nul || held() > kMaxMessageBytes)) return TakeFront(text);
  if (held() > kMaxMessageBytes) {
    at_ = At::kInsideOverlong;
    given_up_ = OpenAfter(bytes(), given_up_);
    return TakeOverlong(tail);
  }
  return tail == Tail::kDeliver ? TakeFront(held()) : Taken{};
}

BlockBuffer::Taken BlockBuffer::TakeOverlongEntry(Tail tail) {
  Taken taken;
  std::string_view rest = bytes();
  const bool ends = at_.entry.SkipOn(rest);
  taken.passed = bytes().substr(0, held() - rest.size());
  if (ends || tail == Tail::kDeliver) {
    taken.malformed = 1;
    at_ = At::kMessageStart;
  }
  begin_ += taken.passed.size();
  return taken;
}

// What is unfinished is held for as long as it takes: nothing of the same file can come after it.
BlockBuffer::Taken BlockBuffer::TakeEntries(Tail tail) {
  const std::size_t whole = WholeEntriesPrefix(bytes());
  if (whole > 0) return TakeFront(whole);
  if (held() > kMaxMessageBytes) {
    at_ = {.inside = At::Inside::kOverlongEntry, .entry = {}};
    return TakeOverlongEntry(tail);
  }
  return tail == Tail::kDeliver ? TakeFront(held()) : Taken{};
}

std::string_view BlockBuffer::Ahead() const {
  if (at_ != At::kMessageStart || !given_up_.empty() || BeginsEntry(bytes())) return {};
  const std::string_view lines = bytes().substr(0, bytes().rfind('\n') + 1);  // npos + 1 is 0
  return lines.substr(0, WholeMessagesPrefix(lines));
}

BlockBuffer::Taken BlockBuffer::Take(Tail tail) {
  if (at_ == At::kInsideOverlong) return TakeOverlong(tail);
  if (at_ != At::kMessageStart) return TakeOverlongEntry(tail);
  if (BeginsEntry(bytes())) return TakeEntries(tail);
  const std::size_t newline = bytes().rfind('\n');
  if (newline == std::string_view::npos) return TakeUnfinished(tail);
  const std::string_view lines = bytes().substr(0, newline + 1);
  const std::size_t whole = WholeMessagesPrefix(lines, given_up_);
  if (whole > 0) return TakeFront(whole);
  if (tail == Tail::kDeliver) return TakeFront(held());
  if (lines.size() > kMaxMessageBytes) return GiveUp(LinesUpToLimit(lines));
  // A full buffer cannot wait: more would never come.
  const bool full = held() == capacity_;
  return tail == Tail::kKeep && !full ? Taken{} : GiveUp(lines.size());
}

}  // namespace maillog
