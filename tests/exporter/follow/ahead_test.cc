// Blocks of a followed log that are counted before they are handed on: whatever happens to the log
// by then, and whoever wants to see or to end it.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "exporter/os/processors.h"
#include "metrics/catalog/exporter.h"
#include "metrics/catalog/queue.h"
#include "tests/support/following.h"

namespace maillog::test {
namespace {

constexpr char kPromisedLog[] = "/log/maillog";
constexpr char kPromisedOld[] = "/log/maillog.1";

/// A log of lines 1 to kLines that is read about seven lines at once; while the block of number
/// `at` is counted, and the next one may be known already, something happens to the files.
class PromisedBlockTest : public ::testing::TestWithParam<int> {
 protected:
  static constexpr int kLines = 100;

  PromisedBlockTest() {
    following_.read_bytes = 1024;
    following_.files.Append(kPromisedLog, NumberedLines(1, kLines));
  }
  void ReadAll(const std::function<void()>& change) {
    following_.reads_on = [this, blocks = 0]() mutable {
      is_time_ = ++blocks == GetParam();
      return true;
    };
    following_.StepBlock();  // where reading begins
    while (following_.Total() < kLines) {
      const int before = following_.Total();
      const int promises = following_.promises();
      following_.StepBlock();
      if (std::exchange(is_time_, false)) {
        is_promised_ = following_.promises() > promises;
        change();
      }
      if (following_.Total() == before) break;
    }
    following_.Step();
    following_.Step();
  }

  Following following_{kPromisedLog};
  bool is_time_ = false;
  bool is_promised_ = false;  // not all that could be read on is in memory
};

TEST_P(PromisedBlockTest, ARenamedLogIsReadToItsEndFirst) {
  ReadAll([this] {
    following_.files.Rename(kPromisedLog, kPromisedOld);
    following_.files.Append(kPromisedLog, NumberedLines(kLines + 1, kLines + 3));
  });
  ExpectExactly(following_, 1, kLines + 3);
  EXPECT_EQ(following_.order().back(), NumberedMessage(kLines + 3));
}

TEST_P(PromisedBlockTest, ACopiedAndTruncatedLogIsReadInTheCopy) {
  ReadAll([this] {
    following_.files.CopyTruncate(kPromisedLog, kPromisedOld);
    following_.files.Append(kPromisedLog, NumberedLines(kLines + 1, kLines + 3));
    following_.clock.Advance(std::chrono::seconds(2));  // another look
  });
  ExpectExactly(following_, 1, kLines + 3);
}

// What was read before it was overwritten was in the log.
TEST_P(PromisedBlockTest, OfARewrittenLogTheBlockIsCounted) {
  int promised = 0;
  ReadAll([&] {
    promised = following_.Total();
    following_.files.Truncate(kPromisedLog, 0);
    following_.files.Append(kPromisedLog, NumberedLines(kLines + 1, kLines + kLines));
    following_.clock.Advance(std::chrono::seconds(2));
  });
  for (int line = kLines + 1; line <= kLines + kLines; ++line)
    EXPECT_EQ(following_.Times(NumberedMessage(line)), 1) << line;
  EXPECT_EQ(following_.Total() > kLines + promised, is_promised_);
  for (const auto& [message, times] : following_.messages()) EXPECT_EQ(times, 1) << message;
}

TEST_P(PromisedBlockTest, AKilledProcessHasNotCountedIt) {
  ReadAll([this] {
    (void)following_.Scrape();
    following_.StepBlock();
    following_.Crash();
    following_.files.Rename(kPromisedLog, kPromisedOld);
    following_.Step();
  });
  ExpectExactly(following_, 1, kLines);
}

INSTANTIATE_TEST_SUITE_P(AtBlock, PromisedBlockTest, ::testing::Values(1, 2, 5, 9));

TEST(PromisedBlocksTest, AreMostBlocksWhereNothingElseIsToBeRead) {
  Following following(kPromisedLog);
  following.read_bytes = 1024;
  following.reads_on = [] { return true; };
  following.files.Append(kPromisedLog, NumberedLines(1, 100));
  following.Step();
  ExpectExactly(following, 1, 100);
  EXPECT_GT(following.promises(), 6);
}

// Or a log that never stops would keep names from being looked at.
TEST(PromisedBlocksTest, EndWithTheRound) {
  Following following(kPromisedLog);
  following.read_bytes = 1024;
  following.reads_on = [&] {
    following.clock.Advance(std::chrono::milliseconds(1100));
    return true;
  };
  following.files.Append(kPromisedLog, NumberedLines(1, 100));
  following.Step();
  ExpectExactly(following, 1, 100);
  EXPECT_EQ(following.promises(), 0);
}

TEST(PromisedBlocksTest, LeaveOtherLogsTheirTurn) {
  Following following("/log/mail*");
  following.read_bytes = 1024;
  following.reads_on = [] { return true; };
  following.files.Append("/log/mail-a", NumberedLines(1, 50));
  following.files.Append("/log/mail-b", NumberedLines(51, 100));
  following.Step();
  ExpectExactly(following, 1, 100);
  const auto place = [&](int line) {
    return std::ranges::find(following.order(), NumberedMessage(line)) - following.order().begin();
  };
  EXPECT_LT(place(51), place(50));
  EXPECT_LT(place(1), place(100));
}

/// Followed as in the program, of lines that the second thread counts alone.
class CountedAheadTest : public ::testing::Test {
 protected:
  static constexpr int kLines = 30'000;

