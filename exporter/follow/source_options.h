// What the user says about a source: where its lines come from, and how they are read.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "exporter/count/shard.h"
#include "exporter/input/input.h"
#include "exporter/input/surroundings.h"

namespace maillog {

/// How changes are noticed.
enum class WakeBy : std::uint8_t { kEvents, kPolling };

struct SourceOptions {
  /// Each is a file, a glob or a directory; or there is a single path of any other kind in
  /// input/open.cc.
  std::vector<std::string> paths;
  std::string name;  ///< value of the label `source`; empty: the first path
  StartAt start = StartAt::kEnd;
  WakeBy wake_by = WakeBy::kEvents;
  std::string rotated;               ///< another directory that rotated files go to; empty: none
  std::vector<KafkaProperty> kafka;  ///< how brokers are talked to, where the path is a topic
  ShardOptions reading;

  /// Value of the label `source`.
  [[nodiscard]] const std::string& label() const { return name.empty() ? paths.front() : name; }
  friend bool operator==(const SourceOptions&, const SourceOptions&) = default;
};

}  // namespace maillog
