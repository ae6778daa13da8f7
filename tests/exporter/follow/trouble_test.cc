// One situation per test: what happens when a log that is followed cannot be read, or is reached by
// other numbers than before.
#include <gtest/gtest.h>

#include "tests/support/following.h"

namespace maillog::test {
namespace {

using std::chrono::seconds;

TEST(FollowingTest, PermissionLostAndRegained) {
  Following following(kLog);
  following.files.Append(kLog, NumberedLines(1, 1));
  following.files.FailOpen(kLog, EACCES);
  following.Step();
  EXPECT_EQ(following.Gauge(kSourceUp), 0);
  EXPECT_EQ(following.Gauge(kSourceCaughtUp), 0);
  following.files.FailOpen(kLog, 0);
  following.Step();
  EXPECT_EQ(following.Gauge(kSourceUp), 1);
  ExpectExactly(following, 1, 1);
}

TEST(FollowingTest, AFileThatCouldNotBeReadAtStartCountsFromItsEndThen) {
  Following following(kLog, StartAt::kEnd);
  following.files.Append(kLog, NumberedLines(1, 2));
  following.files.FailOpen(kLog, EACCES);
  following.Step();
  following.files.Append(kLog, NumberedLines(3, 4));
  following.files.FailOpen(kLog, 0);
  following.Step();
  ExpectExactly(following, 3, 4);
}

// Two lines were read before it, and one was written meanwhile.
void RestartWithoutRights(Following& following) {
  following.files.Append(kLog, NumberedLines(1, 2));
  following.Step();
  (void)following.Scrape();
  following.Crash();
  following.files.Append(kLog, NumberedLines(3, 3));
  following.files.FailOpen(kLog, EACCES);
  following.Step();
}

TEST(FollowingTest, AFileThatCannotBeReadAfterARestartIsNotGone) {
  Following following(kLog);
  RestartWithoutRights(following);
  EXPECT_EQ(following.RemovedLogs(), 0);
  following.files.FailOpen(kLog, 0);
  following.Step();
  ExpectExactly(following, 1, 3);
}

TEST(FollowingTest, AFileThatCannotBeReadAfterARestartIsReadUnderARotationsName) {
  Following following(kLog);
  RestartWithoutRights(following);
  following.files.Rename(kLog, kOld);
  following.files.FailOpen(kOld, EACCES);
  following.files.FailOpen(kLog, 0);
  following.files.Append(kLog, NumberedLines(4, 4));
  following.Step();
  following.files.FailOpen(kOld, 0);
  following.Step();
  ExpectExactly(following, 1, 4);
  EXPECT_EQ(following.RemovedLogs(), 0);
}

TEST(FollowingTest, TheNewFileMayNotBeReadableAtOnce) {
  Following following(kLog);
  following.files.Append(kLog, NumberedLines(1, 1));
  following.Step();
  following.files.Rename(kLog, kOld);
  following.files.Append(kLog, NumberedLines(2, 2));
  following.files.FailOpen(kLog, EACCES);
  following.files.Append(kOld, NumberedLines(3, 3));
  following.Step();
  EXPECT_EQ(following.Gauge(kSourceUp), 0);
  EXPECT_EQ(following.Times(NumberedMessage(3)), 1) << "the old one is read on meanwhile";
  following.files.FailOpen(kLog, 0);
  following.Step();
  ExpectExactly(following, 1, 3);
}

TEST(FollowingTest, TroubleIsRetriedEverLater) {
  Following following(kLog);
  following.files.Append(kLog, NumberedLines(1, 1));
  following.files.FailOpen(kLog, EACCES);
  following.Step();
  const Duration first = following.deadline() - following.clock.Now();
  EXPECT_LE(first, seconds(1));
  for (int i = 0; i < 10; ++i) following.Step();
  const Duration later = following.deadline() - following.clock.Now();
  EXPECT_GT(later, first);
  EXPECT_LE(later, seconds(5));
}

TEST(FollowingTest, StaleHandlesAreOpenedAgain) {
  Following following(kLog);
  following.files.Append(kLog, NumberedLines(1, 2));
  following.Step();
  following.files.FailHandles(ESTALE);
  following.Step();
  EXPECT_EQ(following.Gauge(kSourceUp), 0);
  following.files.FailHandles(0);
  following.files.Append(kLog, NumberedLines(3, 3));
  following.Step();
  ExpectExactly(following, 1, 3);
  EXPECT_EQ(following.Gauge(kSourceUp), 1);
}

TEST(FollowingTest, AFileThatCannotBeReadWhileItIsRotatedIsReadUnderItsNewName) {
  Following following(kLog);
  following.files.Append(kLog, NumberedLines(1, 2));
  following.Step();
  following.files.Append(kLog, NumberedLines(3, 3));
  following.files.FailHandles(ESTALE);
  following.Step();
  following.Step();
  following.files.Rename(kLog, kOld);
  following.files.Append(kLog, NumberedLines(4, 4));
  following.Step();
  following.files.FailHandles(0);
  following.Step();
  ExpectExactly(following, 1, 4);
  EXPECT_EQ(following.RemovedLogs(), 0);
}

TEST(FollowingTest, DescriptorsRunOut) {
  Following following("/log");
  following.files.SetMostHandles(2);
  following.files.Append("/log/a", NumberedLines(1, 2));
  following.files.Append("/log/b", NumberedLines(3, 4));
  following.files.Append("/log/c", NumberedLines(5, 6));
  for (int i = 0; i < 5; ++i) following.Step();
  ExpectExactly(following, 1, 6);
  following.files.Append("/log/a", NumberedLines(7, 7));
  following.files.Append("/log/b", NumberedLines(8, 8));
  following.files.Append("/log/c", NumberedLines(9, 9));
  for (int i = 0; i < 5; ++i) following.Step();
  ExpectExactly(following, 1, 9);
}

TEST(FollowingTest, MoreFilesThanMayBeOpen) {
  Following following("/log", StartAt::kEnd);
  const int count = static_cast<int>(FileSet::kMaxOpen) + 50;
  for (int i = 0; i < count; ++i) following.files.Append("/log/f" + std::to_string(i), "old\n");
  following.Step();
  EXPECT_LE(following.files.open_handles(), FileSet::kMaxOpen);
  for (int i = 0; i < count; ++i) {
    following.files.Append("/log/f" + std::to_string(i), NumberedLine(i + 1));
  }
  following.Step();
  ExpectExactly(following, 1, count);
}

TEST(FollowingTest, MoreKnownFilesThanMayBeOpenAfterARestart) {
  Following following("/log");
  const int count = 3 * static_cast<int>(FileSet::kMaxOpen) + 50;
  const auto name = [](int i) { return "/log/host" + std::to_string(i); };
  for (int i = 0; i < count; ++i) following.files.Append(name(i), NumberedLine(i + 1));
  following.Step();
  (void)following.Scrape();
  following.Crash();
  int last = count;
  for (int i = 0; i < count; ++i) {
    if (i % 7 == 0) following.files.Append(name(i), NumberedLine(++last));
    if (i % 50 != 0) continue;
    following.files.Rename(name(i), name(i) + ".1");
    following.files.Append(name(i), NumberedLine(++last));
  }
  following.Step();
  ExpectExactly(following, 1, last);
  EXPECT_LE(following.files.open_handles(), FileSet::kMaxOpen);
  for (int i = 0; i < count; ++i) following.files.Append(name(i), NumberedLine(++last));
  following.Step();
  ExpectExactly(following, 1, last);
}

TEST(FollowingTest, ADirectoryMovedAwayAndBack) {
  Following following(kLog);
  following.files.Append(kLog, NumberedLines(1, 1));
  following.Step();
  following.files.RenameDirectory("/log", "/elsewhere");
  following.Step();
  following.files.Append("/elsewhere/maillog", NumberedLines(2, 2));
  following.files.RenameDirectory("/elsewhere", "/log");
  following.Step();
  following.files.Append(kLog, NumberedLines(3, 3));
  following.Step();
  ExpectExactly(following, 1, 3);
}

TEST(FollowingTest, OtherDeviceAndInodeNumbersAreTheSameFile) {
  Following following(kLog);
  following.files.Append(kLog, NumberedLines(1, 2));
  following.Step();
  (void)following.Scrape();
  following.Crash();
  following.files.Remount();
  following.files.Append(kLog, NumberedLines(3, 3));
  following.Step();
  ExpectExactly(following, 1, 3);
}

}  // namespace
}  // namespace maillog::test
