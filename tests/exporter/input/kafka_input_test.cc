// A topic of the brokers that librdkafka has in itself for tests, and a model of what is saved.
#include "exporter/input/kafka/kafka_input.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <librdkafka/rdkafka_mock.h>

#include <chrono>
#include <functional>
#include <map>
#include <thread>

#include "tests/support/fake_file_system.h"
#include "tests/support/stepped_waker.h"

namespace maillog::test {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr std::int16_t kFetch = 1;  // of the protocol

class Cluster {
 public:
  Cluster() {
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    rd_kafka_conf_set_log_cb(conf, nullptr);
    host_ = rd_kafka_new(RD_KAFKA_PRODUCER, conf, nullptr, 0);
    cluster_ = rd_kafka_mock_cluster_new(host_, 1);
    conf = rd_kafka_conf_new();
    rd_kafka_conf_set_log_cb(conf, nullptr);
    rd_kafka_conf_set(conf, "bootstrap.servers", brokers().c_str(), nullptr, 0);
    producer_ = rd_kafka_new(RD_KAFKA_PRODUCER, conf, nullptr, 0);
  }
  ~Cluster() {
    if (topic_ != nullptr) rd_kafka_topic_destroy(topic_);
    rd_kafka_destroy(producer_);
    rd_kafka_mock_cluster_destroy(cluster_);
    rd_kafka_destroy(host_);
  }
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;

  [[nodiscard]] std::string brokers() const { return rd_kafka_mock_cluster_bootstraps(cluster_); }
  void Create(int partitions) { rd_kafka_mock_topic_create(cluster_, "mail", partitions, 1); }
  void Produce(std::int32_t partition, std::string value) {
    // Whoever names a topic to these brokers makes it.
    if (topic_ == nullptr) topic_ = rd_kafka_topic_new(producer_, "mail", nullptr);
    EXPECT_EQ(rd_kafka_produce(topic_, partition, RD_KAFKA_MSG_F_COPY, value.data(), value.size(),
                               nullptr, 0, nullptr),
              0);
    EXPECT_EQ(rd_kafka_flush(producer_, 10'000), RD_KAFKA_RESP_ERR_NO_ERROR);
  }
  void FailNext(std::int16_t request, rd_kafka_resp_err_t error) {
    rd_kafka_mock_push_request_errors(cluster_, request, 1, error);
  }

 private:
  rd_kafka_t* host_;
  rd_kafka_mock_cluster_t* cluster_;
  rd_kafka_t* producer_;
  rd_kafka_topic_t* topic_ = nullptr;
};

class KafkaInputTest : public testing::Test {
 protected:
  KafkaInputTest() { Restart(StartAt::kBeginning); }

  /// Goes on from what is saved, if anything is.
  void Restart(StartAt start) {
    input_.reset();
    std::optional<std::vector<Bookmark>> saved;
    if (!saved_.empty()) {
      saved.emplace();
      for (const auto& [number, bookmark] : saved_) saved->push_back(bookmark);
    }
    input_ = std::make_unique<KafkaInput>(
        **TheLibrdkafka(), KafkaAddress{cluster_.brokers(), "mail"}, start, saved,
        Surroundings{.files = files_, .waker = waker_, .clock = clock_, .claims = nullptr});
  }

  /// Until `done`; each call is a while later.
  void ReadUntil(const std::function<bool()>& done) {
    const auto deadline = std::chrono::steady_clock::now() + seconds(20);
    while (!done()) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline) << health_;
      Step();
    }
  }
  void Step() {
    clock_.Advance(std::chrono::milliseconds(50));
    const absl::StatusOr<Block> block = input_->Next();
    if (!block.ok()) health_ = block.status();
    if (!block.ok()) return std::this_thread::yield();
    for (std::string_view rest = block->messages; !rest.empty();) {
      const std::size_t end = rest.find('\n');
      lines_.emplace_back(rest.substr(0, end));
      rest.remove_prefix(end + 1);
    }
    // Lines without the bookmark that they move would count again.
    EXPECT_TRUE(block->messages.empty() || !block->begun.empty());
    for (const Bookmark& bookmark : block->begun) saved_[bookmark.number] = bookmark;
    for (const BookmarkNumber number : block->forgotten) saved_.erase(number);
    gaps_ += block->gaps[static_cast<std::size_t>(Gap::kRecordsRemoved)];
    unread_ = block->unread_records;
    at_end_ = block->progress == Progress::kAtEnd;
    if (at_end_) health_ = absl::OkStatus();
  }
  void ReadToEnd() {
    at_end_ = false;
    ReadUntil([this] { return at_end_; });
  }
  void ReadLines(std::size_t count) {
    ReadUntil([&] { return lines_.size() >= count; });
    ReadToEnd();
  }
  [[nodiscard]] std::vector<std::string> Cursors() const {
    std::vector<std::string> cursors;
    for (const auto& [number, bookmark] : saved_) cursors.push_back(bookmark.cursor);
    return cursors;
  }

