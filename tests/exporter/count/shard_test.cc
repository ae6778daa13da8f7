#include "exporter/count/shard.h"

#include <gtest/gtest.h>

#include "absl/time/clock.h"
#include "metrics/catalog/activity.h"
#include "metrics/catalog/exporter.h"
#include "tests/support/stepped_waker.h"

namespace maillog::test {
namespace {

using std::chrono::seconds;

class ShardTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::uint64_t Records(const std::string& outcome) const {
    return shard.Snapshot().samples.CounterValue(kRecords.name, {"log", outcome});
  }
  [[nodiscard]] double Gauge(const RowInfo& row) const {
    return std::get<double>(shard.Snapshot().samples.families().at(row.name).series.at({"log"}));
  }

  FakeClock clock;
  Shard shard{"log", clock};
};

TEST_F(ShardTest, OutcomesAddUpToTheMessages) {
  shard.Consume({.messages = "Nov 21 10:00:00 mx postfix/qmgr[7663]: 031B97815E: removed\n"
                             "Nov 21 10:00:00 mx sshd[1]: hello\n"
                             "Nov 21 10:00:00 mx last message repeated 7 times\n"
                             "no envelope\n",
                 .malformed = 2});
  EXPECT_EQ(Records("counted"), 2);
  EXPECT_EQ(Records("foreign"), 1);
  EXPECT_EQ(Records("malformed"), 3);
  EXPECT_EQ(shard.Snapshot().samples.CounterValue(kRepeatsUnattributed.name, {"log"}), 7);
}

TEST(ShardNumbersTest, AreThoseOfTheSnapshot) {
  // Enough for two threads, and hosts of their own.
  std::string text;
  for (int i = 0; i < 3000; ++i) {
    text += "Nov 21 10:00:00 mx" + std::to_string(i % 3) +
            " postfix/smtp[7700]: " + std::to_string(1'000'000 + i) +
            ": to=<user@example.com>, relay=mail.example.com[192.0.2.1]:25, delay=0.58, "
            "delays=0.07/0.01/0.3/0.2, dsn=2.0.0, status=sent (250 ok)\n";
  }
  for (const std::size_t hosts : {std::size_t{0}, std::size_t{2}}) {
    Shard shard("log", SteadyClock(), {.labels = {{"site", "x"}}, .log_host_limit = hosts});
    shard.Consume({.messages = text});
    std::vector<std::uint64_t> numbers;
    shard.AppendNumbers(numbers);
    Samples added;
    std::size_t series = 0;
    const std::uint64_t* number = numbers.data();
    shard.ForEachSeries([&](const RowInfo& row, LabelValues labels) {
      ++series;
      if (row.type == RowType::kCounter) return added.AddCounter(row, std::move(labels), *number++);
      HistogramValue value{.sum = static_cast<std::int64_t>(*number++)};
      value.buckets.assign(number, number + row.bounds.size() + 1);
      number += row.bounds.size() + 1;
      for (const std::uint64_t bucket : value.buckets) value.count += bucket;
      added.AddHistogram(row, std::move(labels), value);
    });
    EXPECT_EQ(number, numbers.data() + numbers.size());
    EXPECT_EQ(series, shard.series());
    Samples snapshot = shard.Snapshot().samples;
    for (const auto& [name, family] : snapshot.families()) {
      if (family.row.type == RowType::kGauge) continue;
      const auto found = added.families().find(name);
      ASSERT_NE(found, added.families().end()) << name;
      const std::map<LabelValues, SampleValue> want(family.series.begin(), family.series.end());
      const std::map<LabelValues, SampleValue> got(found->second.series.begin(),
                                                   found->second.series.end());
      EXPECT_EQ(got, want) << name;
    }
  }
}

TEST(ShardGaugesTest, AreAsOfAMomentOfTheLog) {
  Shard shard("log", SteadyClock(), {.zone = absl::UTCTimeZone()});
  shard.Consume({.messages =
                     "Nov 21 10:00:00 mx postfix/smtpd[1]: warning: unknown[192.0.2.7]: SASL "
                     "LOGIN authentication failed: authentication failure\n"});
  const auto failed = [&](absl::Time now) {
    Samples samples;
    shard.AddGaugesOfLog(now, samples);
    return std::get<double>(
        samples.families().at(kAuthFailedClients.name).series.at({"log", "1h"}));
  };
  const absl::Time then =
      absl::FromCivil(absl::CivilSecond(2020, 11, 21, 10, 5), absl::UTCTimeZone());
  EXPECT_EQ(failed(then), 1);
  EXPECT_EQ(failed(then + absl::Hours(3)), 0);
}

TEST_F(ShardTest, BookmarksChangeWithTheCounts) {
  Bookmark bookmark;
  bookmark.number = 3;
  bookmark.offset = 10;
  const std::uint64_t version = shard.version();
  shard.Consume({.messages = "x\n", .after = &bookmark});
  EXPECT_NE(shard.version(), version);
  EXPECT_EQ(shard.Snapshot().saved.bookmarks.at(0).offset, 10);
  const BookmarkNumber forgotten[] = {3};
  shard.Consume({.forgotten = forgotten});
  EXPECT_TRUE(shard.Snapshot().saved.bookmarks.empty());
}

TEST_F(ShardTest, WhatOneLookFoundIsKnownInOneStep) {
  std::vector<Bookmark> begun(2);
  begun[0].number = 1;
  begun[1].number = 2;
  const BookmarkNumber forgotten = 3;
  const std::uint64_t version = shard.version();
  shard.Consume({.begun = begun, .forgotten = {&forgotten, 1}});
  EXPECT_NE(shard.version(), version);
  EXPECT_EQ(shard.Snapshot().saved.bookmarks, begun);
}

std::string RemovedBy(const std::string& instance) {
  return "Nov 21 10:00:00 mx " + instance + "/qmgr[7663]: 031B97815E: removed\n";
}

TEST_F(ShardTest, LimitsOfOpenLabelsHoldOverRestarts) {
  std::string lines;
  for (std::size_t i = 0; i < Label<SyslogName>::limit; ++i) {
    lines += RemovedBy("postfix-" + std::to_string(i));
  }
  shard.Consume({.messages = lines});
  const SavedSource saved = shard.Snapshot().saved;
  EXPECT_EQ(saved.values->size(), Label<SyslogName>::limit);
  EXPECT_EQ(shard.Snapshot().saved.values, saved.values) << "copied though nothing has changed";

  Shard next("log", clock);
  next.Restore(saved);
  next.Consume({.messages = RemovedBy("postfix-new") + RemovedBy("postfix-0")});
  EXPECT_EQ(*next.Snapshot().saved.values, *saved.values);
  const Samples samples = next.Snapshot().samples;
  EXPECT_EQ(samples.CounterValue(kLabelOverflows.name, {"syslog_name"}), 1);
  EXPECT_EQ(samples.CounterValue("maillog_queue_removed_total", {"postfix", "other"}), 1);
  EXPECT_EQ(samples.CounterValue("maillog_queue_removed_total", {"postfix", "postfix-0"}), 1);
}

TEST_F(ShardTest, LimitsOfHostsHoldOverRestarts) {
  const ShardOptions options{.log_host_limit = 1};
  Shard first("log", clock, options);
  first.Consume({.messages = "Nov 21 10:00:00 a postfix/qmgr[1]: 031B97815E: removed\n"});
  Shard next("log", clock, options);
  next.Restore(first.Snapshot().saved);
  next.Consume({.messages = "Nov 21 10:00:00 b postfix/qmgr[1]: 031B97815E: removed\n"});
  EXPECT_EQ(*next.Snapshot().saved.values,
            (std::vector<KnownValue>{{"", "log_host", "a"},
                                     {"a", "syslog_name", "postfix"},
                                     {"other", "syslog_name", "postfix"}}));
  EXPECT_EQ(next.Snapshot().samples.CounterValue(kLabelOverflows.name, {"log_host"}), 1);
}

TEST_F(ShardTest, SavedNamesOfAnotherFormAreLeftOut) {
  const std::vector<KnownValue> values{{"", "log_host", "user1@example.com"},
                                       {"", "log_host", "192.0.2.1"},
                                       {"192.0.2.1", "syslog_name", "192.0.2.1"},
                                       {"192.0.2.1", "syslog_name", "postfix"},
                                       {"user1@example.com", "syslog_name", "postfix"}};
  Shard next("log", clock, {.log_host_limit = 2});
  next.Restore({.values = std::make_shared<const std::vector<KnownValue>>(values)});
  EXPECT_EQ(*next.Snapshot().saved.values,
            (std::vector<KnownValue>{{"", "log_host", "192.0.2.1"},
                                     {"192.0.2.1", "syslog_name", "postfix"},
                                     {"other", "syslog_name", "postfix"}}));
  next.Consume({.messages = "Nov 21 10:00:00 b postfix/qmgr[1]: 031B97815E: removed\n"});
  EXPECT_EQ(next.Snapshot().samples.CounterValue("maillog_queue_removed_total",
                                                 {"postfix", "postfix", "log_host", "b"}),
            1)
      << "what was left out takes no place";
  EXPECT_EQ(next.Snapshot().samples.CounterValue(kLabelOverflows.name, {"syslog_name"}), 0);
}

// ---- who did most

std::string Failure(absl::Time time, const std::string& client) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%S.000000%Ez", time, absl::UTCTimeZone()) +
         " mx dovecot: imap-login: Disconnected (auth failed, 1 attempts in 3 secs): user=<ann>, "
         "method=PLAIN, rip=" +
         client + ", lip=192.0.2.1, session=<abcdefgh>\n";
}

