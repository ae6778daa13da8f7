#include "exporter/history/archive_input.h"

#include <algorithm>

namespace maillog {

absl::StatusOr<Block> ArchiveInput::Next() {
  for (;;) {
    if (!in_text_) {
      const absl::StatusOr<bool> begun = Begin();
      if (!begun.ok()) return begun.status();
      if (!*begun) return Block{.progress = Progress::kOver};
    }
    const BlockBuffer::Taken taken = buffer_.Take(at_end_ ? Tail::kDeliver : Tail::kKeep);
    if (!taken.passed.empty() || taken.malformed > 0) {
      return Block{.messages = taken.messages,
                   .given_up = taken.given_up,
                   .malformed = taken.malformed,
                   .read_bytes = taken.passed.size(),
                   .written_ns = written_ns_};
    }
    if (at_end_) {
      in_text_ = false;
      continue;
    }
    const absl::StatusOr<std::size_t> read = Read();
    if (!read.ok()) return read.status();
    at_end_ = *read == 0;
    buffer_.Filled(*read);
  }
}

absl::StatusOr<bool> ArchiveInput::Begin() {
  while (current_ < archives_.size()) {
    Archive& archive = archives_[current_];
    written_ns_ = absl::ToUnixNanos(archive.written);
    bool has_text = offset_ == 0;
    if (archive.packed) {
      if (unpacker_ == nullptr) {
        unpacker_ = std::make_unique<Unpacker>(*archive.file, archive.path);
      }
      const absl::StatusOr<bool> member = unpacker_->NextMember();
      if (!member.ok()) return member.status();
      has_text = *member;
      if (const std::int64_t written = unpacker_->written_ns(); written != 0)
        written_ns_ = std::min(written_ns_, written);
    }
    if (has_text) {
      buffer_.Reset(BlockBuffer::At::kMessageStart);
      in_text_ = true;
      at_end_ = false;
      return true;
    }
    unpacker_.reset();
    archive.file.reset();
    offset_ = 0;
    ++current_;
  }
  return false;
}

absl::StatusOr<std::size_t> ArchiveInput::Read() {
  const std::span<char> room = buffer_.Room();
  if (unpacker_ != nullptr) return unpacker_->Read(room);
  absl::StatusOr<std::size_t> read = archives_[current_].file->ReadAt(offset_, room);
  // Also at the end of an empty file, so that it is not begun again.
  offset_ += std::max<std::size_t>(read.value_or(0), 1);
  return read;
}

}  // namespace maillog
