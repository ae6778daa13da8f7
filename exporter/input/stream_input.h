// Standard input, a FIFO: what can be read only once. There is nothing to resume: what was in
// flight at a crash is lost.
#pragma once

#include <algorithm>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "exporter/input/block_buffer.h"
#include "exporter/input/input.h"
#include "exporter/input/surroundings.h"

namespace maillog {

class StreamInput final : public Input {
 public:
  /// `path`: where the stream is opened again when its writer has closed it, for the next one;
  /// empty if it is over then.
  StreamInput(std::unique_ptr<File> stream, std::string path, Surroundings around);

  [[nodiscard]] absl::StatusOr<Block> Next() override;
  [[nodiscard]] TimePoint deadline() const override { return std::min(resume_at_, look_at_); }
  [[nodiscard]] bool forgets() const override { return true; }

 private:
  [[nodiscard]] absl::StatusOr<Block> Last();
  [[nodiscard]] absl::StatusOr<Block> AtEnd() const;
  [[nodiscard]] absl::Status Reopen();
  [[nodiscard]] absl::Status LookAtName(TimePoint now);

  std::unique_ptr<File> stream_;
  const std::string path_;
  const Surroundings around_;
  BlockBuffer buffer_;
  bool ended_ = false;  // what is unfinished is to be delivered
  TimePoint resume_at_ = TimePoint::max();
  TimePoint look_at_;     // at the FIFO's name
  absl::Status named_;    // what the last look found
  bool is_left_ = false;  // another FIFO has its name: that one is next
};

}  // namespace maillog
