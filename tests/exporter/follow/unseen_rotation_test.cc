// Logs that came and went between two looks: what distinguishes their lines from those that were
// read before.
#include <gtest/gtest.h>

#include <functional>

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
