#include "exporter/input/peeked_stream.h"

#include <algorithm>
#include <span>

#include "absl/status/status.h"
#include "exporter/input/unpacker.h"

namespace maillog {

absl::StatusOr<std::string_view> PeekedStream::Beginning() {
  while (beginning_.size() < kPackedBeginning && beginning_.find('\n') == std::string::npos) {
    const std::size_t before = beginning_.size();
    beginning_.resize(kPackedBeginning);
    const absl::StatusOr<std::size_t> read =
        stream_.Read(std::span<char>(beginning_).subspan(before));
    beginning_.resize(before + read.value_or(0));
    if (!read.ok()) return read.status();
    if (*read == 0) break;
  }
  return beginning_;
}

absl::StatusOr<std::size_t> PeekedStream::ReadAt(std::uint64_t offset, std::span<char> into) {
  if (offset < beginning_.size()) return beginning_.copy(into.data(), into.size(), offset);
  if (offset != std::max<std::uint64_t>(position_, beginning_.size())) {
    return absl::UnimplementedError("a stream cannot be read twice");
  }
  absl::StatusOr<std::size_t> read = stream_.Read(into);
  position_ = offset + read.value_or(0);
  return read;
}

absl::StatusOr<std::size_t> PeekedStream::Read(std::span<char> into) {
  absl::StatusOr<std::size_t> read = ReadAt(position_, into);
  if (read.ok() && position_ < beginning_.size()) position_ += *read;
  return read;
}

absl::StatusOr<FileStat> PeekedStream::Stat() {
  absl::StatusOr<FileStat> stat = stream_.Stat();
  if (stat.ok()) stat->kind = FileKind::kStream;
  return stat;
}

}  // namespace maillog