  Cluster cluster_;
  FakeFileSystem files_;
  SteppedWaker waker_;
  FakeClock clock_;
  std::unique_ptr<KafkaInput> input_;
  std::map<BookmarkNumber, Bookmark> saved_;
  std::vector<std::string> lines_;
  std::uint32_t gaps_ = 0;
  std::optional<std::uint64_t> unread_;
  bool at_end_ = false;
  absl::Status health_;
};

TEST_F(KafkaInputTest, WhereReadingBeginsIsSavedBeforeAnythingIsRead) {
  cluster_.Create(2);
  cluster_.Produce(1, "old");
  Restart(StartAt::kEnd);
  ReadUntil([this] { return !saved_.empty(); });
  EXPECT_THAT(lines_, IsEmpty());
  EXPECT_THAT(Cursors(), UnorderedElementsAre("kafka:0:0", "kafka:1:1"));
  ReadToEnd();
  cluster_.Produce(1, "new");
  ReadLines(1);
  EXPECT_THAT(lines_, ElementsAre("new"));
  EXPECT_THAT(Cursors(), UnorderedElementsAre("kafka:0:0", "kafka:1:2"));
  EXPECT_EQ(unread_, 0U);
}

TEST_F(KafkaInputTest, ALaterPartitionIsReadFromItsBeginning) {
  cluster_.Create(2);
  cluster_.Produce(0, "counted");
  cluster_.Produce(1, "new");
  // There was one partition when this was saved.
  Bookmark saved;
  saved.number = 4;
  saved.path = "mail";
  saved.cursor = "kafka:0:1";
  saved_[4] = saved;
  Restart(StartAt::kEnd);
  ReadToEnd();
  EXPECT_THAT(lines_, ElementsAre("new"));
  EXPECT_THAT(Cursors(), ElementsAre("kafka:0:1", "kafka:1:1"));
}

TEST_F(KafkaInputTest, BookmarksOfOthersAreForgotten) {
  cluster_.Create(1);
  Bookmark journal;
  journal.number = 1;
  journal.cursor = "s=1;i=2";
  Bookmark other_topic;
  other_topic.number = 2;
  other_topic.path = "spam";
  other_topic.cursor = "kafka:0:100";
  saved_ = {{1, journal}, {2, other_topic}};
  Restart(StartAt::kEnd);
  ReadToEnd();
  EXPECT_THAT(Cursors(), ElementsAre("kafka:0:0"));
  EXPECT_EQ(gaps_, 0U);
}

TEST_F(KafkaInputTest, APositionAfterTheEndIsAGapAndATopicMadeAnew) {
  cluster_.Create(1);
  cluster_.Produce(0, "first");
  Bookmark saved;
  saved.number = 1;
  saved.path = "mail";
  saved.cursor = "kafka:0:100";
  saved_[1] = saved;
  Restart(StartAt::kEnd);
  ReadLines(1);
  EXPECT_THAT(lines_, ElementsAre("first"));
  EXPECT_EQ(gaps_, 1U);
  EXPECT_THAT(Cursors(), ElementsAre("kafka:0:1"));
}

TEST_F(KafkaInputTest, WhatABrokerRefusesIsTriedAgain) {
  cluster_.Create(1);
  ReadToEnd();
  cluster_.FailNext(kFetch, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
  ReadUntil([this] { return !health_.ok(); });
  EXPECT_THAT(std::string(health_.message()),
              HasSubstr("topic mail: partition 0: Broker: Topic authorization failed"));
  cluster_.Produce(0, "after");
  ReadLines(1);
  EXPECT_TRUE(health_.ok());
  EXPECT_THAT(lines_, ElementsAre("after"));
}

TEST_F(KafkaInputTest, ATopicThatIsNotThereIsWaitedForAndNotMade) {
  Restart(StartAt::kEnd);
  ReadUntil([this] { return !health_.ok(); });
  EXPECT_TRUE(absl::IsNotFound(health_)) << health_;
  cluster_.Create(3);
  cluster_.Produce(2, "all of it is new");
  ReadLines(1);
  EXPECT_EQ(saved_.size(), 3U);
}

TEST_F(KafkaInputTest, LinesOfARecordAreLines) {
  cluster_.Create(1);
  cluster_.Produce(0, "one\ntwo\n\nthree");
  cluster_.Produce(0, "");
  cluster_.Produce(0, std::string(100'000, 'x') + "\nfour");
  ReadLines(4);
  EXPECT_THAT(lines_, ElementsAre("one", "two", "three", "four"));
  EXPECT_THAT(Cursors(), ElementsAre("kafka:0:3"));
}

}  // namespace
}  // namespace maillog::test