// -1: there is no such series.
double ActivityOf(const Shard& shard, const RowInfo& row, const std::string& window) {
  const Samples samples = shard.Snapshot().samples;
  const auto family = samples.families().find(row.name);
  return family == samples.families().end()
             ? -1
             : std::get<double>(family->second.series.at({"log", window}));
}

TEST_F(ShardTest, WhoDidMostIsShownOnceSomebodyDidAnything) {
  EXPECT_EQ(ActivityOf(shard, kAuthFailedClients, "1h"), -1);
  shard.Consume({.messages = "Nov 21 10:00:00 mx postfix/qmgr[7663]: 031B97815E: removed\n"});
  EXPECT_EQ(ActivityOf(shard, kAuthFailedClients, "1h"), -1);
  const std::string lines = Failure(absl::Now(), "203.0.113.1") +
                            Failure(absl::Now(), "203.0.113.2") +
                            Failure(absl::Now(), "203.0.113.1");
  shard.Consume({.messages = lines});
  for (const std::string window : {"1h", "24h"}) {
    EXPECT_EQ(ActivityOf(shard, kAuthFailedClients, window), 2);
    EXPECT_EQ(ActivityOf(shard, kAuthFailedUsers, window), 1);
    EXPECT_EQ(ActivityOf(shard, kTopAuthFailures, window), 2);
  }
  const Samples samples = shard.Snapshot().samples;
  EXPECT_EQ(samples.families().at(kTopSenderRecipients.name).series.size(), 6U);
}

