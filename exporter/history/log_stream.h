// One log from its oldest archive to where it is followed, piece by piece in the order of its time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "exporter/count/shard.h"
#include "exporter/history/archives.h"
#include "exporter/history/step_cutter.h"
#include "exporter/input/input.h"

namespace maillog {

/// Bookmarks have numbers that are unique within a source; its inputs number them each by itself.
struct Numbering {
  std::uint64_t inputs = 1;  ///< how many of them number bookmarks
  std::uint64_t input = 0;   ///< which of them this is
};

class LogStream {
 public:
  struct Options {
    std::int64_t step = 60;  ///< seconds
    Format format = Format::kAuto;
    absl::TimeZone zone;
    Numbering numbering;
  };
  /// What is read is counted by `shard`, which must outlive this. `live` may be nullptr.
  LogStream(Options options, Shard& shard, std::vector<Archive> archives,
            std::unique_ptr<Input> live, absl::Time live_written);

  /// What the first look at the live log found: before Advance, and valid until then.
  void ConsumeFirst(Block block);
  /// Goes to the next piece; false if there is none: everything that is there has been read.
  [[nodiscard]] absl::StatusOr<bool> Advance();
  /// When the current piece was written.
  [[nodiscard]] StepNumber step() const { return piece_.step; }
  /// Counts the current piece.
  enum class Messages : std::uint8_t { kCounted, kLeftOut };
  void Consume(Messages messages);

 private:
  [[nodiscard]] absl::StatusOr<bool> NextBlock();
  void Renumber(Block& block);

  const Options options_;
  Shard& shard_;
  std::unique_ptr<Input> archives_;  // nullptr when they have been read
  const std::unique_ptr<Input> live_;
  const absl::Time live_written_;
  bool live_is_over_ = false;
  StepCutter cutter_;
  Piece piece_;
  // As Block refers to them.
  Bookmark after_;
  std::vector<Bookmark> begun_;
  std::vector<BookmarkNumber> forgotten_;
};

}  // namespace maillog
