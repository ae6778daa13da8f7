// One situation per test: how a log that is followed grows, and what is read of it.
#include "tests/support/following.h"

#include <gtest/gtest.h>

namespace maillog::test {
namespace {

using std::chrono::seconds;

TEST(FollowingTest, ReadsWhatIsThereAndWhatIsAppended) {
  Following following(kLog);
  following.files.Append(kLog, NumberedLines(1, 2));
  following.Step();
  ExpectExactly(following, 1, 2);
  following.files.Append(kLog, NumberedLines(3, 3));
  following.Step();
  ExpectExactly(following, 1, 3);
  EXPECT_EQ(following.Records(), 3);
}

TEST(FollowingTest, StartsAtTheEndUnlessAskedOtherwise) {
  Following following(kLog, StartAt::kEnd);
  following.files.Append(kLog, NumberedLines(1, 2));
  following.Step();
  following.files.Append(kLog, NumberedLines(3, 4));
  following.Step();
  ExpectExactly(following, 3, 4);
}

TEST(FollowingTest, ALineThatIsHalfWrittenAtStartCountsWhole) {
  Following following(kLog, StartAt::kEnd);
  const std::string line = NumberedLine(2);
  following.files.Append(kLog, NumberedLines(1, 1) + line.substr(0, 20));
  following.Step();
  following.files.Append(kLog, line.substr(20));
  following.Step();
  ExpectExactly(following, 2, 2);
}

TEST(FollowingTest, AFileThatAppearsLaterIsReadFromItsBeginning) {
  Following following(kLog, StartAt::kEnd);
  following.Step();
  EXPECT_EQ(following.Gauge(kSourceUp), 1);
  EXPECT_EQ(following.Gauge(kSourceCaughtUp), 1);
  following.files.Append(kLog, NumberedLines(1, 3));
  following.Step();
  ExpectExactly(following, 1, 3);
}

TEST(FollowingTest, APartialLineCountsOnceItIsWhole) {
  Following following(kLog);
  const std::string line = NumberedLine(1);
  following.files.Append(kLog, line.substr(0, 10));
  following.Step();
  EXPECT_EQ(following.Total(), 0);
  following.files.Append(kLog, line.substr(10, 10));
  following.Step();
  EXPECT_EQ(following.Total(), 0);
  following.files.Append(kLog, line.substr(20));
  following.Step();
  ExpectExactly(following, 1, 1);
}

/// How often the directory is listed until everything is read, after `count` unknown logs have
/// appeared, empty or not.
std::size_t ListingsFor(Following& following, int count, int lines) {
  const std::size_t before = following.files.listed();
  for (int i = 1; i <= count; ++i) {
    following.files.Append("/log/host" + std::to_string(i) + ".log",
                           NumberedLines(i, i + lines - 1));
  }
  following.Step();
  EXPECT_EQ(following.Total(), count * lines);
  return following.files.listed() - before;
}

TEST(FollowingTest, ADirectoryIsNotListedForEachFileInIt) {
  for (const int lines : {0, 1}) {
    Following at_once("/log");
    EXPECT_LE(ListingsFor(at_once, 200, lines), 6) << "at the first look";
    Following later("/log");
    later.files.MakeDirectory("/log");
    later.Step();
    EXPECT_LE(ListingsFor(later, 200, lines), 6) << "after it";
    (void)later.Scrape();
    later.Crash();
    const std::size_t before = later.files.listed();
    for (int i = 1; i <= 200; ++i) {
      later.files.Append("/log/host" + std::to_string(i) + ".log",
                         NumberedLines(1000 + i, 1000 + i));
    }
    later.Step();
    EXPECT_EQ(later.Total(), 200 * lines + 200);
    EXPECT_LE(later.files.listed() - before, 6) << "after a restart";
  }
}

TEST(FollowingTest, TheSameFileByTwoNamesIsReadOnce) {
  Following following("/log");
  following.files.Append("/log/a", NumberedLines(1, 2));
  following.files.Link("/log/a", "/log/b");
  following.Step();
  following.files.Append("/log/b", NumberedLines(3, 3));
  following.Step();
  ExpectExactly(following, 1, 3);
}

TEST(FollowingTest, AnOverLongLineIsOneMalformedMessage) {
  Following following(kLog);
  following.files.Append(kLog, NumberedLines(1, 1) + std::string(1'000'000, 'x'));
  following.Step();
  EXPECT_EQ(following.Records(), 1);
  following.files.Append(kLog, std::string(10, 'x') + "\n" + NumberedLines(2, 2));
  following.Step();
  EXPECT_EQ(following.Times("<overlong>"), 1);
  EXPECT_EQ(following.Times(NumberedMessage(2)), 1);
  EXPECT_EQ(following.Total(), 3);
  EXPECT_EQ(following.Records(), 3);
}

TEST(FollowingTest, AFragmentHoldsLaterMessagesBack) {
  Following following(kLog);
  const std::string stamp = "2026-11-21T10:00:00.000000000Z stdout ";
  following.files.Append(kLog, stamp + "P Nov 21 10:00:00 mx \n" + stamp + "F other\n");
  following.Step();
  const int whole = following.Total();
  EXPECT_EQ(whole, 2);
  following.files.Append(kLog, stamp + "P unfinished\n");
  following.Step();
  following.clock.Advance(seconds(4));
  following.Step();
  EXPECT_EQ(following.Total(), whole);
  following.clock.Advance(seconds(2));
  following.Step();
  EXPECT_EQ(following.Total(), whole + 1);
  EXPECT_EQ(following.Gauge(kSourceLagBytes), 0);
}

TEST(FollowingTest, TheRestOfAFragmentThatWasGivenUpIsNoMessageAfterACrashEither) {
  Following following(kLog);
  const std::string stamp = "2026-11-21T10:00:00.000000000Z stdout ";
  following.files.Append(kLog, stamp + "P Nov 21 10:00:00 mx postfix/smtpd[1]: unfinished\n");
  following.Step();
  following.clock.Advance(seconds(6));
  following.Step();
  EXPECT_EQ(following.Records(), 1);
  following.Crash();
  following.files.Append(kLog, stamp + "P " + NumberedLine(1) + stamp + "F " + NumberedLine(2));
  following.Step();
  EXPECT_EQ(following.Records(), 1);
  following.files.Append(kLog, stamp + "F " + NumberedLine(3));
  following.Step();
  EXPECT_EQ(following.Records(), 2);
}

TEST(FollowingTest, AHoleOfNulBytesIsNoMessage) {
  Following following(kLog);
  following.files.Append(kLog,
                         NumberedLines(1, 1) + std::string(500'000, '\0') + NumberedLines(2, 2));
  following.Step();
  ExpectExactly(following, 1, 2);
}

TEST(FollowingTest, UnreadBytesShowAsLag) {
  Following following(kLog);
  following.files.Append(kLog, NumberedLines(1, 1) + "half");
  following.Step();
  EXPECT_EQ(following.Gauge(kSourceLagBytes), 4);
  EXPECT_EQ(following.Gauge(kSourceLagSeconds), 0);
}

TEST(FollowingTest, NothingIsReadWhileNothingChanges) {
  Following following(kLog);
  following.files.Append(kLog, NumberedLines(1, 1));
  following.Step();
  following.waker.set_change(Change::kContent);
  const std::size_t opened = following.files.opened();
  for (int i = 0; i < 100; ++i) following.Step();
  EXPECT_EQ(following.files.opened(), opened);
  ExpectExactly(following, 1, 1);
}

// A file that is copied over a share, or written through a cache: first it is longer, and then
// there is something in it.
TEST(FollowingTest, WhatIsNotWrittenYetIsReadOnceItIs) {
  const std::string all = NumberedLines(1, 5'000);
  for (const std::size_t begin : {std::size_t{0}, std::size_t{500}, NumberedLines(1, 40).size()}) {
    Following following("/maillog");
    const auto write = [&](std::size_t size) {
      following.files.Truncate("/maillog", begin);
      following.files.Append("/maillog", all.substr(begin, size - begin));
      following.files.Append("/maillog", std::string(all.size() - size, '\0'));
      following.Step();
    };
    following.files.Append("/maillog", all.substr(0, begin));
    following.Step();
    write(begin);
    write(begin + 100);
    (void)following.Scrape();
    following.Crash();
    write(all.size() / 2);
    write(all.size() - 10);
    write(all.size());
    ExpectExactly(following, 1, 5'000);
    EXPECT_EQ(following.LostBytes(), 0);
  }
}

}  // namespace
}  // namespace maillog::test
