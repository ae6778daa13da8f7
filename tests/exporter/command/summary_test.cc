#include "exporter/command/summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/follow/count_to_end.h"
#include "metrics/catalog/catalog.h"
#include "tests/support/fake_file_system.h"

namespace maillog::test {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* kRecorded = MAILLOG_TESTS_DIR "/corpus/debian12/syslog/mail.log";

std::string SummaryOf(FileSystem& files, const std::string& path,
                      Counting counting = Counting::kLines) {
  LogPart part({}, absl::UTCTimeZone(), absl::FromUnixSeconds(1'795'800'000));
  const absl::StatusOr<Samples> samples = CountToEnd(
      {path}, files, [&](BlockSink sink) { return part.Through(std::move(sink)); }, {}, 1,
      counting);
  if (!samples.ok()) return std::string(samples.status().message());
  return SummaryText(*samples, part.span(), part.zone());
}

std::string LineOf(const std::string& text, const std::string& title) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(title + " ")) return line;
  }
  return "no line " + title;
}

TEST(SummaryTest, ALogOfARealServerFitsOnOneScreen) {
  const std::string text = SummaryOf(PosixFileSystem(), kRecorded);
  EXPECT_LE(std::count(text.begin(), text.end(), '\n'), 40);
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U) << line;
  EXPECT_EQ(LineOf(text, "log"),
            "log          1.1 MB, from 2026-11-21 17:17:27 to 2026-11-21 17:20:14");
  EXPECT_EQ(LineOf(text, "messages"),
            "messages     7,642 in all, counted 6,157 (80.6 %), ignored 1,484 (19.4 %),");
  EXPECT_THAT(text, HasSubstr(" unknown 0 (0.0 %)"));
  for (const std::string title :
       {"deliveries", "delay", "reasons", "receivers", "not taken by", "refused by", "over SMTP",
        "rejects", "queue", "logins", "sessions", "delivered to", "trouble"}) {
    EXPECT_THAT(text, HasSubstr("\n" + title + " ")) << text;
  }
}

TEST(SummaryTest, OnlyPartsOfAWholeHaveASum) {
  const absl::StatusOr<Samples> samples = CountToEnd({kRecorded}, PosixFileSystem());
  ASSERT_TRUE(samples.ok());
  std::vector<std::string_view> without;
  for (const SummaryFigures& figures : maillog::SummaryOf(*samples))
    if (!figures.has_sum) without.push_back(figures.title);
  EXPECT_THAT(without, testing::ElementsAre("over SMTP", "queue", "sessions"));
}

TEST(SummaryTest, IsTheSameOfLinesAlone) {
  EXPECT_EQ(SummaryOf(PosixFileSystem(), kRecorded, Counting::kAll),
            SummaryOf(PosixFileSystem(), kRecorded, Counting::kLines));
}

// The same sums as in the metrics from which they are made.
TEST(SummaryTest, EveryNumberIsASumOfSeries) {
  Samples samples;
  const LabelValues to_filter{"postfix", "postfix", "smtp", "smtp", "loopback", "sent", "2"};
  LabelValues to_remote = to_filter;
  to_remote[4] = "remote";
  samples.AddCounter(kDeliveries.info(), to_filter, 5);
  samples.AddCounter(kDeliveries.info(), to_remote, 1'234'567);
  to_remote[5] = "bounced";
  samples.AddCounter(kDeliveries.info(), to_remote, 0);
  to_remote[5] = "deferred";
  samples.AddCounter(kDeliveries.info(), to_remote, 1);
  to_remote[0] = "epost";
  samples.AddCounter(kDeliveries.info(), to_remote, 2);
  const StampSpan span(absl::UTCTimeZone(), absl::UnixEpoch());
  const std::string text = SummaryText(samples, span, absl::UTCTimeZone());
  EXPECT_EQ(LineOf(text, "deliveries"),
            "deliveries   1,234,570 in all, sent 1,234,567 (100.0 %), deferred 3 (0.0 %)");
}

TEST(SummaryTest, WhatIsRareIsCountedTogether) {
  Samples samples;
  for (std::uint64_t i = 0; i < 12; ++i) {
    samples.AddCounter(kSmtpRejects.info(),
                       {"postfix", "postfix", "smtpd", "rcpt", "450", "r" + std::to_string(i)},
                       100 + i);
  }
  const StampSpan span(absl::UTCTimeZone(), absl::UnixEpoch());
  const std::string text = SummaryText(samples, span, absl::UTCTimeZone());
  EXPECT_THAT(LineOf(text, "rejects"), StartsWith("rejects      r11 111, r10 110, "));
  EXPECT_THAT(text, HasSubstr("others 406\n"));
  EXPECT_THAT(text, Not(HasSubstr("r3 ")));
}

TEST(SummaryTest, OfNothingThereIsLittleToSay) {
  FakeFileSystem files;
  files.Append("log", "");
  EXPECT_EQ(SummaryOf(files, "log"),
            "log          0 bytes\n"
            "messages     0 in all, counted 0 (0.0 %), foreign 0 (0.0 %), ignored 0 (0.0 %),\n"
            "             malformed 0 (0.0 %), unknown 0 (0.0 %)\n");
}

}  // namespace
}  // namespace maillog::test
