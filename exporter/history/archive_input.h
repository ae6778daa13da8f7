// Archives, read one after the other from their beginnings to their ends.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "exporter/history/archives.h"
#include "exporter/input/block_buffer.h"
#include "exporter/input/input.h"
#include "exporter/input/unpacker.h"

namespace maillog {

/// Each is closed when it has been read. Blocks move no bookmark, and have Block::written_ns. An
/// error ends the reading: it names the file.
class ArchiveInput final : public Input {
 public:
  explicit ArchiveInput(std::vector<Archive> archives) : archives_(std::move(archives)) {}

  [[nodiscard]] absl::StatusOr<Block> Next() override;
  [[nodiscard]] TimePoint deadline() const override { return TimePoint::max(); }

 private:
  /// Goes to the next text; false if there is none.
  [[nodiscard]] absl::StatusOr<bool> Begin();
  [[nodiscard]] absl::StatusOr<std::size_t> Read();

  std::vector<Archive> archives_;
  std::size_t current_ = 0;
  bool in_text_ = false;
  bool at_end_ = false;  // of the text
  std::unique_ptr<Unpacker> unpacker_;
  std::uint64_t offset_ = 0;
  std::int64_t written_ns_ = 0;
  BlockBuffer buffer_;
};

}  // namespace maillog
