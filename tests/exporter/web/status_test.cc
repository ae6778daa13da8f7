// What the status page shows: sums of the samples in a scrape, and its JSON.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "exporter/web/json_writer.h"
#include "exporter/web/status_figures.h"
#include "exporter/web/status_json.h"
#include "metrics/catalog/catalog.h"

namespace maillog {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

TEST(JsonWriterTest, CommasAreWhereTheyBelong) {
  JsonWriter json;
  json.BeginObject();
  json.Key("a").BeginArray().EndArray();
  json.Key("b").BeginArray().Number(std::uint64_t{1}).Number(0.5).Bool(true).Null().EndArray();
  json.Key("c").BeginObject().Key("d").String("e").Key("f").Bool(false).EndObject();
  json.EndObject();
  EXPECT_EQ(json.text(), R"({"a":[],"b":[1,0.5,true,null],"c":{"d":"e","f":false}})");
}

TEST(JsonWriterTest, AnyBytesAreAValidString) {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
  JsonWriter json;
  json.String(bytes + "\xe9\x83\xb5 \"x\\y\"");
  EXPECT_THAT(json.text(), HasSubstr("!\\\"#"));
  EXPECT_THAT(json.text(), HasSubstr("[\\\\]"));
  EXPECT_THAT(json.text(), HasSubstr("\xe9\x83\xb5 \\\"x\\\\y\\\"\""));
  for (const char c : json.text()) EXPECT_GE(static_cast<unsigned char>(c), 0x20);
  EXPECT_THAT(json.text(), HasSubstr("\xef\xbf\xbd"));
  EXPECT_THAT(json.text(), testing::Not(HasSubstr("\xff")));
}

TEST(JsonWriterTest, WhatIsNoNumberIsNull) {
  JsonWriter json;
  json.BeginArray();
  json.Number(std::numeric_limits<double>::infinity());
  json.Number(std::numeric_limits<double>::quiet_NaN()).Number(1e300).Number(-0.25);
  json.Number(std::numeric_limits<std::uint64_t>::max()).EndArray();
  EXPECT_EQ(json.text(), "[null,null,1e+300,-0.25,18446744073709551615]");
}

/// Samples of one collection, by label names.
class Collected {
 public:
  using Labels = std::map<std::string_view, std::string>;

  void Count(const RowInfo& row, const Labels& labels, std::uint64_t count) {
    samples_->AddCounter(row, Values(row, labels), count);
  }
  void Observe(const RowInfo& row, const Labels& labels, const HistogramValue& value) {
    samples_->AddHistogram(row, Values(row, labels), value);
  }
  void Set(const RowInfo& row, const Labels& labels, double value) {
    samples_->SetGauge(row, Values(row, labels), value);
  }
  [[nodiscard]] CollectedSamples all() const { return {std::make_shared<Samples>(), samples_}; }

 private:
  static LabelValues Values(const RowInfo& row, const Labels& labels) {
    LabelValues values;
    for (const std::string_view name : row.label_names) {
      const auto found = labels.find(name);
      values.push_back(found == labels.end() ? std::string() : found->second);
    }
    // Labels of a source's configuration come after the row's own.
    values.insert(values.end(), {"site", "tokyo"});
    return values;
  }

