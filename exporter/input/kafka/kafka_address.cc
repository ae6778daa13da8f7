#include "exporter/input/kafka/kafka_address.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "absl/strings/str_cat.h"
#include "exporter/input/kafka/librdkafka.h"
#include "exporter/os/listen_address.h"
#include "parser/scan.h"

namespace maillog {
namespace {

constexpr std::string_view kKafkaScheme = "kafka://";
constexpr std::string_view kCursorBegins = "kafka:";
constexpr std::string_view kUsualPort = ":9092";
constexpr std::size_t kMaxTopic = 249;  // of Kafka's own
constexpr std::size_t kMaxBrokersBytes = 4096;

// What decides what is read and when it is saved is not among them, nor what loads a library,
// starts a program or writes a file.
constexpr std::array<std::string_view, 36> kProperties{
    "broker.address.family",
    "broker.address.ttl",
    "check.crcs",
    "client.id",
    "client.rack",
    "enable.ssl.certificate.verification",
    "fetch.max.bytes",
    "isolation.level",
    "max.partition.fetch.bytes",
    "metadata.max.age.ms",
    "queued.max.messages.kbytes",
    "receive.message.max.bytes",
    "reconnect.backoff.max.ms",
    "reconnect.backoff.ms",
    "sasl.kerberos.principal",
    "sasl.kerberos.service.name",
    "sasl.mechanism",
    "sasl.mechanisms",
    "sasl.password",
    "sasl.username",
    "security.protocol",
    "socket.connection.setup.timeout.ms",
    "socket.keepalive.enable",
    "socket.receive.buffer.bytes",
    "socket.timeout.ms",
    "ssl.ca.location",
    "ssl.ca.pem",
    "ssl.certificate.location",
    "ssl.cipher.suites",
    "ssl.crl.location",
    "ssl.curves.list",
    "ssl.endpoint.identification.algorithm",
    "ssl.key.location",
    "ssl.key.password",
    "ssl.keystore.location",
    "ssl.keystore.password",
};
static_assert(std::is_sorted(kProperties.begin(), kProperties.end()));

absl::Status Fault(std::string_view path, std::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat(std::string(path), ": ", std::string(why)));
}

bool IsTopicByte(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' ||
         c == '-';
}

bool HasPort(std::string_view broker) {
  const std::size_t bracket = broker.rfind(']');
  return broker.find(':', bracket == std::string_view::npos ? 0 : bracket) !=
         std::string_view::npos;
}

/// One that can be connected to: it has a host and a port.
bool IsBroker(const std::string& text) {
  const std::optional<ListenAddress> parsed = ParseListenAddress(text);
  return parsed && !parsed->host.empty() && parsed->port != 0;
}

template <class Number>
std::optional<Number> TakeNumber(std::string_view& text) {
  Number value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || value < 0) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

}  // namespace

bool IsKafkaPath(std::string_view path) { return path.starts_with("kafka:"); }

absl::StatusOr<KafkaAddress> ParseKafkaAddress(std::string_view path) {
  const std::string_view whole = path;
  if (!Eat(path, kKafkaScheme)) return Fault(whole, "write kafka://broker:9092/topic");
  if (path.find('@') != std::string_view::npos) {
    // Not quoted: it may be a password.
    return absl::InvalidArgumentError(
        "kafka://: user and password are the properties sasl.username and sasl.password in the "
        "configuration, not a part of the path");
  }
  const std::size_t slash = path.find('/');
  if (slash == std::string_view::npos) {
    return Fault(whole, "the topic is missing; write kafka://broker:9092/topic");
  }
  KafkaAddress parsed;
  parsed.topic = path.substr(slash + 1);
  const bool is_topic = !parsed.topic.empty() && parsed.topic != "." && parsed.topic != ".." &&
                        parsed.topic.size() <= kMaxTopic &&
                        std::all_of(parsed.topic.begin(), parsed.topic.end(), &IsTopicByte);
  if (!is_topic) {
    return Fault(whole, "a topic's name has 1 to 249 letters, digits, dots, _ and -");
  }
  std::string_view brokers = path.substr(0, slash);
  if (brokers.size() > kMaxBrokersBytes) return Fault("kafka://", "the list of brokers is long");
  for (bool more = true; more;) {
    const std::string_view name = brokers.substr(0, brokers.find(','));
    more = name.size() < brokers.size();
    brokers.remove_prefix(std::min(name.size() + 1, brokers.size()));
    std::string broker(name);
    if (!HasPort(name)) broker += kUsualPort;
    if (!IsBroker(broker)) {
      return Fault(whole, absl::StrCat("'", std::string(name),
                                       "' is no broker; write host:port, or several with commas"));
    }
    absl::StrAppend(&parsed.brokers, parsed.brokers.empty() ? "" : ",", broker);
  }
  return parsed;
}

std::span<const std::string_view> KafkaPropertyNames() { return kProperties; }

absl::Status CheckKafkaProperty(const KafkaProperty& property) {
  const absl::StatusOr<const Librdkafka*> library = TheLibrdkafka();
  if (!library.ok()) return absl::OkStatus();
  rd_kafka_conf_t* const conf = (*library)->conf_new();
  std::array<char, 512> said{};
  const rd_kafka_conf_res_t result = (*library)->conf_set(
      conf, property.name.c_str(), property.value.c_str(), said.data(), said.size());
  (*library)->conf_destroy(conf);
  if (result == RD_KAFKA_CONF_OK) return absl::OkStatus();
  return absl::InvalidArgumentError(
      result == RD_KAFKA_CONF_UNKNOWN ? "this librdkafka has no property " + property.name
                                      : "librdkafka does not take this value of " + property.name);
}

std::string KafkaPosition::Text() const {
  return absl::StrCat(std::string(kCursorBegins), partition, ":", offset);
}

std::optional<KafkaPosition> KafkaPosition::Parse(std::string_view text) {
  if (!Eat(text, kCursorBegins)) return std::nullopt;
  const std::optional<std::int32_t> partition = TakeNumber<std::int32_t>(text);
  if (!partition || !Eat(text, ":")) return std::nullopt;
  const std::optional<std::int64_t> offset = TakeNumber<std::int64_t>(text);
  if (!offset || !text.empty()) return std::nullopt;
  return KafkaPosition{.partition = *partition, .offset = *offset};
}

}  // namespace maillog
