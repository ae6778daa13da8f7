// Logs that lost their tails: what was read of them is not read again.
#include <gtest/gtest.h>

#include "exporter/input/file/followed_file.h"
#include "tests/support/following.h"

namespace maillog::test {
namespace {

class LostTailTest : public ::testing::Test {
 protected:
  static constexpr char kLog[] = "/log/maillog";
  static constexpr char kOld[] = "/log/maillog.1";

  /// By a power cut, after which the next process begins.
  void ReadFiveAndLoseTwo() {
    following.files.Append(kLog, NumberedLines(1, 5));
    following.Step();
    (void)following.Scrape();
    following.Crash();
    following.files.Remount();
    following.files.Truncate(kLog, NumberedLines(1, 3).size());
  }

  Following following{kLog};
};

TEST_F(LostTailTest, ATailThatWasLostAndHasGrownAgainIsNotReadTwice) {
  ReadFiveAndLoseTwo();
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

TEST_F(LostTailTest, OfATailThatWasLostAndHasGrownTheLineOverTheOldPositionIsLost) {
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

TEST_F(LostTailTest, WhatWasSeenOfALostTailButNotReadIsLost) {
  following.files.Append(kLog, NumberedLines(1, 2) + NumberedLine(3).substr(0, 30));
  following.Step();
  following.files.Truncate(kLog, NumberedLines(1, 1).size());
  following.Step();
  EXPECT_EQ(following.LostBytes(), 30);
}

TEST_F(LostTailTest, ALogThatLostItsTailBeforeAnythingWasReadIsReadFromItsBeginning) {
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

TEST_F(LostTailTest, ALogThatLostItsTailAndWasRotatedIsNotReadTwice) {
  ReadFiveAndLoseTwo();
  following.files.Rename(kLog, kOld);
  following.files.Append(kLog, NumberedLines(6, 7));
  following.Step();
  ExpectExactly(following, 1, 7);
}

}  // namespace
}  // namespace maillog::test