// Time goes on without lines.
TEST_F(ShardTest, WhatIsOverFallsToZeroWhileTheLogStandsStill) {
  shard.Consume({.messages = Failure(absl::Now() - absl::Hours(2), "203.0.113.1")});
  EXPECT_EQ(ActivityOf(shard, kAuthFailedClients, "1h"), 0);
  EXPECT_EQ(ActivityOf(shard, kAuthFailedClients, "24h"), 1);
  Shard old("log", clock);
  old.Consume({.messages = Failure(absl::Now() - absl::Hours(50), "203.0.113.1")});
  EXPECT_EQ(ActivityOf(old, kAuthFailedClients, "24h"), 0);
  Samples gauges;
  old.AddGauges(gauges);
  EXPECT_EQ(
      std::get<double>(gauges.families().at(kAuthFailedClients.name).series.at({"log", "24h"})), 0);
}

// A log that is read once: the last hour is that of the log.
TEST_F(ShardTest, AtItsEndALogSaysWhatTheLastHourWas) {
  shard.Consume({.messages = Failure(absl::Now() - absl::Hours(5000), "203.0.113.1")});
  shard.End();
  EXPECT_EQ(ActivityOf(shard, kAuthFailedClients, "1h"), 1);
}

TEST_F(ShardTest, WhoDidMostIsKnownAfterARestart) {
  shard.Consume({.messages = Failure(absl::Now(), "203.0.113.1")});
  const SavedSource saved = shard.Snapshot().saved;
  ASSERT_NE(saved.activity, nullptr);
  ASSERT_NE(saved.mails, nullptr) << "which has the salt";
  EXPECT_EQ(shard.Snapshot().saved.activity, saved.activity) << "copied though nothing has changed";
  Shard next("log", clock);
  next.Restore(saved);
  EXPECT_EQ(ActivityOf(next, kAuthFailedClients, "1h"), 1);
  next.Consume({.messages = Failure(absl::Now(), "203.0.113.1")});
  EXPECT_EQ(ActivityOf(next, kAuthFailedClients, "1h"), 1) << "the same client";
  EXPECT_EQ(ActivityOf(next, kTopAuthFailures, "1h"), 2);
  EXPECT_NE(next.Snapshot().saved.activity, saved.activity);
}

