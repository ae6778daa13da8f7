// Cuts what is read into pieces by the time of its messages: each is what was written within one
// step of time.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "exporter/count/shard.h"
#include "exporter/input/block.h"
#include "parser/envelope/message_reader.h"

namespace maillog {

/// Of the time line: floor(Unix time / the step's seconds).
using StepNumber = std::int64_t;
inline constexpr StepNumber kNoStep = std::numeric_limits<StepNumber>::min();

/// Part of a block.
struct Piece {
  /// The last piece has all that the block says besides its messages.
  Block block;
  /// Never lower than the piece before: a message whose stamp is earlier, missing or unreadable
  /// goes with the one before it. kNoStep before the first stamp of all.
  StepNumber step = kNoStep;
};

/// For one log, from its first file to its last.
class StepCutter {
 public:
  /// `seconds` is a step. `format` and `zone` are the source's.
  StepCutter(std::int64_t seconds, Format format, absl::TimeZone zone);
  ~StepCutter();

  /// The next block; what it refers to must stay valid until the last piece has been used.
  /// `written`: the time of its file, by which missing years are found. Nothing was written after
  /// `now`.
  void Begin(const Block& block, absl::Time written, absl::Time now);
  /// The next piece of it; false if there is none. A block has at least one piece.
  [[nodiscard]] bool Next(Piece& piece);

 private:
  /// The end of the message that begins at `begin`; notes its step in `next_`.
  [[nodiscard]] std::size_t ReadMessage(std::size_t begin);
  void NoteStamp(std::string_view stamp, std::string_view rest);

  const std::int64_t seconds_;
  const Format format_;
  const absl::TimeZone zone_;
  const std::unique_ptr<MessageScratch> scratch_;
  Block block_;
  std::size_t at_ = 0;
  bool has_more_ = false;
  StreamSet open_;
  absl::Time written_;
  absl::Time now_;
  StepNumber step_ = kNoStep;  // of the piece
  StepNumber next_ = kNoStep;  // of the message that was read last
  /// How the line began that had the last stamp, up to its minute, or its second: a line that
  /// begins like this is of the same step. Empty: each line is read.
  std::string alike_;
};

}  // namespace maillog
