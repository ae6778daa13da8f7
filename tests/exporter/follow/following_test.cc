// One situation per test: what happens when a log that is followed is rotated, truncated, removed,
// made unreadable or half written.
#include "tests/support/following.h"

#include <gtest/gtest.h>

namespace maillog::test {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr char kLog[] = "/log/maillog";
constexpr char kOld[] = "/log/maillog.1";

std::string Lines(int first, int last) {
  std::string lines;
  for (int i = first; i <= last; ++i) lines += NumberedLine(i);
  return lines;
}

/// Each of the messages `first` to `last` once, and nothing else.
void ExpectExactly(const Following& following, int first, int last) {
  for (int i = first; i <= last; ++i) EXPECT_EQ(following.Times(NumberedMessage(i)), 1) << i;
  EXPECT_EQ(following.Total(), last - first + 1);
}

TEST(FollowingTest, ReadsWhatIsThereAndWhatIsAppended) {
  Following following(kLog);
  following.files.Append(kLog, Lines(1, 2));
  following.Step();
  ExpectExactly(following, 1, 2);
  following.files.Append(kLog, Lines(3, 3));
  following.Step();
  ExpectExactly(following, 1, 3);
  EXPECT_EQ(following.Records(), 3);
}

TEST(FollowingTest, StartsAtTheEndUnlessAskedOtherwise) {
  Following following(kLog, StartAt::kEnd);
  following.files.Append(kLog, Lines(1, 2));
  following.Step();
  following.files.Append(kLog, Lines(3, 4));
  following.Step();
  ExpectExactly(following, 3, 4);
}

TEST(FollowingTest, ALineThatIsHalfWrittenAtStartCountsWhole) {
  Following following(kLog, StartAt::kEnd);
  const std::string line = NumberedLine(2);
  following.files.Append(kLog, Lines(1, 1) + line.substr(0, 20));
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
  following.files.Append(kLog, Lines(1, 3));
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

TEST(FollowingTest, RotationByRename) {
  Following following(kLog);
  following.files.Append(kLog, Lines(1, 2));
  following.Step();
  following.files.Rename(kLog, kOld);
  following.files.Append(kLog, Lines(3, 4));
  following.Step();
  ExpectExactly(following, 1, 4);
  EXPECT_EQ(following.Rotations("renamed"), 1);
  EXPECT_EQ(following.LostBytes(), 0);
}

TEST(FollowingTest, UnreadLinesOfARenamedFileCount) {
  Following following(kLog);
  following.files.Append(kLog, Lines(1, 1));
  following.Step();
  following.files.Append(kLog, Lines(2, 3));
  following.files.Rename(kLog, kOld);
  following.files.Append(kLog, Lines(4, 4));
  following.Step();
  ExpectExactly(following, 1, 4);
}

TEST(FollowingTest, LateLinesInTheOldFileCount) {
  Following following(kLog);
  following.files.Append(kLog, Lines(1, 1));
  following.Step();
  following.files.Rename(kLog, kOld);
  following.files.Append(kLog, Lines(2, 2));
  following.Step();
  following.files.Append(kOld, Lines(3, 3));
  following.Step();
  ExpectExactly(following, 1, 3);
}

TEST(FollowingTest, TheOldFileIsLetGoWhenItsSuccessorIsRotated) {
  Following following(kLog);
  following.files.Append(kLog, Lines(1, 1));
  following.Step();
  following.files.Rename(kLog, kOld);
  following.files.Append(kLog, Lines(2, 2));
  following.Step();
  EXPECT_EQ(following.files.open_handles(), 2);
  following.files.Rename(kOld, "/log/maillog.2");
  following.files.Rename(kLog, kOld);
  following.files.Append(kLog, Lines(3, 3));
  following.Step();
  EXPECT_EQ(following.files.open_handles(), 2);
  ExpectExactly(following, 1, 3);
}

TEST(FollowingTest, TheOldFileIsLetGoAfterAnHourInWhichOnlyTheNewOneGrew) {
  Following following(kLog);
  following.files.Append(kLog, Lines(1, 1));
  following.Step();
  following.files.Rename(kLog, kOld);
  following.files.Create(kLog);
  following.Step();
  following.clock.Advance(hours(2));
  following.Step();
  EXPECT_EQ(following.files.open_handles(), 2) << "the writer may not have been told yet";
  following.files.Append(kLog, Lines(2, 2));
  following.Step();
  EXPECT_EQ(following.files.open_handles(), 1);
  ExpectExactly(following, 1, 2);
}

TEST(FollowingTest, TheUnfinishedLastLineOfAnOldFileCountsWhenItIsLetGo) {
  Following following(kLog);
  following.files.Append(kLog, Lines(1, 1) + NumberedMessage(2));
  following.Step();
  following.files.Rename(kLog, kOld);
  following.files.Append(kLog, Lines(3, 3));
  following.Step();
  EXPECT_EQ(following.Times(NumberedMessage(2)), 0) << "its end may come late";
  following.files.Unlink(kOld);
  following.Step();
  following.clock.Advance(seconds(6));
  following.Step();
  ExpectExactly(following, 1, 3);
  EXPECT_EQ(following.files.open_handles(), 1);
}

TEST(FollowingTest, AnUnlinkedFileIsReadOnWhileItsWriterHasNotBeenTold) {
  Following following(kLog);
  const FakeFileSystem::NodePtr file = following.files.Create(kLog);
  following.files.AppendTo(file, Lines(1, 1));
  following.Step();
  following.files.Unlink(kLog);
  following.files.AppendTo(file, Lines(2, 2));
  following.Step();
  following.files.Append(kLog, Lines(3, 3));
  following.Step();
  ExpectExactly(following, 1, 3);
  EXPECT_EQ(following.Rotations("removed"), 1);
}

TEST(FollowingTest, RemovedAndCreatedAgainWithTheSameInodeNumber) {
  Following following(kLog);
  following.files.Append(kLog, Lines(1, 1));
  following.Step();
  following.files.Unlink(kLog);
  following.Step();
  following.clock.Advance(seconds(6));
  following.Step();
  EXPECT_EQ(following.files.open_handles(), 0);
  following.files.Append(kLog, Lines(2, 3));
  following.Step();
  ExpectExactly(following, 1, 3);
}

TEST(FollowingTest, CopyTruncate) {
  Following following(kLog);
  following.files.Append(kLog, Lines(1, 2));
  following.Step();
  following.files.CopyTruncate(kLog, kOld);
  following.files.Append(kLog, Lines(3, 3));
  following.Step();
  ExpectExactly(following, 1, 3);
  EXPECT_EQ(following.Rotations("truncated"), 1);
}

TEST(FollowingTest, CopyTruncateThatHasGrownPastTheOldOffset) {
  Following following(kLog);
  following.files.Append(kLog, Lines(1, 1));
  following.Step();
  following.files.CopyTruncate(kLog, kOld);
  following.files.Append(kLog, Lines(2, 20));
  following.Step();
  ExpectExactly(following, 1, 20);
  EXPECT_EQ(following.Rotations("truncated"), 1);
}

TEST(FollowingTest, WhatWasUnreadAtCopyTruncateIsReadFromTheCopy) {
  Following following(kLog);
  following.files.Append(kLog, Lines(1, 2));
  following.Step();
  following.files.Append(kLog, Lines(3, 5));
  following.files.CopyTruncate(kLog, kOld);
  following.Step();
  ExpectExactly(following, 1, 5);
  following.files.Append(kLog, Lines(6, 6));
  following.Step();
  ExpectExactly(following, 1, 6);
  EXPECT_EQ(following.LostBytes(), 0);
}

TEST(FollowingTest, TruncatedWithoutACopyLosesWhatWasSeenAndNotRead) {
  Following following(kLog);
  const std::string half = NumberedLine(3).substr(0, 30);
  following.files.Append(kLog, Lines(1, 2) + half);
  following.Step();
  following.files.Truncate(kLog, 0);
  following.files.Append(kLog, Lines(4, 4));
  following.Step();
  EXPECT_EQ(following.LostBytes(), half.size());
  EXPECT_EQ(following.Times(NumberedMessage(4)), 1);
  EXPECT_EQ(following.Total(), 3);
}

TEST(FollowingTest, AnEmptyFileWaitsForWhatItWillBecome) {
  Following following(kLog);
  following.files.Append(kLog, Lines(1, 2));
  following.Step();
  following.files.Truncate(kLog, 0);
  following.Step();
  EXPECT_EQ(following.Rotations("truncated"), 0);
  following.files.Append(kLog, Lines(3, 3));
  following.Step();
  ExpectExactly(following, 1, 3);
  EXPECT_EQ(following.Rotations("truncated"), 1);
}

TEST(FollowingTest, ATailThatWasLostIsNotReadAgain) {
  Following following(kLog);
  following.files.Append(kLog, Lines(1, 3));
  following.Step();
  following.files.Truncate(kLog, Lines(1, 2).size());
  following.Step();
  following.files.Append(kLog, Lines(4, 4));
  following.Step();
  ExpectExactly(following, 1, 4);
  EXPECT_EQ(following.Rotations("shrunk"), 1);
}

TEST(FollowingTest, RewrittenToTheVerySameSize) {
  Following following(kLog);
  following.files.Append(kLog, Lines(1, 2));
  following.Step();
  following.files.Truncate(kLog, 0);
  following.files.Append(kLog, Lines(3, 4));
  following.Step();
  ExpectExactly(following, 1, 4);
}

TEST(FollowingTest, PermissionLostAndRegained) {
  Following following(kLog);
  following.files.Append(kLog, Lines(1, 1));
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
  following.files.Append(kLog, Lines(1, 2));
  following.files.FailOpen(kLog, EACCES);
  following.Step();
  following.files.Append(kLog, Lines(3, 4));
  following.files.FailOpen(kLog, 0);
  following.Step();
  ExpectExactly(following, 3, 4);
}

TEST(FollowingTest, TheNewFileMayNotBeReadableAtOnce) {
  Following following(kLog);
  following.files.Append(kLog, Lines(1, 1));
  following.Step();
  following.files.Rename(kLog, kOld);
  following.files.Append(kLog, Lines(2, 2));
  following.files.FailOpen(kLog, EACCES);
  following.files.Append(kOld, Lines(3, 3));
  following.Step();
  EXPECT_EQ(following.Gauge(kSourceUp), 0);
  EXPECT_EQ(following.Times(NumberedMessage(3)), 1) << "the old one is read on meanwhile";
  following.files.FailOpen(kLog, 0);
  following.Step();
  ExpectExactly(following, 1, 3);
}

TEST(FollowingTest, TroubleIsRetriedEverLater) {
  Following following(kLog);
  following.files.Append(kLog, Lines(1, 1));
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
  following.files.Append(kLog, Lines(1, 2));
  following.Step();
  following.files.FailHandles(ESTALE);
  following.Step();
  EXPECT_EQ(following.Gauge(kSourceUp), 0);
  following.files.FailHandles(0);
  following.files.Append(kLog, Lines(3, 3));
  following.Step();
  ExpectExactly(following, 1, 3);
  EXPECT_EQ(following.Gauge(kSourceUp), 1);
}

TEST(FollowingTest, DescriptorsRunOut) {
  Following following("/log");
  following.files.SetMostHandles(2);
  following.files.Append("/log/a", Lines(1, 2));
  following.files.Append("/log/b", Lines(3, 4));
  following.files.Append("/log/c", Lines(5, 6));
  for (int i = 0; i < 5; ++i) following.Step();
  ExpectExactly(following, 1, 6);
  following.files.Append("/log/a", Lines(7, 7));
  following.files.Append("/log/b", Lines(8, 8));
  following.files.Append("/log/c", Lines(9, 9));
  for (int i = 0; i < 5; ++i) following.Step();
  ExpectExactly(following, 1, 9);
}

/// How often the directory is listed until everything is read, after `count` unknown logs have
/// appeared, empty or not.
std::size_t ListingsFor(Following& following, int count, int lines) {
  const std::size_t before = following.files.listed();
  for (int i = 1; i <= count; ++i) {
    following.files.Append("/log/host" + std::to_string(i) + ".log", Lines(i, i + lines - 1));
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
      later.files.Append("/log/host" + std::to_string(i) + ".log", Lines(1000 + i, 1000 + i));
    }
    later.Step();
    EXPECT_EQ(later.Total(), 200 * lines + 200);
    EXPECT_LE(later.files.listed() - before, 6) << "after a restart";
  }
}

TEST(FollowingTest, MoreFilesThanMayBeOpen) {
  Following following("/log", StartAt::kEnd);
  const int count = static_cast<int>(FileSet::kMostOpen) + 50;
  for (int i = 0; i < count; ++i) following.files.Append("/log/f" + std::to_string(i), "old\n");
  following.Step();
  EXPECT_LE(following.files.open_handles(), FileSet::kMostOpen);
  for (int i = 0; i < count; ++i) {
    following.files.Append("/log/f" + std::to_string(i), NumberedLine(i + 1));
  }
  following.Step();
  ExpectExactly(following, 1, count);
}

TEST(FollowingTest, ADirectoryMovedAwayAndBack) {
  Following following(kLog);
  following.files.Append(kLog, Lines(1, 1));
  following.Step();
  following.files.RenameDirectory("/log", "/elsewhere");
  following.Step();
  following.files.Append("/elsewhere/maillog", Lines(2, 2));
  following.files.RenameDirectory("/elsewhere", "/log");
  following.Step();
  following.files.Append(kLog, Lines(3, 3));
  following.Step();
  ExpectExactly(following, 1, 3);
}

TEST(FollowingTest, OtherDeviceAndInodeNumbersAreTheSameFile) {
  Following following(kLog);
  following.files.Append(kLog, Lines(1, 2));
  following.Step();
  (void)following.Scrape();
  following.Crash();
  following.files.Remount();
  following.files.Append(kLog, Lines(3, 3));
  following.Step();
  ExpectExactly(following, 1, 3);
}

TEST(FollowingTest, ARotationWhileTheProcessWasGone) {
  Following following(kLog);
  following.files.Append(kLog, Lines(1, 2));
  following.Step();
  (void)following.Scrape();
  following.Crash();
  following.files.Append(kLog, Lines(3, 4));
  following.files.Rename(kLog, kOld);
  following.files.Append(kLog, Lines(5, 5));
  following.Step();
  ExpectExactly(following, 1, 5);
}

TEST(FollowingTest, TheSameFileByTwoNamesIsReadOnce) {
  Following following("/log");
  following.files.Append("/log/a", Lines(1, 2));
  following.files.Link("/log/a", "/log/b");
  following.Step();
  following.files.Append("/log/b", Lines(3, 3));
  following.Step();
  ExpectExactly(following, 1, 3);
}

TEST(FollowingTest, RotatedAndPackedFormsOfAMatchAreSkipped) {
  Following following("/log/maillog*");
  following.files.Append(kLog, Lines(1, 1));
  following.files.Append(kOld, Lines(2, 2));
  following.files.Append("/log/maillog-20261121", Lines(3, 3));
  following.files.Append("/log/maillog.2.gz", "packed");
  following.files.Append("/log/maillog.postfix-out", Lines(4, 4));
  following.Step();
  EXPECT_EQ(following.Times(NumberedMessage(1)), 1);
  EXPECT_EQ(following.Times(NumberedMessage(4)), 1);
  EXPECT_EQ(following.Total(), 2);
}

TEST(FollowingTest, AGlobFollowsAFileThroughItsRotation) {
  Following following("/log/maillog*");
  following.files.Append(kLog, Lines(1, 1));
  following.files.Append(kOld, "older\n");
  following.Step();
  following.files.Rename(kOld, "/log/maillog.2");
  following.files.Rename(kLog, kOld);
  following.Step();
  following.files.Append(kOld, Lines(2, 2));
  following.files.Append(kLog, Lines(3, 3));
  following.Step();
  ExpectExactly(following, 1, 3);
}

TEST(FollowingTest, DailyFilesInADirectoryAreNoRotations) {
  Following following("/log", StartAt::kEnd);
  following.files.Append("/log/mail-20261120.log", "before\n");
  following.Step();
  following.files.Append("/log/mail-20261121.log", Lines(1, 2));
  following.files.Append("/log/mail-20261120.log", Lines(3, 3));
  following.Step();
  ExpectExactly(following, 1, 3);
}

TEST(FollowingTest, AnOverLongLineIsOneMalformedMessage) {
  Following following(kLog);
  following.files.Append(kLog, Lines(1, 1) + std::string(1'000'000, 'x'));
  following.Step();
  EXPECT_EQ(following.Records(), 1);
  following.files.Append(kLog, std::string(10, 'x') + "\n" + Lines(2, 2));
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
  following.files.Append(kLog, Lines(1, 1) + std::string(500'000, '\0') + Lines(2, 2));
  following.Step();
  ExpectExactly(following, 1, 2);
}

TEST(FollowingTest, UnreadBytesShowAsLag) {
  Following following(kLog);
  following.files.Append(kLog, Lines(1, 1) + "half");
  following.Step();
  EXPECT_EQ(following.Gauge(kSourceLagBytes), 4);
  EXPECT_EQ(following.Gauge(kSourceLagSeconds), 0);
}

TEST(FollowingTest, NothingIsReadWhileNothingChanges) {
  Following following(kLog);
  following.files.Append(kLog, Lines(1, 1));
  following.Step();
  following.waker.set_change(Change::kContent);
  const std::size_t opened = following.files.opened();
  for (int i = 0; i < 100; ++i) following.Step();
  EXPECT_EQ(following.files.opened(), opened);
  ExpectExactly(following, 1, 1);
}

}  // namespace
}  // namespace maillog::test
