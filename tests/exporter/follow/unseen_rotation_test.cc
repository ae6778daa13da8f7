// Logs that came and went between two looks, and tails that were lost: what distinguishes their
// lines from those that were read before.
#include <gtest/gtest.h>

#include <functional>

#include "exporter/input/file/followed_file.h"
#include "tests/support/following.h"
#include "tests/support/pack.h"

namespace maillog::test {
namespace {

class UnseenRotationTest : public ::testing::Test {
 protected:
  static constexpr char kLog[] = "/log/maillog";
  static constexpr char kOld[] = "/log/maillog.1";
  static constexpr char kOlder[] = "/log/maillog.2";

  /// The log exists, is empty, and has been looked at, and that has been saved.
  void LookAtEmptyLog() {
    following.files.Append(kLog, "");
    following.Step();
    (void)following.Scrape();
  }
  void PackOld() {
    following.files.Replace(kOld, std::string(kOld) + ".gz",
                            Pack(following.files.Content(kOld), Packing::kGzip));
  }

  Following following{kLog};
};

TEST_F(UnseenRotationTest, AnEmptyLogIsWrittenAndRenamed) {
  LookAtEmptyLog();
  following.files.Append(kLog, NumberedLines(1, 3));
  following.files.Rename(kLog, kOld);
  following.files.Append(kLog, NumberedLines(4, 4));
  following.Step();
  ExpectExactly(following, 1, 4);
}

TEST_F(UnseenRotationTest, AnEmptyLogIsWrittenAndCopied) {
  LookAtEmptyLog();
  following.files.Append(kLog, NumberedLines(1, 3));
  following.files.CopyTruncate(kLog, kOld);
  following.Step();
  ExpectExactly(following, 1, 3);
  following.files.Append(kLog, NumberedLines(4, 4));
  following.Step();
  ExpectExactly(following, 1, 4);
  EXPECT_EQ(following.LostBytes(), 0);
}

TEST_F(UnseenRotationTest, AnEmptyLogIsWrittenAndCopiedAndThenRenamed) {
  LookAtEmptyLog();
  following.files.Append(kLog, NumberedLines(1, 3));
  following.files.CopyTruncate(kLog, kOld);
  following.files.Append(kLog, NumberedLines(4, 5));
  following.files.Rename(kOld, kOlder);
  following.files.Rename(kLog, kOld);
  PackOld();
  following.files.Append(kLog, NumberedLines(6, 6));
  following.Step();
  ExpectExactly(following, 1, 6);
}

TEST_F(UnseenRotationTest, AnEmptyLogIsWrittenAndRenamedWhileTheProcessIsGone) {
  LookAtEmptyLog();
  following.Crash();
  following.files.Append(kLog, NumberedLines(1, 3));
  following.files.Rename(kLog, kOld);
  following.files.Append(kLog, NumberedLines(4, 4));
  following.Step();
  ExpectExactly(following, 1, 4);
}

TEST_F(UnseenRotationTest, AnEmptyLogIsWrittenRenamedAndPackedWhileTheMachineReboots) {
  LookAtEmptyLog();
  following.Crash();
  following.files.Append(kLog, NumberedLines(1, 3));
  following.files.Rename(kLog, kOld);
  PackOld();
  following.files.Append(kLog, NumberedLines(4, 4));
  following.files.Remount();
  following.Step();
  ExpectExactly(following, 1, 4);
}

TEST_F(UnseenRotationTest, WhatWasRotatedBeforeTheFirstLookIsNeverRead) {
  following.files.Append(kOld,
                         "Nov 20 10:00:00 mx postfix/qmgr[7]: 3F2504E04F01: removed, long ago\n");
  LookAtEmptyLog();
  // Its writer is told late.
  following.files.Append(kOld, "Nov 20 10:00:01 mx postfix/qmgr[7]: 3F2504E04F02: removed, late\n");
  following.files.Append(kLog, NumberedLines(1, 1));
  following.Step();
  (void)following.Scrape();
  following.Crash();
  following.Step();
  ExpectExactly(following, 1, 1);
}

TEST_F(UnseenRotationTest, AnEmptyLogWhoseTimeGoesBackIsLookedAtOnce) {
  LookAtEmptyLog();
  following.files.At(kLog)->modified -= 1;
  following.Step();
  following.files.Append(kLog, NumberedLines(1, 1));
  following.Step();
  ExpectExactly(following, 1, 1);
}

TEST_F(UnseenRotationTest, ALogThatCameAndWentAfterATruncatedOneIsReadOnUntilItsWriterIsTold) {
  following.files.Append(kLog, NumberedLines(1, 2));
  following.Step();
  following.files.Truncate(kLog, 0);
  following.Step();
  following.files.Rename(kLog, kOlder);
  const std::string line = NumberedLine(4);
  following.files.Append(kOld, NumberedLines(3, 3) + line.substr(0, 7));
  following.files.Append(kLog, "");
  following.Step();
  following.files.Append(kOld, line.substr(7));
  following.Step();
  ExpectExactly(following, 1, 4);
}

TEST_F(UnseenRotationTest, WhatWasRotatedBeforeIsNotReadThoughItsPackedFormIsGivenTheLogsNumber) {
  following.files.Append(kLog, NumberedLines(1, 2));
  following.files.Append(
      kOld,
      "Nov 20 10:00:00 mx postfix/qmgr[7]: 3F2504E04F01: from=<>, size=1, nrcpt=1, long ago\n");
  following.files.At(kOld)->modified = 0;
  following.Step();
  following.files.Unlink(kLog);
  following.files.Append(kLog, "");
  following.Step();
  (void)following.Scrape();
  following.Crash();
  const FileId id = following.files.At(kLog)->id;
  following.files.Unlink(kLog);
  PackOld();
  following.files.GiveNumber(std::string(kOld) + ".gz", id);
  following.files.Append(kLog, NumberedLines(3, 3));
  following.Step();
  ExpectExactly(following, 1, 3);
}

TEST_F(UnseenRotationTest, AMissingLogComesAndIsRotatedTwice) {
  following.files.Append(kLog, NumberedLines(1, 1));
  following.Step();
  following.files.Unlink(kLog);
  following.Step();
  following.files.Append(kLog, NumberedLines(2, 3));
  following.files.Rename(kLog, kOlder);
  following.files.Append(kLog, NumberedLines(4, 5));
  following.files.Rename(kLog, kOld);
  following.files.Append(kLog, NumberedLines(6, 6));
  following.Step();
  ExpectExactly(following, 1, 6);
}

TEST_F(UnseenRotationTest, ALogThatWasCopiedIsRenamedBeforeTheNextLook) {
  following.files.Append(kLog, NumberedLines(1, 1));
  following.Step();
  following.files.Append(kLog, NumberedLines(2, 3));
  following.files.CopyTruncate(kLog, kOlder);
  following.files.Append(kLog, NumberedLines(4, 5));
  following.files.Rename(kLog, kOld);
  following.files.Append(kLog, NumberedLines(6, 6));
  following.Step();
  ExpectExactly(following, 1, 6);
}

TEST_F(UnseenRotationTest, AnOldWriterThatWritesLaterThanOthersToTheNextLogHidesNothing) {
  following.files.Append(kLog, NumberedLines(1, 1));
  following.Step();
  const FakeFileSystem::NodePtr old = following.files.At(kLog);
  following.files.Rename(kLog, kOlder);
  following.files.Append(kLog, NumberedLines(2, 2));
  following.files.Rename(kLog, kOld);
  following.files.AppendTo(old, NumberedLines(3, 3));
  following.files.Append(kLog, NumberedLines(4, 4));
  following.Step();
  ExpectExactly(following, 1, 4);
}

TEST_F(UnseenRotationTest, ALogThatHardlyBeganIsNotTakenForAnotherOneThatBeginsAlike) {
  const std::string line = NumberedLine(1);
  following.files.Append(kLog, line.substr(0, 10));
  following.Step();
  following.files.Append(kLog, line.substr(10));
  following.files.CopyTruncate(kLog, kOld);
  following.files.Append(kLog, NumberedLines(2, 2));
  following.Step();
  ExpectExactly(following, 1, 2);
}

TEST_F(UnseenRotationTest, ALineThatIsBeingWrittenToALogThatWasRotatedUnseenIsWaitedFor) {
  following.files.Append(kLog, NumberedLines(1, 1));
  following.Step();
  following.files.Rename(kLog, kOlder);
  const std::string line = NumberedLine(2);
  following.files.Append(kOld, line.substr(0, 7));
  following.Step();
  following.files.Append(kOld, line.substr(7));
  following.Step();
  ExpectExactly(following, 1, 2);
}

TEST_F(UnseenRotationTest, AnEmptyLogThatWasRotatedUnseenIsReadOnUntilItsWriterIsTold) {
  following.files.Append(kLog, NumberedLines(1, 1));
  following.Step();
  following.files.Rename(kLog, kOlder);
  following.files.Append(kOld, "");
  following.files.Append(kLog, "");
  following.Step();
  following.files.Append(kOld, NumberedLines(2, 3));
  following.Step();
  ExpectExactly(following, 1, 3);
}

TEST_F(UnseenRotationTest, AnEmptyLogThatWasRotatedUnseenAndWrittenLateIsFoundAfterAReboot) {
  following.files.Append(kLog, NumberedLines(1, 1));
  following.Step();
  following.files.Rename(kLog, kOlder);
  following.files.Append(kOld, "");
  following.files.Append(kLog, "");
  following.Step();
  (void)following.Scrape();
  following.Crash();
  following.files.Append(kOld, NumberedLines(2, 3));
  following.files.Rename(kOlder, kOldest);
  following.files.Rename(kOld, kOlder);
  following.files.Rename(kLog, kOld);
  PackOld();
  following.files.Append(kLog, "");
  following.files.Remount();
  following.Step();
  ExpectExactly(following, 1, 3);
}

TEST_F(UnseenRotationTest, ALogThatWasRenamedWhileTheProcessWasGoneIsReadOnUntilItsWriterIsTold) {
  following.files.Append(kLog, NumberedLines(1, 1));
  following.Step();
  (void)following.Scrape();
  following.Crash();
  following.files.Rename(kLog, kOld);
  following.files.Append(kLog, NumberedLines(2, 2));
  following.Step();
  following.files.Append(kOld, NumberedLines(3, 3));
  following.Step();
  ExpectExactly(following, 1, 3);
}

TEST_F(UnseenRotationTest, ALineThatHardlyBeganInARotatedLogIsFoundAgainAfterAReboot) {
  following.files.Append(kLog, NumberedLines(1, 1));
  following.Step();
  following.files.Rename(kLog, kOlder);
  const std::string line = NumberedLine(2);
  following.files.Append(kOld, line.substr(0, 7));
  following.files.Append(kLog, NumberedLines(3, 3));
  following.Step();
  (void)following.Scrape();
  following.Crash();
  following.files.Remount();
  following.files.Append(kOld, line.substr(7));
  following.Step();
  ExpectExactly(following, 1, 3);
}

TEST_F(UnseenRotationTest, AnEmptyLogThatWasTruncatedIsWrittenAndRenamedWhileTheProcessIsGone) {
  following.files.Append(kLog, NumberedLines(1, 2));
  following.Step();
  following.files.Truncate(kLog, 0);
  following.Step();
  (void)following.Scrape();
  following.Crash();
  following.files.Append(kLog, NumberedLines(3, 4));
  following.files.Rename(kLog, kOld);
  following.files.Append(kLog, "");
  following.Step();
  ExpectExactly(following, 1, 4);
}

/// Two are rotated unseen, one after the other, and the second is written to late.
class TwoUnseenRotationsTest : public UnseenRotationTest {
 protected:
  void ExpectAllIsRead(const std::function<void()>& reboot) {
    LookAtEmptyLog();
    following.Crash();
    following.files.Append(kLog, NumberedLines(1, 4));
    following.files.Rename(kLog, kOld);
    PackOld();
    following.files.Append(kLog, "");
    following.files.Remount();
    following.Step();
    following.Crash();
    following.files.Rename("/log/maillog.1.gz", "/log/maillog.2.gz");
    following.files.Append(kLog, NumberedLines(5, 6));
    following.files.Rename(kLog, kOld);
    following.files.Append(kLog, "");
    reboot();
    following.Step();
    following.files.Append(kOld, NumberedLines(7, 7));
    following.Step();
    ExpectExactly(following, 1, 7);
  }
};

TEST_F(TwoUnseenRotationsTest, TheYoungestIsReadOnUntilItsWriterIsTold) {
  ExpectAllIsRead([this] { following.files.Remount(); });
}

TEST_F(TwoUnseenRotationsTest, ANumberThatWasGivenAgainSaysNothingOfTheWriter) {
  ExpectAllIsRead([this] {
    const FileId of_first = following.files.At("/log/maillog.2.gz")->id;
    following.files.Remount();
    following.files.GiveNumber(kLog, of_first);
  });
}

TEST_F(UnseenRotationTest, WhatOneLookFoundIsKnownFromTheFirstCommitOn) {
  following.files.Append(kLog, NumberedLines(1, 1));
  following.Step();
  (void)following.Scrape();
  following.files.Rename(kLog, kOldest);
  following.files.Append(kOlder, NumberedLines(2, 3));
  following.files.Append(kOld, NumberedLines(4, 5));
  following.files.Append(kLog, NumberedLines(6, 6));
  following.StepBlock();
  (void)following.Scrape();
  following.Crash();
  following.Step();
  ExpectExactly(following, 1, 6);
}

TEST_F(UnseenRotationTest, ATailThatWasLostAndHasGrownAgainIsNotReadTwice) {
  following.files.Append(kLog, NumberedLines(1, 5));
  following.Step();
  (void)following.Scrape();
  following.Crash();
  following.files.Remount();
  following.files.Truncate(kLog, NumberedLines(1, 3).size());
  following.files.Append(kLog, NumberedLines(6, 9));
  following.Step();
  for (int i = 1; i <= 5; ++i) EXPECT_EQ(following.Times(NumberedMessage(i)), 1) << i;
  // 6 and 7 are where 4 and 5 were: they cannot be distinguished from those, except that the last
  // one is new.
  EXPECT_EQ(following.LostBytes(), NumberedLine(7).size());
  EXPECT_EQ(following.Times(NumberedMessage(8)), 1);
  EXPECT_EQ(following.Times(NumberedMessage(9)), 1);
  EXPECT_EQ(following.Rotations("shrunk"), 1);
  EXPECT_EQ(following.Rotations("truncated"), 0);
}

TEST_F(UnseenRotationTest, OfATailThatWasLostAndHasGrownTheLineOverTheOldPositionIsLost) {
  following.files.Append(kLog, NumberedLines(1, 5));
  following.Step();
  (void)following.Scrape();
  following.Crash();
  following.files.Truncate(kLog, NumberedLines(1, 3).size() + 20);
  following.files.Append(kLog, NumberedLines(6, 9));
  following.Step();
  EXPECT_EQ(following.LostBytes(), NumberedLine(7).size());
  EXPECT_EQ(following.Times(NumberedMessage(8)), 1);
  EXPECT_EQ(following.Times(NumberedMessage(7)), 0);
}

TEST_F(UnseenRotationTest, WhatWasSeenOfALostTailButNotReadIsLost) {
  following.files.Append(kLog, NumberedLines(1, 2) + NumberedLine(3).substr(0, 30));
  following.Step();
  following.files.Truncate(kLog, NumberedLines(1, 1).size());
  following.Step();
  EXPECT_EQ(following.LostBytes(), 30);
}

TEST_F(UnseenRotationTest, ALogThatLostItsTailBeforeAnythingWasReadIsReadFromItsBeginning) {
  following.files.Append(kLog, NumberedLines(1, 2) + NumberedLines(5, 7));
  Bookmark bookmark;
  bookmark.head.Extend(NumberedLines(1, 4));
  const FileStat stat = *following.files.Stat(kLog);
  FollowedFile file(*following.files.Open(kLog), stat, bookmark, following.clock.Now());
  EXPECT_EQ(*file.Look(following.clock.Now(), [] { return false; }), Found::kShrunk);
  BlockBuffer buffer;
  EXPECT_EQ(file.Read(buffer, following.clock.Now())->messages,
            NumberedLines(1, 2) + NumberedLines(5, 7));
}

TEST_F(UnseenRotationTest, ALogThatLostItsTailAndWasRotatedIsNotReadTwice) {
  following.files.Append(kLog, NumberedLines(1, 5));
  following.Step();
  (void)following.Scrape();
  following.Crash();
  following.files.Remount();
  following.files.Truncate(kLog, NumberedLines(1, 3).size());
  following.files.Rename(kLog, kOld);
  following.files.Append(kLog, NumberedLines(6, 7));
  following.Step();
  ExpectExactly(following, 1, 7);
}

TEST_F(UnseenRotationTest, AnOldFileIsHeldOpenUntilWhatWasReadOfItIsSaved) {
  bool full = true;
  following.files.Append(kLog, NumberedLines(1, 1));
  following.Step();
  (void)following.Scrape();
  following.before_save = [&full] {
    return full ? absl::ResourceExhaustedError("disk full") : absl::OkStatus();
  };
  following.files.Append(kLog, NumberedLines(2, 2));
  following.files.Rename(kLog, kOlder);
  following.files.Append(kLog, NumberedLines(3, 3));
  following.Step();
  following.files.Rename(kLog, kOld);
  following.files.Append(kLog, NumberedLines(4, 4));
  following.Step();
  EXPECT_EQ(following.files.open_handles(), 3);
  full = false;
  following.Step();
  EXPECT_EQ(following.files.open_handles(), 3) << "not asked at once again";
  following.clock.Advance(std::chrono::seconds(6));
  following.Step();
  EXPECT_EQ(following.files.open_handles(), 2);
  ExpectExactly(following, 1, 4);
}

}  // namespace
}  // namespace maillog::test
