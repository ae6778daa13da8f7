// Who wants to see what was counted need not wait until there is nothing more to count.
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <thread>

#include "exporter/count/shard.h"
#include "exporter/os/processors.h"
#include "metrics/catalog/exporter.h"
#include "tests/support/stepped_waker.h"

namespace maillog::test {
namespace {

std::string LinesForTwo() {
  std::string text;
  while (text.size() < 2 * SecondCounter::kWorthIt)
    text += "Nov 21 10:00:00 mx postfix/qmgr[7663]: 031B97815E: removed\n";
  return text;
}

class ShardTurnsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (UsableProcessors() < 2) GTEST_SKIP() << "needs two processors";
  }

  const std::string text_ = LinesForTwo();
  FakeClock clock_;
  Shard shard_{"log", clock_};
};

TEST_F(ShardTurnsTest, WhetherItHasCaughtUpIsKnownWhileABlockIsCounted) {
  int asked = 0;
  const std::function<void()> ask = [&] {
    EXPECT_FALSE(shard_.caught_up());
    EXPECT_TRUE(shard_.health().ok());
    EXPECT_EQ(shard_.version(), 0U);
    ++asked;
  };
  shard_.Consume({.messages = text_, .meanwhile = &ask});
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(shard_.version(), 1U);
}

bool Sleeps(pid_t thread) {
  std::ifstream file("/proc/self/task/" + std::to_string(thread) + "/stat");
  const std::string stat{std::istreambuf_iterator<char>(file), {}};
  return stat.find(") S ") != std::string::npos;
}

// Each block begins as soon as the one before is over: without a turn for others, they would get
// the lock when all blocks are over.
TEST_F(ShardTurnsTest, TheNextBlockWaitsForALook) {
  constexpr int kRounds = 20;
  int between = 0;
  std::uint64_t lines = 0;
  const auto count = [&lines](const ShardState& state) {
    return state.samples.CounterValue(kRecords.name, {"log", "counted"}) - lines;
  };
  for (int round = 0; round < kRounds; ++round) {
    std::thread looker;
    std::atomic<pid_t> id = 0;
    std::uint64_t seen = 0;
    const std::function<void()> look = [&] {
      looker = std::thread([&] {
        id = ::gettid();
        seen = count(shard_.Snapshot());
      });
      const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
      while ((id == 0 || !Sleeps(id)) && std::chrono::steady_clock::now() < deadline)
        std::this_thread::yield();
    };
    shard_.Consume({.messages = text_, .meanwhile = &look});
    shard_.Consume({.messages = text_});
    looker.join();
    const std::uint64_t both = count(shard_.Snapshot());
    EXPECT_GT(seen, 0U);
    between += seen < both ? 1 : 0;
    lines += both;
  }
  // On a machine that has much to do a look may come too late for its turn.
  EXPECT_GT(between, kRounds / 2);
}

}  // namespace
}  // namespace maillog::test
