#include "exporter/shard.h"

#include <gtest/gtest.h>

#include "metrics/catalog/exporter.h"
#include "tests/support/stepped_waker.h"

namespace maillog::test {
namespace {

using std::chrono::seconds;

class ShardTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::uint64_t Records(const std::string& outcome) const {
    return shard.Snapshot().samples.CounterValue(kRecords.name, {"log", outcome});
  }
  [[nodiscard]] double Gauge(const RowInfo& row) const {
    return std::get<double>(shard.Snapshot().samples.families().at(row.name).series.at({"log"}));
  }

  FakeClock clock;
  Shard shard{"log", clock};
};

TEST_F(ShardTest, OutcomesAddUpToTheMessages) {
  shard.Consume({.messages = "Nov 21 10:00:00 mx postfix/qmgr[7663]: 031B97815E: removed\n"
                             "Nov 21 10:00:00 mx sshd[1]: hello\n"
                             "Nov 21 10:00:00 mx last message repeated 7 times\n"
                             "no envelope\n",
                 .malformed = 2});
  EXPECT_EQ(Records("counted"), 2);
  EXPECT_EQ(Records("foreign"), 1);
  EXPECT_EQ(Records("malformed"), 3);
  EXPECT_EQ(shard.Snapshot().samples.CounterValue(kRepeatsUnattributed.name, {"log"}), 7);
}

TEST_F(ShardTest, BookmarksChangeWithTheCounts) {
  Bookmark bookmark;
  bookmark.number = 3;
  bookmark.offset = 10;
  const std::uint64_t version = shard.version();
  shard.Consume({.messages = "x\n", .after = &bookmark});
  EXPECT_NE(shard.version(), version);
  EXPECT_EQ(shard.Snapshot().bookmarks.at(0).offset, 10);
  const BookmarkNumber forgotten[] = {3};
  shard.Consume({.forgotten = forgotten});
  EXPECT_TRUE(shard.Snapshot().bookmarks.empty());
}

TEST_F(ShardTest, AnIdleBlockMovesNothing) {
  const std::uint64_t version = shard.version();
  shard.Consume({.progress = Progress::kAtEnd});
  EXPECT_EQ(shard.version(), version);
  EXPECT_TRUE(shard.caught_up());
}

TEST_F(ShardTest, LagGrowsUntilTheEndIsReached) {
  shard.Consume({.messages = "x\n", .unread_bytes = 100});
  clock.Advance(seconds(3));
  EXPECT_EQ(Gauge(kSourceLagSeconds), 3);
  EXPECT_EQ(Gauge(kSourceLagBytes), 100);
  shard.Consume({.progress = Progress::kAtEnd});
  EXPECT_EQ(Gauge(kSourceLagSeconds), 0);
}

TEST_F(ShardTest, ShowsTheTimeOfTheLastRecord) {
  shard.Consume({.messages = "2026-11-21T10:00:00+09:00 mx sshd[1]: hello\n"});
  EXPECT_EQ(Gauge(kSourceLastRecord), 1795222800);
}

}  // namespace
}  // namespace maillog::test
