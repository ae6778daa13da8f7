#include "exporter/input/kafka/kafka_client.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"

namespace maillog {
namespace {

constexpr std::size_t kMaxAtOnce = 256;
constexpr std::size_t kMaxComplaint = 300;
// What is written to the descriptor when records come: an eventfd takes a number.
constexpr std::uint64_t kOne = 1;

struct Default {
  const char* name;
  const char* value;
};

// Before what the user sets.
constexpr Default kKafkaDefaults[] = {
    {"client.id", "maillog_exporter"},
    {"queued.max.messages.kbytes", KafkaClient::kMaxQueuedKilobytes},
    {"fetch.max.bytes", "4194304"},
    {"receive.message.max.bytes", "67108864"},
    // Whatever else a broker is asked waits for the answer to this.
    {"fetch.wait.max.ms", "100"},
    // It is waited for when as much as may be queued is.
    {"fetch.error.backoff.ms", "100"},
    // A broker that hangs is noticed after this, and one that is back within that.
    {"socket.timeout.ms", "10000"},
    {"reconnect.backoff.max.ms", "2000"},
    {"socket.keepalive.enable", "true"},
};

// After it: what is read, and that nobody else keeps a position.
constexpr Default kKafkaFixed[] = {
    {"auto.offset.reset", "error"},
    {"enable.auto.commit", "false"},
    {"enable.partition.eof", "true"},
    {"allow.auto.create.topics", "false"},
};

// It may come from another machine. How long it took makes each one different.
std::string Complaint(const char* reason) {
  std::string_view text = reason == nullptr ? "" : reason;
  text = text.substr(0, std::min(text.find(" (after "), kMaxComplaint));
  std::string plain(text);
  std::replace_if(
      plain.begin(), plain.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return plain;
}

void NoteError(rd_kafka_t* /*client*/, int /*error*/, const char* reason, void* complaint) {
  *static_cast<std::string*>(complaint) = Complaint(reason);
}

}  // namespace

absl::StatusOr<std::unique_ptr<KafkaClient>> KafkaClient::Make(
    const Librdkafka& library, const KafkaAddress& address,
    std::span<const KafkaProperty> properties, int ready) {
  std::unique_ptr<KafkaClient> made(new KafkaClient(library));
  std::array<char, 512> said{};
  rd_kafka_conf_t* const conf = library.conf_new();
  const char* refused = nullptr;
  const auto set = [&](const char* name, const char* value) {
    if (library.conf_set(conf, name, value, said.data(), said.size()) == RD_KAFKA_CONF_OK) return;
    if (refused == nullptr) refused = name;
  };
  for (const Default& each : kKafkaDefaults) set(each.name, each.value);
  for (const KafkaProperty& each : properties) set(each.name.c_str(), each.value.c_str());
  for (const Default& each : kKafkaFixed) set(each.name, each.value);
  set("bootstrap.servers", address.brokers.c_str());
  library.conf_set_log_cb(conf, nullptr);
  library.conf_set_error_cb(conf, &NoteError);
  library.conf_set_opaque(conf, &made->complaint_);
  if (refused != nullptr) {
    library.conf_destroy(conf);
    return absl::InvalidArgumentError(
        absl::StrCat("librdkafka does not take the property ", refused, " as it is set"));
  }
  made->client_ = library.new_client(RD_KAFKA_CONSUMER, conf, said.data(), said.size());
  if (made->client_ == nullptr) {
    library.conf_destroy(conf);
    return absl::InvalidArgumentError(
        absl::StrCat("librdkafka does not start: ", Complaint(said.data())));
  }
  made->name_ = address.topic;
  made->queue_ = library.queue_new(made->client_);
  library.queue_announce(made->queue_, ready, &kOne, sizeof kOne);
  return made;
}

KafkaClient::~KafkaClient() {
  Release();
  for (const std::int32_t partition : begun_) (void)rd_.consume_stop(topic_, partition);
  if (queue_ != nullptr) {
    rd_.queue_announce(queue_, -1, nullptr, 0);
    rd_.queue_destroy(queue_);
  }
  if (topic_ != nullptr) rd_.topic_destroy(topic_);
  if (client_ != nullptr) rd_.destroy(client_, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
}

std::string KafkaClient::ErrorText(rd_kafka_resp_err_t error) const {
  return Complaint(rd_.error_text(error));
}

absl::Status KafkaClient::Fault(std::string_view what, rd_kafka_resp_err_t error) const {
  const std::string text = absl::StrCat("topic ", name_, ": ", std::string(what), ErrorText(error));
  if (error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART ||
      error == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC) {
    return absl::NotFoundError(text);
  }
  return absl::UnavailableError(complaint_.empty() ? text
                                                   : absl::StrCat(text, " (", complaint_, ")"));
}

absl::StatusOr<std::vector<KafkaPartition>> KafkaClient::Partitions(
    std::chrono::milliseconds wait) {
  (void)rd_.poll(client_, 0);
  const rd_kafka_metadata_t* answer = nullptr;
  // Asked for one topic, brokers make it if it is not there, where they are set up so.
  const int all = topic_ == nullptr ? 1 : 0;
  rd_kafka_resp_err_t error =
      rd_.metadata(client_, all, topic_, &answer, static_cast<int>(wait.count()));
  (void)rd_.poll(client_, 0);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return Fault("no broker answers: ", error);
  complaint_.clear();
  std::vector<KafkaPartition> partitions;
  error = RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC;
  for (const rd_kafka_metadata_topic_t& topic :
       std::span(answer->topics, static_cast<std::size_t>(answer->topic_cnt))) {
    if (topic.topic != name_) continue;
    error = topic.err;
    for (const rd_kafka_metadata_partition_t& each :
         std::span(topic.partitions, static_cast<std::size_t>(topic.partition_cnt))) {
      KafkaPartition& partition = partitions.emplace_back();
      partition.number = each.id;
      // One with too few replicas in sync can be read.
      const bool fails = each.leader < 0 || each.err == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE;
      if (fails) partition.trouble = "no broker leads it";
    }
  }
  rd_.metadata_destroy(answer);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return Fault("", error);
  if (topic_ == nullptr) topic_ = rd_.topic_new(client_, name_.c_str(), nullptr);
  return partitions;
}

absl::StatusOr<std::int64_t> KafkaClient::OffsetOf(std::int32_t partition, std::int64_t place,
                                                   std::chrono::milliseconds wait) {
  rd_kafka_topic_partition_list_t* const list = rd_.list_new(1);
  rd_kafka_topic_partition_t* const asked = rd_.list_add(list, name_.c_str(), partition);
  asked->offset = place;
  rd_kafka_resp_err_t error = rd_.offsets_for_times(client_, list, static_cast<int>(wait.count()));
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) error = asked->err;
  const std::int64_t offset = asked->offset;
  rd_.list_destroy(list);
  (void)rd_.poll(client_, 0);
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR && offset >= 0) return offset;
  return Fault(absl::StrCat("partition ", partition, ": "), error);
}

absl::StatusOr<KafkaRange> KafkaClient::RangeOf(std::int32_t partition,
                                                std::chrono::milliseconds wait) {
  // These two are places for the brokers where they expect times (ListOffsets of the protocol), and
  // this is the one question for offsets whose wait has a limit.
  const absl::StatusOr<std::int64_t> low = OffsetOf(partition, RD_KAFKA_OFFSET_BEGINNING, wait);
  if (!low.ok()) return low.status();
  const absl::StatusOr<std::int64_t> high = OffsetOf(partition, RD_KAFKA_OFFSET_END, wait);
  if (!high.ok()) return high.status();
  return KafkaRange{.low = *low, .high = *high};
}

std::int64_t KafkaClient::KnownEnd(std::int32_t partition) const {
  std::int64_t low = 0;
  std::int64_t high = -1;
  (void)rd_.known_watermarks(client_, name_.c_str(), partition, &low, &high);
  return high;
}

absl::Status KafkaClient::Begin(std::int32_t partition, std::int64_t offset) {
  End(partition);
  if (rd_.consume_start(topic_, partition, offset, queue_) != 0) {
    return Fault(absl::StrCat("partition ", partition, ": "), rd_.last_error());
  }
  begun_.push_back(partition);
  return absl::OkStatus();
}

void KafkaClient::End(std::int32_t partition) {
  if (std::erase(begun_, partition) > 0) (void)rd_.consume_stop(topic_, partition);
}

void KafkaClient::Release() {
  for (rd_kafka_message_t* const message : taken_) rd_.message_destroy(message);
  taken_.clear();
}

std::span<rd_kafka_message_t* const> KafkaClient::Take() {
  Release();
  (void)rd_.poll(client_, 0);
  taken_.resize(kMaxAtOnce);
  const ssize_t count = rd_.consume_batch(queue_, 0, taken_.data(), taken_.size());
  taken_.resize(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
  return taken_;
}

}  // namespace maillog
