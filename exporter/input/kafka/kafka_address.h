// Where a topic of Kafka is, how the brokers are talked to, and how far it has been read.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "exporter/input/surroundings.h"

namespace maillog {

/// `kafka://broker:port,broker:port/topic`. Any of the brokers knows the others.
struct KafkaAddress {
  std::string brokers;  ///< host:port, separated by commas; the usual port is 9092
  std::string topic;
};

[[nodiscard]] bool IsKafkaPath(std::string_view path);
[[nodiscard]] absl::StatusOr<KafkaAddress> ParseKafkaAddress(std::string_view path);

/// THE LIST of librdkafka's properties that a user may set, sorted.
[[nodiscard]] std::span<const std::string_view> KafkaPropertyNames();
/// Fails with one sentence, which does not quote the value, if librdkafka does not take it. Where
/// it cannot be loaded, any value is taken.
[[nodiscard]] absl::Status CheckKafkaProperty(const KafkaProperty& property);

/// Where to go on in a partition.
struct KafkaPosition {
  std::int32_t partition = 0;
  std::int64_t offset = 0;  ///< of the next record

  /// `kafka:PARTITION:OFFSET`: the cursor of a bookmark.
  [[nodiscard]] std::string Text() const;
  /// Nothing if the text does not have the form.
  [[nodiscard]] static std::optional<KafkaPosition> Parse(std::string_view text);
};

}  // namespace maillog