  CountedAheadTest() : shard_(kPromisedLog, clock_) {
    files_.Append(kPromisedLog, NumberedLines(1, kLines));
    absl::StatusOr<std::unique_ptr<Input>> input =
        OpenInput(kPromisedLog, StartAt::kBeginning, std::nullopt,
                  {.files = files_,
                   .waker = waker_,
                   .clock = clock_,
                   .claims = std::make_shared<FileClaims>()});
    EXPECT_TRUE(input.ok());
    input_ = *std::move(input);
  }
  void SetUp() override {
    if (UsableProcessors() < 2) GTEST_SKIP() << "needs two processors";
  }
  static std::uint64_t Lines(const ShardState& state) {
    return state.samples.CounterValue(kRecords.name, {kPromisedLog, "counted"});
  }
  static std::uint64_t Removed(const ShardState& state) {
    return state.samples.CounterValue(kQueueRemoved.name, {"postfix", "postfix"});
  }

  FakeFileSystem files_;
  FakeClock clock_;
  SteppedWaker waker_;
  Shard shard_;
  std::unique_ptr<Input> input_;
};

/// Says when a block is asked for that is being counted already.
class WatchedInput final : public Input {
 public:
  WatchedInput(Input& input, const Shard& shard, std::function<void()> when_ahead)
      : input_(input), shard_(shard), when_ahead_(std::move(when_ahead)) {}
  absl::StatusOr<Block> Next() override {
    if (shard_.awaits_block()) when_ahead_();
    return input_.Next();
  }
  [[nodiscard]] TimePoint deadline() const override { return input_.deadline(); }

 private:
  Input& input_;
  const Shard& shard_;
  const std::function<void()> when_ahead_;
};

// A snapshot has of every block all or nothing.
TEST_F(CountedAheadTest, IsNotShownBeforeItIsHandedOn) {
  std::atomic<int> wanted = 0;
  std::atomic<int> begun = 0;
  std::atomic<bool> is_over = false;
  std::thread looker([&] {
    std::uint64_t last = 0;
    while (!is_over) {
      if (begun == wanted) {
        std::this_thread::yield();
        continue;
      }
      ++begun;
      const ShardState state = shard_.Snapshot();
      EXPECT_EQ(Removed(state), Lines(state));
      EXPECT_GE(Lines(state), last);
      last = Lines(state);
      std::vector<std::uint64_t> numbers;
      shard_.AppendNumbers(numbers);
    }
  });
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  WatchedInput input(*input_, shard_, [&] {
    ++wanted;
    while (begun != wanted && std::chrono::steady_clock::now() < deadline)
      std::this_thread::yield();
  });
  Pump pump(input, shard_, [] { return true; });
  (void)pump.Drain(false);
  is_over = true;
  looker.join();
  EXPECT_GT(wanted, 0);
  const ShardState state = shard_.Snapshot();
  EXPECT_EQ(Lines(state), kLines);
  EXPECT_EQ(Removed(state), kLines);
  EXPECT_FALSE(shard_.awaits_block());
}

// The text is the input's: nobody may look at it any more when that is gone.
TEST_F(CountedAheadTest, IsHandedOnBeforeReadingStops) {
  std::atomic<bool> stop = false;
  WatchedInput input(*input_, shard_, [&stop] { stop = true; });
  Pump pump(input, shard_, [] { return true; });
  (void)pump.Drain(stop);
  EXPECT_TRUE(stop);
  EXPECT_FALSE(shard_.awaits_block());
  input_.reset();
  const ShardState state = shard_.Snapshot();
  EXPECT_EQ(Removed(state), Lines(state));
  EXPECT_GT(Lines(state), 0);
  EXPECT_LT(Lines(state), kLines);
}

// A log that cannot be read at first begins with a block that has lines already.
TEST_F(CountedAheadTest, WhereReadingBeginsIsSavedBeforeTheSecondBlock) {
  files_.FailOpen(kPromisedLog, EACCES);
  std::uint64_t saved = 0;
  int commits = 0;
  Pump pump(*input_, shard_, [&] {
    ++commits;
    saved = shard_.reading().files->position_bytes;
    return true;
  });
  (void)pump.Drain(false);
  EXPECT_EQ(commits, 0);
  files_.FailOpen(kPromisedLog, 0);
  clock_.Advance(std::chrono::seconds(1));
  (void)pump.Drain(false);
  EXPECT_EQ(commits, 1);
  EXPECT_LE(saved, BlockBuffer::kBytes);
  EXPECT_EQ(Lines(shard_.Snapshot()), kLines);
}

}  // namespace
}  // namespace maillog::test
