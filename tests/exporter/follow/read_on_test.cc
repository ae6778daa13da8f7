// What happens to a log while a block of it is counted, and it is read on meanwhile.
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "tests/support/following.h"

namespace maillog::test {
namespace {

constexpr char kLog[] = "/log/maillog";
constexpr char kOld[] = "/log/maillog.1";

/// Lines 1 to 3, and a change while they are counted, before it is read on or after it.
class ReadOnTest : public ::testing::TestWithParam<bool> {
 protected:
  void CountFirstLines(const std::function<void()>& change) {
    following_.files.Append(kLog, NumberedLines(1, 3));
    following_.reads_on = [this, change] {
      following_.reads_on = [] { return true; };
      following_.files.Append(kLog, NumberedLines(4, 5));
      if (GetParam()) change();
      return true;
    };
    following_.StepBlock();  // where reading begins
    following_.StepBlock();
    if (!GetParam()) change();
  }

  Following following_{kLog};
};

TEST_P(ReadOnTest, WhatIsAppendedComesOnce) {
  CountFirstLines([this] { following_.files.Append(kLog, NumberedLines(6, 7)); });
  following_.Step();
  ExpectExactly(following_, 1, 7);
}

TEST_P(ReadOnTest, AnUnfinishedLineIsFinished) {
  const std::string line = NumberedLines(6, 6);
  CountFirstLines([&] { following_.files.Append(kLog, line.substr(0, 7)); });
  following_.Step();
  ExpectExactly(following_, 1, 5);
  following_.files.Append(kLog, line.substr(7) + NumberedLines(7, 8));
  following_.Step();
  ExpectExactly(following_, 1, 8);
}

TEST_P(ReadOnTest, ACopiedAndTruncatedLogIsReadInTheCopy) {
  CountFirstLines([this] {
    following_.files.CopyTruncate(kLog, kOld);
    following_.files.Append(kLog, NumberedLines(6, 6));
  });
  following_.Step();
  ExpectExactly(following_, 1, 6);
}

TEST_P(ReadOnTest, ARenamedLogIsReadToItsEndFirst) {
  CountFirstLines([this] {
    following_.files.Rename(kLog, kOld);
    following_.files.Append(kLog, NumberedLines(6, 6));
  });
  following_.Step();
  ExpectExactly(following_, 1, 6);
  EXPECT_EQ(following_.order().back() + "\n", NumberedLines(6, 6));
}

TEST_P(ReadOnTest, ARewrittenLogIsReadFromItsBeginning) {
  CountFirstLines([this] {
    following_.files.Truncate(kLog, 0);
    following_.files.Append(kLog, NumberedLines(11, 30));
  });
  following_.Step();
  for (int line = 11; line <= 30; ++line) {
    const std::string text = NumberedLines(line, line);
    EXPECT_EQ(following_.Times(text.substr(0, text.size() - 1)), 1) << line;
  }
  EXPECT_EQ(following_.Total(), 23) << "nobody can know lines 4 and 5";
}

TEST_P(ReadOnTest, AKillForgetsWhatWasReadOn) {
  CountFirstLines([] {});
  (void)following_.Scrape();
  following_.Crash();
  following_.Step();
  ExpectExactly(following_, 1, 5);
}

TEST_P(ReadOnTest, AnotherLogIsReadMeanwhile) {
  Following two("/log/mail*");
  two.reads_on = [] { return true; };
  two.files.Append("/log/mail-a", NumberedLines(1, 3));
  two.files.Append("/log/mail-b", NumberedLines(4, 6));
  two.Step();
  for (int line = 7; line < 40; line += 2) {
    two.files.Append("/log/mail-a", NumberedLines(line, line));
    if (GetParam()) two.StepBlock();
    two.files.Append("/log/mail-b", NumberedLines(line + 1, line + 1));
    if (!GetParam()) two.StepBlock();
  }
  two.Step();
  ExpectExactly(two, 1, 40);
}

INSTANTIATE_TEST_SUITE_P(ChangesBefore, ReadOnTest, ::testing::Bool());

}  // namespace
}  // namespace maillog::test
