// Logs on file systems of other hosts (NFS), where they are rotated: what is removed there cannot
// be read here any more, also by those who have it open.
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "exporter/input/file/file_set.h"
#include "tests/support/following.h"
#include "tests/support/pack.h"

namespace maillog::test {
namespace {

constexpr char kPacked[] = "/log/maillog.1.gz";

void PackRenamed(Following& following) {
  following.files.Replace(kOld, kPacked, Pack(following.files.Content(kOld), Packing::kGzip));
}

/// Three lines are read, of which the state knows, and two more written.
class RemoteTest : public ::testing::Test {
 protected:
  RemoteTest() : following_(kLog) {
    following_.files.BecomeRemote();
    following_.files.Append(kLog, NumberedLines(1, 3));
    following_.Step();
    (void)following_.Scrape();
    following_.files.Append(kLog, NumberedLines(4, 5));
  }
  void LookSomeTimes() {
    for (int i = 0; i < 3; ++i) {
      following_.Step();
      following_.clock.Advance(std::chrono::seconds(10));
    }
  }
  void ExpectAll(int lines) {
    LookSomeTimes();
    ExpectExactly(following_, 1, lines);
    EXPECT_EQ(following_.LostBytes(), 0);
    EXPECT_EQ(following_.RemovedLogs(), 0);
  }

  Following following_;
};

TEST_F(RemoteTest, TheLogIsRenamedAndPackedAtOnce) {
  following_.files.Rename(kLog, kOld);
  PackRenamed(following_);
  following_.files.Append(kLog, NumberedLines(6, 6));
  ExpectAll(6);
}

TEST_F(RemoteTest, AnOldLogIsPackedBeforeAllOfItIsRead) {
  following_.files.Rename(kLog, kOld);
  following_.files.Append(kLog, NumberedLines(7, 7));
  following_.StepBlock();  // the names are looked at
  following_.files.Append(kOld, NumberedLines(6, 6));
  PackRenamed(following_);
  ExpectAll(7);
}

TEST_F(RemoteTest, AnOldLogThatWasReadIsPacked) {
  following_.files.Rename(kLog, kOld);
  following_.files.Append(kLog, NumberedLines(6, 6));
  following_.Step();
  PackRenamed(following_);
  ExpectAll(6);
  following_.Crash();
  ExpectAll(6);
}

TEST_F(RemoteTest, AnOldLogIsRemovedBeforeAllOfItIsRead) {
  following_.Crash();
  following_.read_bytes = 512;
  following_.files.Append(kLog, NumberedLines(6, 60));
  following_.StepBlock();
  following_.files.Rename(kLog, kOld);
  following_.files.Append(kLog, NumberedLines(61, 61));
  following_.clock.Advance(std::chrono::seconds(10));
  following_.StepBlock();  // the names are looked at
  following_.files.Unlink(kOld);
  LookSomeTimes();
  EXPECT_EQ(following_.Times(NumberedMessage(61)), 1);
  following_.clock.Advance(FileSet::kNamesShown);
  following_.Step();
  EXPECT_EQ(following_.RemovedLogs(), 1);
}

// ---- names are shown late

/// And whether it is known when files were made (SMB), which proves which is which.
class LateNamesTest : public ::testing::TestWithParam<bool> {
 protected:
  LateNamesTest() : following_(kLog) {
    following_.files.BecomeRemote();
    if (GetParam()) following_.files.KnowBirths();
    following_.files.Append(kLog, NumberedLines(1, 30));
    Look();
    (void)following_.Scrape();
  }
  void Look() {
    following_.Step();
    following_.clock.Advance(std::chrono::seconds(10));
  }
  void LookUntilOldIsShown() {
    Look();
    Look();
    following_.files.Show(kOld);
    Look();
    Look();
  }
  void Rename() {
    following_.files.Append(kLog, NumberedLines(31, 31));
    following_.files.Rename(kLog, kOld);
    following_.files.Hide(kOld);
    following_.files.Append(kLog, NumberedLines(32, 32));
  }
  void ExpectAll(int lines = 32) {
    ExpectExactly(following_, 1, lines);
    EXPECT_EQ(following_.LostBytes(), 0);
    EXPECT_EQ(following_.RemovedLogs(), 0);
  }

  Following following_;
};

TEST_P(LateNamesTest, ALogThatWasRenamedIsFound) {
  following_.Crash();
  Rename();
  Look();
  EXPECT_EQ(following_.Times(NumberedMessage(32)), 1) << "it does not wait";
  LookUntilOldIsShown();
  ExpectAll();
}

TEST_P(LateNamesTest, ALogThatWasRenamedIsFoundByTheNextProcess) {
  following_.Crash();
  Rename();
  Look();
  (void)following_.Scrape();
  following_.Crash();
  LookUntilOldIsShown();
  ExpectAll();
}

TEST_P(LateNamesTest, ACopyIsFound) {
  following_.files.Append(kLog, NumberedLines(31, 31));
  following_.files.CopyTruncate(kLog, kOld);
  following_.files.Hide(kOld);
  following_.files.Append(kLog, NumberedLines(32, 32));
  LookUntilOldIsShown();
  ExpectAll();
}

TEST_P(LateNamesTest, ACopyThatHasLessThanWasReadIsNotReadAgain) {
  following_.files.Append(kOld, following_.files.Content(kLog));
  following_.files.Hide(kOld);
  following_.files.Append(kLog, NumberedLines(31, 31));
  Look();
  following_.files.Truncate(kLog, 0);
  following_.files.Append(kLog, NumberedLines(32, 40));
  LookUntilOldIsShown();
  ExpectAll(40);
}

TEST_P(LateNamesTest, WhatNeverAppearsIsGivenUp) {
  following_.Crash();
  Rename();
  following_.files.Unlink(kOld);
  Look();
  EXPECT_EQ(following_.RemovedLogs(), 0);
  following_.clock.Advance(FileSet::kNamesShown);
  Look();
  EXPECT_EQ(following_.RemovedLogs(), 1);
  EXPECT_EQ(following_.Total(), 31);
}

TEST_P(LateNamesTest, OfALogThatWasCutWithoutACopyTheRestIsLost) {
  following_.files.Append(kLog, NumberedLines(31, 31));
  following_.files.Truncate(kLog, 0);
  following_.files.Append(kLog, NumberedLines(32, 32));
  Look();
  following_.clock.Advance(FileSet::kNamesShown);
  Look();
  EXPECT_EQ(following_.Total(), 31);
  EXPECT_EQ(following_.RemovedLogs(), 0);
}

INSTANTIATE_TEST_SUITE_P(, LateNamesTest, ::testing::Bool(),
                         [](const auto& test) { return test.param ? "Births" : "NoBirths"; });

}  // namespace
}  // namespace maillog::test
