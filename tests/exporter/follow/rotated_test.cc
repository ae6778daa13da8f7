// Rotated files that go to another directory.
#include <gtest/gtest.h>

#include "tests/support/following.h"

namespace maillog::test {
namespace {

constexpr char kOld[] = "/old/maillog.1";

class RotatedElsewhere : public ::testing::Test {
 protected:
  RotatedElsewhere() {
    following.rotated = "/old";
    following.files.MakeDirectory("/old");
    following.files.Append(kLog, NumberedLine(1) + NumberedLine(2));
    following.Step();
    (void)following.Scrape();
  }
  void ExpectExactly(int last) {
    for (int i = 1; i <= last; ++i) EXPECT_EQ(following.Times(NumberedMessage(i)), 1) << i;
    EXPECT_EQ(following.Total(), last);
    EXPECT_EQ(following.LostBytes(), 0);
  }

  Following following{kLog};
};

TEST_F(RotatedElsewhere, WhatWasUnreadAtCopyTruncateIsReadThere) {
  following.files.Append(kLog, NumberedLine(3));
  following.files.CopyTruncate(kLog, kOld);
  following.files.Append(kLog, NumberedLine(4));
  following.Step();
  ExpectExactly(4);
}

TEST_F(RotatedElsewhere, WhatWasRotatedWhileTheProcessWasGoneIsReadThere) {
  following.Crash();
  following.files.Append(kLog, NumberedLine(3));
  following.files.Rename(kLog, kOld);
  following.files.Append(kLog, NumberedLine(4));
  following.Step();
  ExpectExactly(4);
}

}  // namespace
}  // namespace maillog::test
