// What happens to a log while a block of it is counted, and it is read on meanwhile.
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "tests/support/following.h"

namespace maillog::test {
namespace {

constexpr char kReadOnLog[] = "/log/maillog";
constexpr char kReadOnOld[] = "/log/maillog.1";

/// Lines 1 to 3 and a part of 4, whose rest and line 5 come while they are counted; and a change
/// after that, before it is read on or after it.
class ReadingOnTest : public ::testing::TestWithParam<bool> {
 protected:
  void CountFirstLines(const std::function<void()>& change) {
    const std::string rest = NumberedLines(4, 5);
    constexpr std::size_t kPart = 9;
    following_.files.Append(kReadOnLog, NumberedLines(1, 3) + rest.substr(0, kPart));
    following_.reads_on = [this, change, rest, is_first = true]() mutable {
      if (!std::exchange(is_first, false)) return true;
      following_.files.Append(kReadOnLog, rest.substr(kPart));
      if (GetParam()) change();
      return true;
    };
    following_.StepBlock();  // where reading begins
    following_.StepBlock();
    if (!GetParam()) change();
    following_.Step();  // to the end of the round, in which the log was at its end
  }

  Following following_{kReadOnLog};
};

TEST_P(ReadingOnTest, WhatIsAppendedComesOnce) {
  CountFirstLines([this] { following_.files.Append(kReadOnLog, NumberedLines(6, 7)); });
  following_.Step();
  ExpectExactly(following_, 1, 7);
}

TEST_P(ReadingOnTest, AnUnfinishedLineIsFinished) {
  const std::string line = NumberedLines(6, 6);
  CountFirstLines([&] { following_.files.Append(kReadOnLog, line.substr(0, 7)); });
  following_.Step();
  ExpectExactly(following_, 1, 5);
  following_.files.Append(kReadOnLog, line.substr(7) + NumberedLines(7, 8));
  following_.Step();
  ExpectExactly(following_, 1, 8);
}

TEST_P(ReadingOnTest, ACopiedAndTruncatedLogIsReadInTheCopy) {
  CountFirstLines([this] {
    following_.files.CopyTruncate(kReadOnLog, kReadOnOld);
    following_.files.Append(kReadOnLog, NumberedLines(6, 6));
  });
  following_.Step();
  ExpectExactly(following_, 1, 6);
}

TEST_P(ReadingOnTest, ARenamedLogIsReadToItsEndFirst) {
  CountFirstLines([this] {
    following_.files.Rename(kReadOnLog, kReadOnOld);
    following_.files.Append(kReadOnLog, NumberedLines(6, 6));
  });
  following_.Step();
  ExpectExactly(following_, 1, 6);
  EXPECT_EQ(following_.order().back() + "\n", NumberedLines(6, 6));
}

TEST_P(ReadingOnTest, ARewrittenLogIsReadFromItsBeginning) {
  CountFirstLines([this] {
    following_.files.Truncate(kReadOnLog, 0);
    following_.files.Append(kReadOnLog, NumberedLines(11, 30));
  });
  following_.Step();
  for (int line = 11; line <= 30; ++line) {
    const std::string text = NumberedLines(line, line);
    EXPECT_EQ(following_.Times(text.substr(0, text.size() - 1)), 1) << line;
  }
  EXPECT_EQ(following_.Total(), GetParam() ? 23 : 25) << "lines 4 and 5 may have been read";
}

TEST_P(ReadingOnTest, AKillForgetsWhatWasReadOn) {
  CountFirstLines([] {});
  (void)following_.Scrape();
  following_.Crash();
  following_.Step();
  ExpectExactly(following_, 1, 5);
}

// The buffer is that of all files of a source.
TEST_P(ReadingOnTest, AnotherLogIsReadMeanwhile) {
  Following two("/log/mail*");
  const char* const logs[] = {"/log/mail-a", "/log/mail-b"};
  int last = 0;
  const auto append = [&] {
    ++last;
    two.files.Append(logs[last % 2], NumberedLines(last, last) + "(");
    two.files.Append(logs[last % 2], ")\n");
  };
  two.reads_on = [&] {
    for (int i = 0; last < 60 && i < 3; ++i) append();
    return GetParam() || last % 4 != 0;
  };
  for (int i = 0; i < 6; ++i) append();
  for (int i = 0; i < 60; ++i) two.Step();
  for (int line = 1; line <= last; ++line) EXPECT_EQ(two.Times(NumberedMessage(line)), 1) << line;
  EXPECT_EQ(two.Times("()"), last);
}

// A look comes before what was read on is used.
TEST(ReadOnTest, ALogThatLostItsTailIsReadAsIfItHadNotBeenReadOn) {
  const auto read = [](bool reads_on) {
    Following following(kReadOnLog);
    following.files.Append(kReadOnLog, NumberedLines(1, 40));
    following.reads_on = [&] {
      if (reads_on) following.files.Append(kReadOnLog, NumberedLines(41, 43));
      return reads_on;
    };
    following.Step();
    if (!reads_on) following.files.Append(kReadOnLog, NumberedLines(41, 43));
    reads_on = false;
    following.files.Truncate(kReadOnLog, NumberedLines(1, 39).size());
    following.files.Append(kReadOnLog, NumberedLines(51, 59));
    following.Step();
    following.Step();
    return following.messages();
  };
  const Messages messages = read(true);
  EXPECT_EQ(messages, read(false));
  EXPECT_EQ(messages.at(NumberedMessage(59)), 1);
}

// Fragments that have waited long enough are given up; not before what has come meanwhile is read.
TEST(ReadOnTest, ContainersFragmentsThatHaveBecomeWholeAreRead) {
  const auto part = [](char kind, const std::string& text) {
    return std::string("2026-11-21T10:00:00.123456789Z stdout ") + kind + " " + text + "\n";
  };
  Following following(kReadOnLog);
  following.files.Append(kReadOnLog, NumberedLines(1, 1) + part('P', "Nov 21 10:00:00 mx ") +
                                         part('P', "postfix/qmgr[1]: "));
  following.reads_on = [&, is_first = true]() mutable {
    if (std::exchange(is_first, false))
      following.files.Append(kReadOnLog, part('P', "031B97815E: "));
    return true;
  };
  following.StepBlock();  // where reading begins
  following.StepBlock();
  following.files.Append(kReadOnLog, part('F', "removed"));
  following.clock.Advance(std::chrono::seconds(6));
  following.Step();
  following.Step();
  const auto samples = following.Scrape();
  EXPECT_EQ(samples->CounterValue(kRecords.name, {kReadOnLog, "malformed"}), 0);
  EXPECT_EQ(samples->CounterValue(kRecords.name, {kReadOnLog, "counted"}), 2);
}

// As in the program: by whoever counts, while a second thread does.
TEST(ReadOnTest, TwoThreadsCountWhatIsReadOn) {
  constexpr int kLines = 40'000;
  FakeFileSystem files;
  FakeClock clock;
  SteppedWaker waker;
  files.Append(kReadOnLog, NumberedLines(1, kLines));
  const auto input = OpenInput(
      kReadOnLog, StartAt::kBeginning, std::nullopt,
      {.files = files, .waker = waker, .clock = clock, .claims = std::make_shared<FileClaims>()});
  ASSERT_TRUE(input.ok());
  Shard shard(kReadOnLog, clock);
  int blocks = 0;
  for (Progress progress = Progress::kMore; progress == Progress::kMore; ++blocks) {
    const absl::StatusOr<Block> block = (*input)->Next();
    ASSERT_TRUE(block.ok());
    shard.Consume(*block);
    progress = block->progress;
  }
  EXPECT_GT(blocks, 4);
  std::uint64_t records = 0;
  const ShardState state = shard.Snapshot();
  for (const std::string_view outcome : Label<Outcome>::values)
    records += state.samples.CounterValue(kRecords.name, {kReadOnLog, std::string(outcome)});
  EXPECT_EQ(records, kLines);
}

INSTANTIATE_TEST_SUITE_P(ChangesBefore, ReadingOnTest, ::testing::Bool());

}  // namespace
}  // namespace maillog::test
