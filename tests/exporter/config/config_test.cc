#include "exporter/config/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exporter/config/plan.h"
#include "tests/support/fake_file_system.h"

namespace maillog::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

absl::StatusOr<std::vector<SourceOptions>> Parse(std::string_view text) {
  absl::StatusOr<Config> config = ParseConfig(text, "c.yml", {});
  if (!config.ok()) return config.status();
  return std::move(config->sources);
}

std::string FaultOf(std::string_view text) {
  const auto parsed = Parse(text);
  return parsed.ok() ? "no fault" : std::string(parsed.status().message());
}

TEST(Config, APathIsEnough) {
  const auto sources = Parse("sources:\n- path: /var/log/maillog\n");
  ASSERT_TRUE(sources.ok()) << sources.status();
  SourceOptions expected;
  expected.paths = {"/var/log/maillog"};
  expected.name = "/var/log/maillog";
  EXPECT_THAT(*sources, ElementsAre(expected));
}

TEST(Config, FlagsAreTheDefaults) {
  const SourceOptions flags{.start = StartAt::kBeginning, .wake_by = WakeBy::kPolling};
  const auto config = ParseConfig("sources: [{path: a}, {path: b, from_start: false, poll: false}]",
                                  "c.yml", flags);
  ASSERT_TRUE(config.ok());
  const std::vector<SourceOptions>* const sources = &config->sources;
  EXPECT_EQ(sources->at(0).start, StartAt::kBeginning);
  EXPECT_EQ(sources->at(0).wake_by, WakeBy::kPolling);
  EXPECT_EQ(sources->at(1).start, StartAt::kEnd);
  EXPECT_EQ(sources->at(1).wake_by, WakeBy::kEvents);
}

