// A topic of Kafka, all its partitions. How far each has been read is a bookmark, saved together
// with what its records counted for: a record counts once, whatever is killed or restarted.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "exporter/input/input.h"
#include "exporter/input/kafka/kafka_client.h"
#include "exporter/input/surroundings.h"
#include "exporter/input/syslog/internet_socket.h"

namespace maillog {

class KafkaInput final : public Input {
 public:
  static constexpr std::size_t kMaxPartitions = 1000;
  /// Between two questions to the brokers: for new partitions and whether they answer at all.
  static constexpr std::chrono::seconds kBetweenLooks{5};
  static constexpr std::chrono::seconds kRetry{1};
  /// For an answer that may not come, since a thread that waits cannot end; and where the only
  /// thing to do is to read.
  static constexpr std::chrono::milliseconds kMaxAnswer{400};
  static constexpr std::chrono::milliseconds kPatientAnswer{10'000};
  /// For records, as long as there is more in the topic.
  static constexpr std::chrono::milliseconds kMaxWait{100};

  KafkaInput(const Librdkafka& library, KafkaAddress address, StartAt start,
             const std::optional<std::vector<Bookmark>>& saved, Surroundings around);
  ~KafkaInput() override;

  /// Waits for the brokers, not longer than the times above.
  [[nodiscard]] absl::StatusOr<Block> Next() override;
  [[nodiscard]] TimePoint deadline() const override { return look_at_; }

 private:
  struct Partition {
    Bookmark bookmark;
    std::int64_t next = 0;     // offset of the next record
    bool reads = false;        // records are being fetched
    bool at_end = false;       // nothing is there after `next`
    bool reached_end = false;  // since it is being read
    bool out_of_range = false;
    bool changed = false;  // since its bookmark was passed on
    std::string trouble;
  };
  using Partitions = std::map<std::int32_t, Partition>;

  /// Finds partitions, and begins or goes on with those that are not being read.
  [[nodiscard]] absl::Status Look();
  [[nodiscard]] absl::Status FirstPositions(const std::vector<KafkaPartition>& found);
  [[nodiscard]] absl::Status AddNew(std::int32_t number, StartAt start);
  [[nodiscard]] absl::Status GoOn(std::int32_t number, Partition& partition);
  /// False if there may be more.
  bool TakeAll();
  void Take(const rd_kafka_message_t& message);
  void AppendLines(std::string_view value);
  [[nodiscard]] Block MakeBlock();
  [[nodiscard]] absl::Status Health() const;
  /// Records that are known to be there, and have not come.
  [[nodiscard]] std::uint64_t Unread(std::int32_t number, const Partition& partition) const;
  [[nodiscard]] bool IsAtEnd() const;
  void NoteHealth(const absl::Status& health);

  const Librdkafka& library_;
  const KafkaAddress address_;
  const Surroundings around_;
  const std::chrono::milliseconds answer_;
  StartAt start_;
  bool known_ = false;  // positions were found once, by this run or an earlier one
  Descriptor ready_;
  std::unique_ptr<KafkaClient> client_;
  Partitions partitions_;
  BookmarkNumber next_number_ = 1;
  std::vector<BookmarkNumber> to_forget_;
  std::vector<BookmarkNumber> forgotten_;  // of the last block
  std::vector<Bookmark> changed_;          // of the last block
  std::string lines_;                      // of the last block
  std::uint32_t malformed_ = 0;
  std::uint64_t read_bytes_ = 0;
  std::uint32_t gaps_ = 0;
  std::uint64_t lost_records_ = 0;
  absl::Status looked_;  // what the last look found, or the one before
  int late_ = 0;         // looks in a row without an answer
  TimePoint look_at_;
  std::string said_;  // as logged
};

}  // namespace maillog
