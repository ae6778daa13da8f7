// An input is one kind of place that a log is read from; open.cc has the list of all.
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "exporter/input/block.h"
#include "exporter/os/clock.h"

namespace maillog {

/// Where reading begins in a file that is there at the first look, and has no bookmark. Files that
/// appear later are read from their beginning.
enum class StartAt : std::uint8_t { kEnd, kBeginning };

/// Called by one thread at a time.
class Input {
 public:
  virtual ~Input() = default;
  /// The next block. An error reports trouble in the environment: all that can be read has
  /// been read, and the call is to be repeated later. Never waits, except for the disk. What the
  /// last call handed out has been consumed by now.
  [[nodiscard]] virtual absl::StatusOr<Block> Next() = 0;
  /// When to call again at the latest after the end, even if nothing wakes it.
  [[nodiscard]] virtual TimePoint deadline() const = 0;
  /// Whether no later run can read what this one has not read, or has read and not counted.
  [[nodiscard]] virtual bool forgets() const { return false; }
};

}  // namespace maillog
