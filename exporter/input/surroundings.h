// What an input lives in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "exporter/input/block_buffer.h"
#include "exporter/input/file/file_claims.h"
#include "exporter/input/file/looking_time.h"
#include "exporter/os/clock.h"
#include "exporter/os/file_system.h"
#include "exporter/os/waker.h"

namespace maillog {

/// Of librdkafka, by its own name.
struct KafkaProperty {
  std::string name;
  std::string value;  ///< may be a secret
  friend bool operator==(const KafkaProperty&, const KafkaProperty&) = default;
};

/// What is referred to must outlive the input.
struct Surroundings {
  FileSystem& files;
  Waker& waker;
  const Clock& clock;
  std::shared_ptr<FileClaims> claims;
  /// Another directory that rotated files go to; empty: none.
  std::string rotated = {};
  std::vector<KafkaProperty> kafka = {};  ///< how brokers are talked to
  /// Saves what all blocks before the last call of Next() have moved; false if it could not. Called
  /// before a file is let go, since its content may be gone then.
  std::function<bool()> commit = [] { return true; };
  /// Whether the machine was booted since bookmarks were saved: files may have lost what was
  /// written to them last.
  bool booted_since = false;
  /// Whether what cannot be read is tried again, and reported in the log; otherwise the error is
  /// the answer to the user.
  enum class Trouble : std::uint8_t { kTriedAgain, kEndsReading };
  Trouble trouble = Trouble::kTriedAgain;
  /// At most this much of a file is read at once. For tests: no message may be longer.
  std::size_t read_bytes = BlockBuffer::kBytes;
  /// Of all that follow files side by side.
  std::shared_ptr<LookingTime> looking = std::make_shared<LookingTime>();
};

}  // namespace maillog
