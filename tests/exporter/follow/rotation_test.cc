// One situation per test: what happens when a log that is followed is rotated, truncated, removed
// or written again.
#include <gtest/gtest.h>

#include "tests/support/following.h"

namespace maillog::test {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

TEST(FollowingTest, RotationByRename) {
  Following following(kLog);
  following.files.Append(kLog, NumberedLines(1, 2));
  following.Step();
  following.files.Rename(kLog, kOld);
  following.files.Append(kLog, NumberedLines(3, 4));
  following.Step();
  ExpectExactly(following, 1, 4);
  EXPECT_EQ(following.Rotations("renamed"), 1);
  EXPECT_EQ(following.LostBytes(), 0);
}

TEST(FollowingTest, UnreadLinesOfARenamedFileCount) {
  Following following(kLog);
  following.files.Append(kLog, NumberedLines(1, 1));
  following.Step();
  following.files.Append(kLog, NumberedLines(2, 3));
  following.files.Rename(kLog, kOld);
  following.files.Append(kLog, NumberedLines(4, 4));
  following.Step();
  ExpectExactly(following, 1, 4);
}

TEST(FollowingTest, LateLinesInTheOldFileCount) {
  Following following(kLog);
  following.files.Append(kLog, NumberedLines(1, 1));
  following.Step();
  following.files.Rename(kLog, kOld);
  following.files.Append(kLog, NumberedLines(2, 2));
  following.Step();
  following.files.Append(kOld, NumberedLines(3, 3));
  following.Step();
  ExpectExactly(following, 1, 3);
}

TEST(FollowingTest, TheOldFileIsLetGoWhenItsSuccessorIsRotated) {
  Following following(kLog);
  following.files.Append(kLog, NumberedLines(1, 1));
  following.Step();
  following.files.Rename(kLog, kOld);
  following.files.Append(kLog, NumberedLines(2, 2));
  following.Step();
  EXPECT_EQ(following.files.open_handles(), 2);
  following.files.Rename(kOld, "/log/maillog.2");
  following.files.Rename(kLog, kOld);
  following.files.Append(kLog, NumberedLines(3, 3));
  following.Step();
  EXPECT_EQ(following.files.open_handles(), 2);
  ExpectExactly(following, 1, 3);
}

TEST(FollowingTest, TheOldFileIsLetGoAfterAnHourInWhichOnlyTheNewOneGrew) {
  Following following(kLog);
  following.files.Append(kLog, NumberedLines(1, 1));
  following.Step();
  following.files.Rename(kLog, kOld);
  following.files.Create(kLog);
  following.Step();
  following.clock.Advance(hours(2));
  following.Step();
  EXPECT_EQ(following.files.open_handles(), 2) << "the writer may not have been told yet";
  following.files.Append(kLog, NumberedLines(2, 2));
  following.Step();
  EXPECT_EQ(following.files.open_handles(), 1);
  ExpectExactly(following, 1, 2);
}

TEST(FollowingTest, TheUnfinishedLastLineOfAnOldFileCountsWhenItIsLetGo) {
  Following following(kLog);
  following.files.Append(kLog, NumberedLines(1, 1) + NumberedMessage(2));
  following.Step();
  following.files.Rename(kLog, kOld);
  following.files.Append(kLog, NumberedLines(3, 3));
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
  following.files.AppendTo(file, NumberedLines(1, 1));
  following.Step();
  following.files.Unlink(kLog);
  following.files.AppendTo(file, NumberedLines(2, 2));
  following.Step();
  following.files.Append(kLog, NumberedLines(3, 3));
  following.Step();
  ExpectExactly(following, 1, 3);
  EXPECT_EQ(following.Rotations("removed"), 1);
}

TEST(FollowingTest, RemovedAndCreatedAgainWithTheSameInodeNumber) {
  Following following(kLog);
  following.files.Append(kLog, NumberedLines(1, 1));
  following.Step();
  following.files.Unlink(kLog);
  following.Step();
  following.clock.Advance(seconds(6));
  following.Step();
  EXPECT_EQ(following.files.open_handles(), 0);
  following.files.Append(kLog, NumberedLines(2, 3));
  following.Step();
  ExpectExactly(following, 1, 3);
}

TEST(FollowingTest, CopyTruncate) {
  Following following(kLog);
  following.files.Append(kLog, NumberedLines(1, 2));
  following.Step();
  following.files.CopyTruncate(kLog, kOld);
  following.files.Append(kLog, NumberedLines(3, 3));
  following.Step();
  ExpectExactly(following, 1, 3);
  EXPECT_EQ(following.Rotations("truncated"), 1);
}

TEST(FollowingTest, CopyTruncateThatHasGrownPastTheOldOffset) {
  Following following(kLog);
  following.files.Append(kLog, NumberedLines(1, 1));
  following.Step();
  following.files.CopyTruncate(kLog, kOld);
  following.files.Append(kLog, NumberedLines(2, 20));
  following.Step();
  ExpectExactly(following, 1, 20);
  EXPECT_EQ(following.Rotations("truncated"), 1);
}

TEST(FollowingTest, WhatWasUnreadAtCopyTruncateIsReadFromTheCopy) {
  Following following(kLog);
  following.files.Append(kLog, NumberedLines(1, 2));
  following.Step();
  following.files.Append(kLog, NumberedLines(3, 5));
  following.files.CopyTruncate(kLog, kOld);
  following.Step();
  ExpectExactly(following, 1, 5);
  following.files.Append(kLog, NumberedLines(6, 6));
  following.Step();
  ExpectExactly(following, 1, 6);
  EXPECT_EQ(following.LostBytes(), 0);
}

TEST(FollowingTest, TruncatedWithoutACopyLosesWhatWasSeenAndNotRead) {
  Following following(kLog);
  const std::string half = NumberedLine(3).substr(0, 30);
  following.files.Append(kLog, NumberedLines(1, 2) + half);
  following.Step();
  following.files.Truncate(kLog, 0);
  following.files.Append(kLog, NumberedLines(4, 4));
  following.Step();
  EXPECT_EQ(following.LostBytes(), half.size());
  EXPECT_EQ(following.Times(NumberedMessage(4)), 1);
  EXPECT_EQ(following.Total(), 3);
}

TEST(FollowingTest, AnEmptyFileWaitsForWhatItWillBecome) {
  Following following(kLog);
  following.files.Append(kLog, NumberedLines(1, 2));
  following.Step();
  following.files.Truncate(kLog, 0);
  following.Step();
  EXPECT_EQ(following.Rotations("truncated"), 0);
  following.files.Append(kLog, NumberedLines(3, 3));
  following.Step();
  ExpectExactly(following, 1, 3);
  EXPECT_EQ(following.Rotations("truncated"), 1);
}

TEST(FollowingTest, ATailThatWasLostIsNotReadAgain) {
  Following following(kLog);
  following.files.Append(kLog, NumberedLines(1, 3));
  following.Step();
  following.files.Truncate(kLog, NumberedLines(1, 2).size());
  following.Step();
  following.files.Append(kLog, NumberedLines(4, 4));
  following.Step();
  ExpectExactly(following, 1, 4);
  EXPECT_EQ(following.Rotations("shrunk"), 1);
}

TEST(FollowingTest, RewrittenToTheVerySameSize) {
  Following following(kLog);
  following.files.Append(kLog, NumberedLines(1, 2));
  following.Step();
  following.files.Truncate(kLog, 0);
  following.files.Append(kLog, NumberedLines(3, 4));
  following.Step();
  ExpectExactly(following, 1, 4);
}

TEST(FollowingTest, ARotationWhileTheProcessWasGone) {
  Following following(kLog);
  following.files.Append(kLog, NumberedLines(1, 2));
  following.Step();
  (void)following.Scrape();
  following.Crash();
  following.files.Append(kLog, NumberedLines(3, 4));
  following.files.Rename(kLog, kOld);
  following.files.Append(kLog, NumberedLines(5, 5));
  following.Step();
  ExpectExactly(following, 1, 5);
}

TEST(FollowingTest, RotatedAndPackedFormsOfAMatchAreSkipped) {
  Following following("/log/maillog*");
  following.files.Append(kLog, NumberedLines(1, 1));
  following.files.Append(kOld, NumberedLines(2, 2));
  following.files.Append("/log/maillog-20261121", NumberedLines(3, 3));
  following.files.Append("/log/maillog.2.gz", "packed");
  following.files.Append("/log/maillog.postfix-out", NumberedLines(4, 4));
  following.Step();
  EXPECT_EQ(following.Times(NumberedMessage(1)), 1);
  EXPECT_EQ(following.Times(NumberedMessage(4)), 1);
  EXPECT_EQ(following.Total(), 2);
}

TEST(FollowingTest, AGlobFollowsAFileThroughItsRotation) {
  Following following("/log/maillog*");
  following.files.Append(kLog, NumberedLines(1, 1));
  following.files.Append(kOld, "older\n");
  following.Step();
  following.files.Rename(kOld, "/log/maillog.2");
  following.files.Rename(kLog, kOld);
  following.Step();
  following.files.Append(kOld, NumberedLines(2, 2));
  following.files.Append(kLog, NumberedLines(3, 3));
  following.Step();
  ExpectExactly(following, 1, 3);
}

TEST(FollowingTest, DailyFilesInADirectoryAreNoRotations) {
  Following following("/log", StartAt::kEnd);
  following.files.Append("/log/mail-20261120.log", "before\n");
  following.Step();
  following.files.Append("/log/mail-20261121.log", NumberedLines(1, 2));
  following.files.Append("/log/mail-20261120.log", NumberedLines(3, 3));
  following.Step();
  ExpectExactly(following, 1, 3);
}

}  // namespace
}  // namespace maillog::test