  std::shared_ptr<Samples> samples_ = std::make_shared<Samples>();
};

TEST(StatusFiguresTest, NoMailCountsTwice) {
  Collected collected;
  const RowInfo row = kDeliveries.info();
  for (const auto* next_hop : {"remote", "local", "none", "loopback"}) {
    collected.Count(row, {{"status", "sent"}, {"next_hop", next_hop}}, 10);
    collected.Count(row, {{"status", "deferred"}, {"next_hop", next_hop}, {"agent", "smtp"}}, 1);
  }
  collected.Count(row, {{"status", "bounced"}, {"next_hop", "remote"}}, 5);
  collected.Count(row, {{"status", "deliverable"}, {"next_hop", "remote"}}, 100);
  const StatusTotals totals = FiguresOf(collected.all()).totals;
  EXPECT_EQ(totals.sent, 30U);
  EXPECT_EQ(totals.deferred, 3U);
  EXPECT_EQ(totals.bounced, 5U);
}

TEST(StatusFiguresTest, TotalsOfOtherRows) {
  Collected collected;
  collected.Count(kQueueExpired.info(), {{"server", "postfix"}}, 2);
  collected.Count(kSmtpRejects.info(), {{"stage", "rcpt"}, {"reason", "greylist"}}, 3);
  collected.Count(kSmtpRejects.info(), {{"stage", "connect"}, {"reason", "greylist"}}, 4);
  for (const auto* result : {"success", "failure", "aborted"}) {
    collected.Count(kAuthAttempts.info(), {{"result", result}, {"protocol", "pop3"}}, 6);
    collected.Count(kAuthAttempts.info(), {{"result", result}, {"protocol", "imap"}}, 1);
  }
  const StatusFigures figures = FiguresOf(collected.all());
  EXPECT_EQ(figures.totals.expired, 2U);
  EXPECT_EQ(figures.totals.rejected, 7U);
  EXPECT_EQ(figures.totals.logins_ok, 7U);
  EXPECT_EQ(figures.totals.logins_failed, 7U);
  EXPECT_THAT(figures.rejected, ElementsAre(Pair("greylist", 7)));
  EXPECT_FALSE(figures.pop3.has_value());
  EXPECT_TRUE(figures.mta_reports.empty());
}

TEST(StatusFiguresTest, ReasonsComeTheLargestFirst) {
  Collected collected;
  const RowInfo row = kDeliveryReasons.info();
  const auto count = [&](const char* status, const char* reason, const char* next_hop, int n) {
    collected.Count(row, {{"status", status}, {"reason", reason}, {"next_hop", next_hop}},
                    static_cast<std::uint64_t>(n));
  };
  count("deferred", "greylist", "remote", 2);
  count("deferred", "greylist", "none", 2);
  count("deferred", "auth", "remote", 3);
  count("deferred", "tls", "remote", 4);
  count("deferred", "spam", "loopback", 9);
  count("deferred", "dns_error", "none", 0);
  count("bounced", "user_unknown", "remote", 1);
  const StatusFigures figures = FiguresOf(collected.all());
  EXPECT_THAT(figures.deferred, ElementsAre(Pair("greylist", 4), Pair("tls", 4), Pair("auth", 3)));
  EXPECT_THAT(figures.bounced, ElementsAre(Pair("user_unknown", 1)));
}

TEST(StatusFiguresTest, DelayIsOfWhatWasSent) {
  Collected collected;
  const RowInfo row = kDeliveryDelay.info();
  HistogramValue value{.buckets = std::vector<std::uint64_t>(row.bounds.size() + 1)};
  value.buckets[1] = 4;  // 10 to 50 ms
  value.count = 4;
  value.sum = 100'000;
  collected.Observe(row, {{"status", "sent"}, {"next_hop", "remote"}}, value);
  collected.Observe(row, {{"status", "sent"}, {"next_hop", "socket"}}, value);
  collected.Observe(row, {{"status", "sent"}, {"next_hop", "loopback"}}, value);
  collected.Observe(row, {{"status", "deferred"}, {"next_hop", "remote"}}, value);
  const StatusDelay delay = FiguresOf(collected.all()).delay;
  EXPECT_EQ(delay.count, 8U);
  EXPECT_DOUBLE_EQ(delay.sum_seconds, 0.2);
  EXPECT_DOUBLE_EQ(*QuantileOf(delay, 0.5), 0.03);
}

TEST(StatusFiguresTest, QuantilesAreThoseOfPrometheus) {
  StatusDelay delay{.bounds = {1, 2, 4}, .buckets = {0, 0, 0, 0}};
  EXPECT_FALSE(QuantileOf(delay, 0.5).has_value());
  delay.buckets = {10, 0, 10, 0};
  EXPECT_DOUBLE_EQ(*QuantileOf(delay, 0.25), 0.5) << "the first bucket begins at 0";
  EXPECT_DOUBLE_EQ(*QuantileOf(delay, 0.5), 1);
  EXPECT_DOUBLE_EQ(*QuantileOf(delay, 0.75), 3);
  delay.buckets = {10, 0, 10, 80};
  EXPECT_DOUBLE_EQ(*QuantileOf(delay, 0.99), 4) << "nobody knows how far beyond";
}

TEST(StatusFiguresTest, Pop3AndReportsWhereTheyAreSeen) {
  Collected collected;
  collected.Count(kMailboxSessions.info(), {{"protocol", "pop3"}, {"end", "logout"}}, 2);
  collected.Count(kMailboxSessions.info(), {{"protocol", "imap"}, {"end", "logout"}}, 9);
  collected.Count(kPop3RetrievedBytes.info(), {{"server", "dovecot"}}, 1000);
  for (const auto* code : {"-10", "-2", "0"}) {
    collected.Count(kMtaReports.info(), {{"code", code}, {"result", "r"}}, 1);
  }
  const StatusFigures figures = FiguresOf(collected.all());
  ASSERT_TRUE(figures.pop3.has_value());
  EXPECT_EQ(figures.pop3->sessions, 2U);
  EXPECT_EQ(figures.pop3->retrieved_bytes, 1000U);
  ASSERT_EQ(figures.mta_reports.size(), 3U);
  EXPECT_EQ(figures.mta_reports[0].code, "0");
  EXPECT_EQ(figures.mta_reports[1].code, "-2");
  EXPECT_EQ(figures.mta_reports[2].code, "-10");
}

TEST(StatusJsonTest, SaysOfEachSourceHowItIs) {
  Collected collected;
  collected.Count(kRecords, {{"source", "mail"}, {"outcome", "counted"}}, 3);
  collected.Count(kRecords, {{"source", "mail"}, {"outcome", "unknown"}}, 1);
  collected.Count(kRecords, {{"source", "other"}, {"outcome", "unknown"}}, 100);
  collected.Set(kSourceLagBytes, {{"source", "mail"}}, 20);
  StatusFacts facts{.samples = collected.all(), .telemetry_path = "/metrics", .now_seconds = 100};
  facts.sources.push_back({.source = "mail", .kind = "files", .paths = {"/log/mail"}});
  facts.sources.back().reading = {.health = absl::OkStatus(),
                                  .caught_up = true,
                                  .files = ReadingState::Files{1, 80, 20},
                                  .since_read = std::chrono::seconds(2)};
  const std::string json = StatusJson(facts);
  EXPECT_THAT(json, HasSubstr(R"("waiting_for":[])"));
  EXPECT_THAT(json, HasSubstr(R"("state":"reading","message":null,)"
                              R"("files":{"count":1,"position_bytes":80,"size_bytes":100},)"
                              R"("lag_bytes":20,)"));
  EXPECT_THAT(json, HasSubstr(R"("lines":4,"unknown_lines":1,"malformed_lines":0,)"
                              R"("unknown_share":0.25,"last_record_seconds":null,)"
                              R"("last_read_seconds":98})"));
}

TEST(StatusJsonTest, StatesAreToldApartAndNamesMayHoldAnything) {
  StatusFacts facts{.telemetry_path = "/metrics"};
  const auto add = [&facts](std::string name, absl::Status health, bool caught_up) {
    facts.sources.push_back({.source = std::move(name), .kind = "files", .paths = {"/a\nb\xff\""}});
    facts.sources.back().reading.health = std::move(health);
    facts.sources.back().reading.caught_up = caught_up;
  };
  add("one", absl::UnavailableError("/a\xff: Permission denied"), false);
  add("two", absl::OkStatus(), false);
  add("three", absl::OkStatus(), true);
  const std::string json = StatusJson(facts);
  EXPECT_THAT(json, HasSubstr("\"waiting_for\":[{\"source\":\"one\",\"state\":\"unreadable\","
                              "\"message\":\"/a\xef\xbf\xbd: Permission denied\"},"
                              "{\"source\":\"two\",\"state\":\"catching_up\",\"message\":null}]"));
  EXPECT_THAT(json, HasSubstr("\"paths\":[\"/ab\xef\xbf\xbd\\\"\"],\"state\":\"waiting\""));
}

}  // namespace
}  // namespace maillog
