// Standard input, a FIFO: what can be read but once. There is nothing to resume: what was in flight
// at a crash is lost.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "exporter/block_buffer.h"
#include "exporter/input/input.h"
#include "exporter/waker.h"

namespace maillog {

class StreamInput final : public Input {
 public:
  /// Waits for data only as long as the waker is not asked to wake.
  StreamInput(std::unique_ptr<File> stream, Waker& waker);

  [[nodiscard]] absl::StatusOr<Block> Next() override;
  [[nodiscard]] TimePoint deadline() const override { return TimePoint::max(); }

 private:
  [[nodiscard]] absl::StatusOr<Block> Last();

  const std::unique_ptr<File> stream_;
  BlockBuffer buffer_;
  bool over_ = false;
};

}  // namespace maillog
