// The brokers of a topic, as librdkafka talks to them: partitions are read by number and offset,
// without a consumer group, so that no broker keeps a position for us.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "exporter/input/kafka/kafka_address.h"
#include "exporter/input/kafka/librdkafka.h"
#include "exporter/input/surroundings.h"

namespace maillog {

struct KafkaPartition {
  std::int32_t number = 0;
  std::string trouble;  ///< why it cannot be read; empty if it can
};

/// Offsets in a partition: of its first record, and after its last one.
struct KafkaRange {
  std::int64_t low = 0;
  std::int64_t high = 0;
};

/// Owned by one thread.
class KafkaClient {
 public:
  /// What is fetched ahead, of all partitions together, is at most about this, and what each broker
  /// is sending.
  static constexpr char kMaxQueuedKilobytes[] = "8192";

  /// `ready` is signalled when records have come. Fails if librdkafka does not take the properties.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<KafkaClient>> Make(
      const Librdkafka& library, const KafkaAddress& address,
      std::span<const KafkaProperty> properties, int ready);
  ~KafkaClient();
  KafkaClient(const KafkaClient&) = delete;
  KafkaClient& operator=(const KafkaClient&) = delete;

  /// NotFound if there is no such topic; none is made. Waits for the answer so long.
  [[nodiscard]] absl::StatusOr<std::vector<KafkaPartition>> Partitions(
      std::chrono::milliseconds wait);
  /// Asks the partition's leader. Waits for each of two answers so long.
  [[nodiscard]] absl::StatusOr<KafkaRange> RangeOf(std::int32_t partition,
                                                   std::chrono::milliseconds wait);
  /// After the last record, as the leader last said; -1 if it has not.
  [[nodiscard]] std::int64_t KnownEnd(std::int32_t partition) const;
  [[nodiscard]] absl::Status Begin(std::int32_t partition, std::int64_t offset);
  void End(std::int32_t partition);
  /// What has come, records and errors; empty if nothing has. Valid until the next call.
  [[nodiscard]] std::span<rd_kafka_message_t* const> Take();
  /// What the brokers' connections last complained of; empty if they have not.
  [[nodiscard]] const std::string& complaint() const { return complaint_; }
  [[nodiscard]] std::string ErrorText(rd_kafka_resp_err_t error) const;

 private:
  [[nodiscard]] absl::StatusOr<std::int64_t> OffsetOf(std::int32_t partition, std::int64_t place,
                                                      std::chrono::milliseconds wait);
  explicit KafkaClient(const Librdkafka& library) : rd_(library) {}
  void Release();
  [[nodiscard]] absl::Status Fault(std::string_view what, rd_kafka_resp_err_t error) const;

  const Librdkafka& rd_;
  rd_kafka_t* client_ = nullptr;
  rd_kafka_topic_t* topic_ = nullptr;  // once it is there
  rd_kafka_queue_t* queue_ = nullptr;
  std::string name_;  // of the topic
  std::vector<std::int32_t> begun_;
  std::vector<rd_kafka_message_t*> taken_;
  std::string complaint_;
};

}  // namespace maillog
