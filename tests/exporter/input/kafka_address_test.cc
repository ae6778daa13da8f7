#include "exporter/input/kafka/kafka_address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "exporter/input/kafka/librdkafka.h"

namespace maillog {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string FaultOf(std::string_view path) {
  const absl::StatusOr<KafkaAddress> parsed = ParseKafkaAddress(path);
  return parsed.ok() ? "none" : std::string(parsed.status().message());
}

TEST(KafkaAddressTest, NamesBrokersAndATopic) {
  struct Case {
    const char* path;
    const char* brokers;
    const char* topic;
  };
  for (const Case& each : {
           Case{"kafka://broker/mail", "broker:9092", "mail"},
           {"kafka://broker:9093/mail.log_1-a", "broker:9093", "mail.log_1-a"},
           {"kafka://a,b:1,192.0.2.1/m", "a:9092,b:1,192.0.2.1:9092", "m"},
           {"kafka://[2001:db8::1]/m", "[2001:db8::1]:9092", "m"},
           {"kafka://[2001:db8::1]:9093,b/m", "[2001:db8::1]:9093,b:9092", "m"},
       }) {
    const absl::StatusOr<KafkaAddress> parsed = ParseKafkaAddress(each.path);
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    EXPECT_EQ(parsed->brokers, each.brokers);
    EXPECT_EQ(parsed->topic, each.topic);
  }
}

TEST(KafkaAddressTest, EachFaultIsOneSentence) {
  const std::string long_topic(250, 't');
  EXPECT_THAT(FaultOf("kafka:broker/mail"), HasSubstr("write kafka://broker:9092/topic"));
  EXPECT_THAT(FaultOf("kafka://"), HasSubstr("the topic is missing"));
  EXPECT_THAT(FaultOf("kafka://broker:9092"), HasSubstr("the topic is missing"));
  for (const std::string topic : {"", ".", "..", "a/b", "a b", "a?b", "ä", long_topic.c_str()}) {
    EXPECT_THAT(FaultOf("kafka://broker/" + topic), HasSubstr("a topic's name")) << topic;
  }
  for (const char* const brokers :
       {"", ":9092", "broker:", "broker:0", "broker:65536", "broker:x", ",broker", "a,,b", "[::1",
        "2001:db8::1", "[::1]9092", "a b", "broker:9092:9093"}) {
    EXPECT_THAT(FaultOf("kafka://" + std::string(brokers) + "/mail"), HasSubstr("is no broker"))
        << brokers;
  }
  EXPECT_THAT(FaultOf("kafka://" + std::string(5000, 'b') + "/mail"), HasSubstr("is long"));
}

TEST(KafkaAddressTest, AnEndingCommaNamesNoBroker) {
  EXPECT_THAT(FaultOf("kafka://broker,/mail"), HasSubstr("is no broker"));
}

TEST(KafkaAddressTest, APasswordInThePathIsNotRepeated) {
  EXPECT_THAT(FaultOf("kafka://me:geheim@broker/mail"),
              AllOf(HasSubstr("sasl.password"), Not(HasSubstr("geheim"))));
}

TEST(KafkaPositionTest, SurvivesAsText) {
  const std::string text = KafkaPosition{.partition = 7, .offset = 9'000'000'000}.Text();
  EXPECT_EQ(text, "kafka:7:9000000000");
  const std::optional<KafkaPosition> parsed = KafkaPosition::Parse(text);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->partition, 7);
  EXPECT_EQ(parsed->offset, 9'000'000'000);
}

TEST(KafkaPositionTest, OtherTextsAreNone) {
  for (const char* const text : {"", "kafka:", "kafka:1", "kafka:1:", "kafka::1", "kafka:-1:1",
                                 "kafka:1:-1", "kafka:1:1 ", "kafka:1:1:1", "kafka:99999999999:1",
                                 "kafka:1:99999999999999999999", "relp:0", "s=1;i=2"}) {
    EXPECT_FALSE(KafkaPosition::Parse(text)) << text;
  }
}

TEST(KafkaPropertyTest, LibrdkafkaIsAskedAndNothingSecretIsRepeated) {
  if (!TheLibrdkafka().ok()) GTEST_SKIP() << TheLibrdkafka().status();
  EXPECT_TRUE(CheckKafkaProperty({"security.protocol", "sasl_ssl"}).ok());
  EXPECT_EQ(CheckKafkaProperty({"security.protocol", "geheim"}).message(),
            "librdkafka does not take this value of security.protocol");
  EXPECT_EQ(CheckKafkaProperty({"no.such.property", "geheim"}).message(),
            "this librdkafka has no property no.such.property");
}

TEST(KafkaPropertyTest, EachOfTheListIsKnownToLibrdkafka) {
  if (!TheLibrdkafka().ok()) GTEST_SKIP() << TheLibrdkafka().status();
  for (const std::string_view name : KafkaPropertyNames()) {
    EXPECT_THAT(std::string(CheckKafkaProperty({std::string(name), "1"}).message()),
                Not(HasSubstr("has no property")));
  }
}

TEST(LibrdkafkaTest, ThatIsMissingIsNamedWithWhatToDo) {
  EXPECT_THAT(std::string(LoadLibrdkafka("librdkafka-that-is-not-there.so.1").status().message()),
              AllOf(HasSubstr("librdkafka-that-is-not-there.so.1"),
                    HasSubstr("install librdkafka (Debian: librdkafka1)")));
}

TEST(LibrdkafkaTest, AnotherLibraryIsNotTakenForIt) {
  EXPECT_EQ(LoadLibrdkafka("libc.so.6").status().message(),
            "Kafka is read by librdkafka, and libc.so.6 has no rd_kafka_conf_new; update it");
}

}  // namespace
}  // namespace maillog