TEST_F(ShardTest, TheFirstLookIsToBeSaved) {
  const std::uint64_t version = shard.version();
  EXPECT_FALSE(shard.Snapshot().known);
  shard.Consume({.progress = Progress::kAtEnd});
  EXPECT_TRUE(shard.Snapshot().known);
  EXPECT_NE(shard.version(), version);
}

TEST_F(ShardTest, AnIdleBlockMovesNothing) {
  shard.Consume({.progress = Progress::kAtEnd});
  const std::uint64_t version = shard.version();
  shard.Consume({.progress = Progress::kAtEnd});
  EXPECT_EQ(shard.version(), version);
}

TEST_F(ShardTest, WhatCannotBeReadHasNotCaughtUp) {
  shard.SetHealth(absl::UnavailableError("no permission"));
  EXPECT_FALSE(shard.caught_up());
  EXPECT_EQ(Gauge(kSourceUp), 0);
  EXPECT_EQ(Gauge(kSourceCaughtUp), 0);
  EXPECT_EQ(shard.health().message(), "no permission");
  shard.SetHealth(absl::OkStatus());
  EXPECT_FALSE(shard.caught_up()) << "its end has not been reached yet";
  shard.Consume({.progress = Progress::kAtEnd});
  EXPECT_FALSE(shard.caught_up()) << "nobody has said so yet";
  shard.SetHealth(absl::OkStatus());
  EXPECT_TRUE(shard.caught_up());
  EXPECT_EQ(Gauge(kSourceCaughtUp), 1);
  shard.SetHealth(absl::UnavailableError("no permission"));
  EXPECT_FALSE(shard.caught_up()) << "nobody knows what is there now";
}

TEST_F(ShardTest, WhereReadingBeginsIsToBeSaved) {
  const Bookmark bookmark;
  shard.Consume({.begun = {&bookmark, 1}});
  EXPECT_TRUE(shard.known());
  EXPECT_EQ(shard.Snapshot().saved.bookmarks.size(), 1U);
}

TEST_F(ShardTest, LagGrowsUntilTheEndIsReached) {
  shard.Consume({.messages = "x\n", .unread_bytes = 100});
  clock.Advance(seconds(3));
  EXPECT_EQ(Gauge(kSourceLagSeconds), 3);
  EXPECT_EQ(Gauge(kSourceLagBytes), 100);
  shard.Consume({.progress = Progress::kAtEnd});
  EXPECT_EQ(Gauge(kSourceLagSeconds), 0);
}

TEST_F(ShardTest, ShowsTheTimeOfTheLastRecord) {
  shard.Consume({.messages = "2026-11-21T10:00:00+09:00 mx sshd[1]: hello\n"});
  EXPECT_EQ(Gauge(kSourceLastRecord), 1795222800);
}

}  // namespace
}  // namespace maillog::test