TEST(Config, EveryKeyIsTaken) {
  const auto sources = Parse(R"(
sources:
  - name: mx
    paths: [/a, /b/*.log]
    format: cri
    timezone: Asia/Tokyo
    labels: {site: osaka, rack: 7}
    log_host: {limit: 5}
    mail_limit: 5000
    from_start: true
    poll: yes
    rotated: /old
  - {path: /c, log_host: true, timezone: local}
  - path: kafka://broker/mail
    kafka: {security.protocol: ssl, ssl.ca.pem: "a\nb"}
)");
  ASSERT_TRUE(sources.ok()) << sources.status();
  const SourceOptions& source = sources->at(0);
  EXPECT_EQ(source.label(), "mx");
  EXPECT_THAT(source.paths, ElementsAre("/a", "/b/*.log"));
  EXPECT_EQ(source.reading.format, Format::kCri);
  EXPECT_EQ(source.reading.zone.name(), "Asia/Tokyo");
  EXPECT_THAT(source.reading.labels,
              ElementsAre(ExtraLabel{"site", "osaka"}, ExtraLabel{"rack", "7"}));
  EXPECT_EQ(source.reading.log_host_limit, 5U);
  EXPECT_EQ(source.reading.mail_limit, 5000U);
  EXPECT_EQ(sources->at(1).reading.mail_limit, MailMemory::kDefaultLimit);
  EXPECT_EQ(source.start, StartAt::kBeginning);
  EXPECT_EQ(source.wake_by, WakeBy::kPolling);
  EXPECT_EQ(source.rotated, "/old");
  EXPECT_EQ(sources->at(1).reading.log_host_limit, 64U);
  EXPECT_EQ(sources->at(1).reading.zone, absl::LocalTimeZone());
  EXPECT_THAT(sources->at(2).kafka, ElementsAre(KafkaProperty{"security.protocol", "ssl"},
                                                KafkaProperty{"ssl.ca.pem", "a\nb"}));
}

struct Faulty {
  std::string_view text;
  std::string_view fault;
};

TEST(Config, EachFaultIsOneSentenceWithItsLine) {
  const Faulty kFaults[] = {
      {"", "c.yml: there are no sources"},
      {"- a\n", "c.yml: there are no sources"},
      {"sources:\n", "c.yml:1: sources is not a list"},
      {"sources: []\n", "c.yml:1: sources is empty"},
      {"sources: [{path: a}]\nsource: 1\n",
       "c.yml:2: there is no key 'source' in the file; did you mean sources?"},
      {"sources: [{path: a}]\nsources: [{path: b}]\n", "c.yml:2: 'sources' occurs twice"},
      {"sources:\n- a\n", "c.yml:2: sources has no keys with values"},
      {"sources:\n- name: a\n", "c.yml:2: a source has no path"},
      {"sources:\n- path: a\n  pathes: b\n",
       "c.yml:3: there is no key 'pathes' in sources; did you mean paths?"},
      {"sources:\n- path: a\n  colour: b\n",
       "c.yml:3: there is no key 'colour' in sources; there are path, paths, name, format, "},
      {"sources:\n- path:\n", "c.yml:2: path is not a text"},
      {"sources:\n- path: a\n  mail_limit: 99\n", "c.yml:3: mail_limit is less than 100"},
      {"sources:\n- path: ''\n", "c.yml:2: path is empty"},
      {"sources:\n- path: \"a\\nb\"\n", "c.yml:2: path is not one line of UTF-8"},
      {"sources:\n- path: \"a\\u0001b\"\n", "c.yml:2: path is not one line of UTF-8"},
      {"sources:\n- path: a\n  paths: [b]\n", "c.yml:3: a source has either path or paths"},
      {"sources:\n- paths: a\n", "c.yml:2: paths is not a list"},
      {"sources:\n- paths: [a, '-']\n", "c.yml:2: only files can be followed together"},
      {"sources:\n- paths: [a, 'syslog+udp://:514']\n", "c.yml:2: only files"},
      {"sources:\n- path: syslog://a:1\n",
       "c.yml:2: syslog://a:1: there is no source of the kind syslog://"},
      {"sources:\n- paths: ['syslog+udp://:70000']\n",
       "c.yml:2: syslog+udp://:70000 has a port over 65535"},
      {"sources:\n- path: ~/mail.log\n", "c.yml:2: ~/mail.log: only a shell knows whose home"},
      {"sources:\n- path: journal:here\n", "c.yml:2: journal:here: "},
      {"sources:\n- path: a\n- path: a\n", "c.yml:3: two sources are named a"},
      {"sources:\n- path: a\n- {path: a, name: b}\n", "c.yml:3: a is named twice"},
      {"sources:\n- path: a\n  format: xml\n",
       "c.yml:3: format 'xml' is not one of auto, syslog, rfc5424"},
      {"sources:\n- path: a\n  timezone: Mars/Olympus\n",
       "c.yml:3: timezone 'Mars/Olympus' is not known on this machine"},
      {"sources:\n- path: a\n  labels: [a]\n", "c.yml:3: labels has no keys with values"},
      {"sources:\n- path: a\n  labels:\n    site-1: x\n", "c.yml:4: 'site-1' cannot be a label"},
      {"sources:\n- path: a\n  labels:\n    __site: x\n", "c.yml:4: '__site' cannot be a label"},
      {"sources:\n- path: a\n  labels: {1st: x}\n", "c.yml:3: '1st' cannot be a label"},
      {"sources:\n- path: a\n  labels: {job: x}\n", "c.yml:3: label job is set by Prometheus"},
      {"sources:\n- path: a\n  labels: {status: x}\n", "c.yml:3: label status is one of the"},
      {"sources:\n- path: a\n  labels: {source: x}\n", "c.yml:3: label source is one of the"},
      {"sources:\n- path: a\n  labels: {le: x}\n", "c.yml:3: label le is one of the"},
      {"sources:\n- path: a\n  labels: {log_host: x}\n", "c.yml:3: label log_host is one of the"},
      {"sources:\n- path: a\n  labels: {site: ''}\n", "c.yml:3: site is empty"},
      {"sources:\n- path: a\n  labels: {a1: x, a2: x, a3: x, a4: x, a5: x, a6: x, a7: x, a8: x, "
       "a9: x}\n",
       "c.yml:3: a source has at most 8 labels"},
      {"sources:\n- path: a\n  log_host: 7\n", "c.yml:3: log_host is neither true, false nor"},
      {"sources:\n- path: a\n  log_host: {limit: 0}\n",
       "c.yml:3: limit is not a number from 1 to 1000"},
      {"sources:\n- path: a\n  log_host: {most: 1}\n", "c.yml:3: there is no key 'most' in"},
      {"sources:\n- path: a\n  from_start: perhaps\n",
       "c.yml:3: from_start is neither true nor false"},
      {"sources:\n- path: a\n  poll: {}\n", "c.yml:3: poll is neither true nor false"},
      {"sources:\n- path: a\n  ? [x]\n  : y\n", "c.yml:3: sources has a key that is not a word"},
      {"sources:\n- path: [\n", "c.yml:3: not YAML: "},
      {"sources: [{path: a}]\n---\nsources: [{path: b}]\n", "there is more than one document"},
  };
  for (const Faulty& faulty : kFaults) {
    const std::string fault = FaultOf(faulty.text);
    EXPECT_THAT(fault, HasSubstr(std::string(faulty.fault))) << faulty.text;
    EXPECT_THAT(fault, StartsWith("c.yml:")) << faulty.text;
    EXPECT_EQ(fault.find('\n'), std::string::npos) << fault;
  }
}

TEST(Config, NoBytesAreTooMuch) {
  const std::string good =
      "sources:\n- {path: a, labels: {x: y}, log_host: {limit: 3}, timezone: UTC}\n";
  for (std::size_t size = 0; size < good.size(); ++size) {
    (void)Parse(good.substr(0, size));
    std::string broken = good;
    broken[size] = '\xFF';
    (void)Parse(broken);
    broken[size] = '[';
    (void)Parse(broken);
  }
  EXPECT_FALSE(Parse(std::string(100'000, '[')).ok());
  EXPECT_FALSE(Parse("sources: &a [*a]").ok());
}

TEST(Config, TheExampleIsSound) {
  const auto config =
      ReadConfig(MAILLOG_TESTS_DIR "/../deploy/config.example.yml", {}, PosixFileSystem());
  ASSERT_TRUE(config.ok()) << config.status();
  EXPECT_EQ(config->sources.size(), 6U);
  EXPECT_EQ(config->queues.size(), 2U);
  EXPECT_EQ(config->sources.at(2).reading.log_host_limit, 100U);
}

TEST(Config, AFileThatIsNotThereIsNamed) {
  const auto config = ReadConfig("/nowhere/c.yml", {}, PosixFileSystem());
  EXPECT_THAT(std::string(config.status().message()), StartsWith("/nowhere/c.yml: No such file"));
}

TEST(Config, AKeyThatDidNothingIsStillTakenButNotSuggested) {
  EXPECT_TRUE(Parse("sources: [{path: /a, encoding: cp932}]").ok());
  const auto config = Parse("sources: [{path: /a, encodin: cp932}]");
  EXPECT_THAT(std::string(config.status().message()), Not(HasSubstr("encoding")));
}

TEST(Config, FaultsOfKafkaQuoteNoValue) {
  const auto fault = [](const std::string& source) {
    return std::string(Parse("sources: [{" + source + "}]").status().message());
  };
  EXPECT_THAT(fault("path: /a, kafka: {sasl.password: geheim}"),
              AllOf(HasSubstr("begins with kafka://"), Not(HasSubstr("geheim"))));
  EXPECT_THAT(fault("path: 'kafka://a/b', kafka: {sasl.pasword: geheim}"),
              AllOf(HasSubstr("sasl.password"), Not(HasSubstr("geheim"))));
  // What decides what is read, loads a library or starts a program is not the user's.
  for (const char* const name : {"group.id", "auto.offset.reset", "plugin.library.paths",
                                 "sasl.kerberos.kinit.cmd", "ssl.engine.location"}) {
    EXPECT_THAT(fault("path: 'kafka://a/b', kafka: {" + std::string(name) + ": geheim}"),
                AllOf(HasSubstr(name), Not(HasSubstr("geheim"))));
  }
}

TEST(Config, ThePlanNamesPropertiesOfKafkaWithoutTheirValues) {
  FakeFileSystem files;
  const auto sources =
      Parse("sources: [{path: 'kafka://a/b', kafka: {sasl.username: me, sasl.password: geheim}}]");
  ASSERT_TRUE(sources.ok()) << sources.status();
  const std::string text = PlanText(*sources, Options(), files);
  EXPECT_THAT(text,
              AllOf(HasSubstr("a topic of Kafka"),
                    HasSubstr("  with librdkafka's properties sasl.username, sasl.password\n"),
                    Not(HasSubstr("geheim"))));
}

TEST(Config, ThePlanSaysWhatItComesTo) {
  FakeFileSystem files;
  Options options;
  const auto sources = Parse(
      "sources: [{paths: [/a, /b], name: mx, format: epost, timezone: Pacific/Apia, "
      "labels: {site: o}, log_host: true, rotated: /old, from_start: true}]");
  ASSERT_TRUE(sources.ok());
  const std::string text = PlanText(*sources, options, files);
  EXPECT_THAT(
      text,
      AllOf(HasSubstr("follow /a ("), HasSubstr("follow /b ("), HasSubstr("beginning\n"),
            HasSubstr("  as mx\n"), HasSubstr("  of the format epost\n"),
            HasSubstr("  in the timezone Pacific/Apia\n"),
            HasSubstr("  with the label site=\"o\"\n"),
            HasSubstr("  by log_host, at most 64 hosts\n"), HasSubstr("  rotated to /old\n")));
}

}  // namespace
}  // namespace maillog::test
