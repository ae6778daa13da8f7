// What a configuration changes in how a source is counted and shown.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exporter/config/extra_labels.h"
#include "exporter/count/shard.h"
#include "metrics/catalog/catalog.h"
#include "metrics/exposition.h"
#include "tests/support/stepped_waker.h"

namespace maillog::test {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string Removed(const std::string& host) {
  return "Nov 21 10:00:00 " + host + " postfix/qmgr[77]: 031B97815E: removed\n";
}

std::string Text(const Samples& samples) { return ExpositionText(samples); }

class LabelsTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::string Shown(ShardOptions options, std::string_view messages) const {
    Shard shard("log", clock, std::move(options));
    shard.Consume({.messages = messages});
    return Text(shard.Snapshot().samples);
  }

  FakeClock clock;
};

TEST_F(LabelsTest, FixedLabelsAreOnEverySeriesOfTheSource) {
  const std::string text = Shown({.labels = {{"site", "osaka"}, {"rack", "7"}}}, Removed("mx"));
  std::istringstream lines(text);
  int series = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with('#')) continue;
    ++series;
    EXPECT_THAT(line, HasSubstr("site=\"osaka\",rack=\"7\"")) << line;
  }
  EXPECT_GT(series, 10);
  EXPECT_THAT(text, HasSubstr("maillog_queue_removed_total{server=\"postfix\",syslog_name="
                              "\"postfix\",site=\"osaka\",rack=\"7\"} 1\n"));
}

TEST_F(LabelsTest, WithoutLabelsNothingChanges) {
  EXPECT_THAT(
      Shown({}, Removed("mx")),
      HasSubstr("maillog_queue_removed_total{server=\"postfix\",syslog_name=\"postfix\"} 1"));
}

TEST_F(LabelsTest, LogHostsAreKeptApart) {
  const std::string text =
      Shown({.log_host_limit = 8}, Removed("a") + Removed("b") + Removed("a") + Removed("a"));
  EXPECT_THAT(text, HasSubstr("syslog_name=\"postfix\",log_host=\"a\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("syslog_name=\"postfix\",log_host=\"b\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("maillog_records_total{source=\"log\",outcome=\"counted\"} 4\n"));
  EXPECT_THAT(text, Not(HasSubstr("maillog_label_overflows_total")));
}

TEST_F(LabelsTest, HostsBeyondTheLimitAreOtherAndCounted) {
  const std::string text =
      Shown({.log_host_limit = 1}, Removed("a") + Removed("b") + Removed("c") + Removed("a") +
                                       Removed(std::string(254, 'x')));
  EXPECT_THAT(text, HasSubstr("log_host=\"a\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("log_host=\"other\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("maillog_label_overflows_total{label=\"log_host\"} 3\n"));
}

TEST_F(LabelsTest, AHostCalledOtherIsAddedToTheOthers) {
  EXPECT_THAT(Shown({.log_host_limit = 2}, Removed("other") + Removed("b") + Removed("c")),
              HasSubstr("log_host=\"other\"} 2\n"));
}

TEST_F(LabelsTest, WhatHasNoHostHasNoLabel) {
  const std::string text =
      Shown({.log_host_limit = 8}, "Nov 21 10:00:00 postfix/qmgr[77]: 031B97815E: removed\n");
  EXPECT_THAT(text, HasSubstr("syslog_name=\"postfix\"} 1\n"));
}

TEST_F(LabelsTest, AddressesOfHostsAreHosts) {
  const std::string text = Shown({.log_host_limit = 8}, Removed("192.0.2.1") + Removed("mx_1"));
  EXPECT_THAT(text, HasSubstr("log_host=\"192.0.2.1\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("log_host=\"mx_1\"} 1\n"));
}

TEST_F(LabelsTest, WhatIsNoHostIsOtherAndCounted) {
  const std::string text =
      Shown({.log_host_limit = 8}, Removed("\x83\x81\x01x") + Removed("user1@example.com") +
                                       Removed("a/b") + Removed("a"));
  EXPECT_THAT(text, HasSubstr("log_host=\"other\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("log_host=\"a\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("maillog_label_overflows_total{label=\"log_host\"} 3\n"));
}

// The second line shows that m is the mailbox's messages, which then holds for all hosts of the
// source.
TEST_F(LabelsTest, TheMeaningOfDelIsKnownPerSource) {
  const std::string session =
      " dovecot: pop3(u)<1><a>: Disconnected: Logged out top=0/0, "
      "retr=0/0, del=0/7, size=90000\n";
  const std::string told = "Nov 21 10:00:00 a" + session;
  Shard shard("log", clock, {.log_host_limit = 8});
  shard.Consume({.messages = told});
  EXPECT_EQ(shard.Snapshot().saved.del_form, DelForm::kMailboxMessages);
}

TEST_F(LabelsTest, AFormatIsKeptTo) {
  const std::string syslog = Removed("mx");
  const std::string cri = "2026-11-21T10:00:00.0Z stdout F " + Removed("mx");
  const std::string counted = "outcome=\"counted\"} 1\n";
  const std::string malformed = "outcome=\"malformed\"} 1\n";
  EXPECT_THAT(Shown({.format = Format::kSyslog}, syslog), HasSubstr(counted));
  EXPECT_THAT(Shown({.format = Format::kCri}, cri), HasSubstr(counted));
  EXPECT_THAT(Shown({.format = Format::kCri}, syslog), HasSubstr(malformed));
  EXPECT_THAT(Shown({.format = Format::kDocker}, cri), HasSubstr(malformed));
  EXPECT_THAT(Shown({.format = Format::kEPost}, syslog), HasSubstr(malformed));
}

TEST_F(LabelsTest, MergedSeriesAddUpByAllTheirLabels) {
  Shard a("log", clock, {.labels = {{"site", "a"}}});
  Shard b("log", clock);
  a.Consume({.messages = Removed("mx")});
  b.Consume({.messages = Removed("mx")});
  Samples all = a.Snapshot().samples;
  all.Merge(b.Snapshot().samples);
  all.Merge(a.Snapshot().samples);
  EXPECT_EQ(all.CounterValue("maillog_queue_removed_total", {"postfix", "postfix"}), 1U);
  EXPECT_EQ(all.CounterValue("maillog_queue_removed_total", {"postfix", "postfix", "site", "a"}),
            2U);
}

TEST(ExtraLabels, NoLabelOfARowCanBeAdded) {
  for (const RowInfo& row : AllRows()) {
    for (const std::string_view label : row.label_names) {
      EXPECT_NE(LabelNameFault(label), "") << label;
    }
  }
  EXPECT_EQ(LabelNameFault("site"), "");
  EXPECT_EQ(LabelNameFault("Site_2"), "");
  for (const std::string_view name : {"", "a b", "a-b", "\xE5", "a:b", "__name__"}) {
    EXPECT_NE(LabelNameFault(name), "") << name;
  }
}

}  // namespace
}  // namespace maillog::test
