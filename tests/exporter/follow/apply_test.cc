// Sources that come and go while the others are followed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include "exporter/follow/source_options.h"
#include "exporter/follow/sources.h"
#include "metrics/catalog/exporter.h"
#include "tests/support/eventually.h"
#include "tests/support/following.h"

namespace maillog::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ApplyTest : public ::testing::Test {
 protected:
  ApplyTest() : ledger(std::make_unique<MemoryStateStore>()) {
    std::string name = std::filesystem::temp_directory_path() / "maillog_test_XXXXXX";
    if (::mkdtemp(name.data()) != nullptr) directory_ = name;
    ledger.Start();
  }
  ~ApplyTest() override { std::filesystem::remove_all(directory_); }

  void Append(const std::string& name, int first, int last) const {
    std::ofstream file(directory_ / name, std::ios::app);
    for (int i = first; i <= last; ++i) file << NumberedLine(i);
  }
  [[nodiscard]] SourceOptions Source(const std::string& name) const {
    SourceOptions source;
    source.paths = {directory_ / name};
    source.name = name;
    source.start = StartAt::kBeginning;
    return source;
  }
  [[nodiscard]] std::uint64_t Records(const std::string& source) {
    return (*ledger.Commit())->CounterValue(kRecords.name, {source, "counted"});
  }
  [[nodiscard]] bool IsUp(const std::string& source) {
    const auto samples = *ledger.Commit();
    const auto up = samples->families().find(kSourceUp.name);
    return up != samples->families().end() && up->second.series.contains({source});
  }
  std::filesystem::path directory_;
  Ledger ledger;
};

TEST_F(ApplyTest, SourcesComeAndGoAndComeBack) {
  Append("a", 1, 3);
  Append("b", 1, 5);
  Sources sources({Source("a"), Source("b")}, ledger);
  sources.Start();
  EXPECT_TRUE(Eventually([&] { return Records("a") == 3 && Records("b") == 5; }));

  Sources::Changes changes = sources.Apply({Source("b"), Source("c")});
  EXPECT_THAT(changes.added, ElementsAre("c"));
  EXPECT_THAT(changes.removed, ElementsAre("a"));
  Append("a", 4, 4);
  Append("b", 6, 6);
  Append("c", 1, 2);
  EXPECT_TRUE(Eventually([&] { return Records("b") == 6 && Records("c") == 2; }));
  EXPECT_EQ(Records("a"), 3U) << "the totals of what is followed no more stay as they are";
  EXPECT_FALSE(IsUp("a"));
  EXPECT_TRUE(IsUp("b"));

  changes = sources.Apply({Source("a"), Source("b"), Source("c")});
  EXPECT_THAT(changes.added, ElementsAre("a"));
  EXPECT_THAT(changes.removed, IsEmpty());
  EXPECT_TRUE(Eventually([&] { return Records("a") == 4; })) << "read on where it was left";
  EXPECT_TRUE(Eventually([&] { return sources.UnreadyOnes().empty(); }));
  EXPECT_EQ(Records("b"), 6U);
}

TEST_F(ApplyTest, ASourceThatCannotBeReadIsNotReady) {
  Append("a", 1, 3);
  SourceOptions socket;
  socket.paths = {"syslog+udp://192.0.2.1:5514"};  // a documentation address, of no machine
  Sources sources({Source("a"), socket}, ledger);
  sources.Start();
  const auto socket_fails = [&] {
    const std::vector<Sources::Unready> unready = sources.UnreadyOnes();
    return unready.size() == 1 && !unready.front().why.ok();
  };
  EXPECT_TRUE(Eventually(socket_fails));
  EXPECT_EQ(sources.UnreadyOnes().front().source, "syslog+udp://192.0.2.1:5514");
  EXPECT_THAT(std::string(sources.UnreadyOnes().front().why.message()),
              testing::HasSubstr("Cannot assign requested address"));
}

TEST_F(ApplyTest, OtherOptionsBeginAnewWhereTheOldOnesEnded) {
  Append("a", 1, 3);
  Sources sources({Source("a")}, ledger);
  sources.Start();
  EXPECT_TRUE(Eventually([&] { return Records("a") == 3; }));
  SourceOptions labelled = Source("a");
  labelled.reading.labels = {{"site", "osaka"}};
  const Sources::Changes changes = sources.Apply({labelled});
  EXPECT_THAT(changes.added, ElementsAre("a"));
  EXPECT_THAT(changes.removed, ElementsAre("a"));
  Append("a", 4, 5);
  EXPECT_TRUE(Eventually([&] {
    return (*ledger.Commit())->CounterValue(kRecords.name, {"a", "counted", "site", "osaka"}) == 2;
  }));
  EXPECT_EQ(Records("a"), 3U);
}

TEST_F(ApplyTest, ALogThatIsNotFollowedAnyMoreIsNotGone) {
  Append("a", 1, 3);
  Append("b", 4, 5);
  SourceOptions source = Source("a");
  Sources sources({source}, ledger);
  sources.Start();
  EXPECT_TRUE(Eventually([&] { return Records("a") == 3; }));
  source.paths = {directory_ / "b"};
  (void)sources.Apply({source});
  EXPECT_TRUE(Eventually([&] { return Records("a") == 5; }));
  Append("a", 6, 6);
  (void)sources.Apply({Source("a")});
  EXPECT_TRUE(Eventually([&] { return Records("a") == 6; })) << "it is resumed where it was";
  EXPECT_EQ((*ledger.Commit())->CounterValue(kSourceGaps.name, {"a", "log_removed"}), 0U);
}

TEST_F(ApplyTest, TheSameAgainChangesNothing) {
  Append("a", 1, 3);
  Sources sources({Source("a")}, ledger);
  sources.Start();
  EXPECT_TRUE(Eventually([&] { return Records("a") == 3; }));
  const Sources::Changes changes = sources.Apply({Source("a")});
  EXPECT_THAT(changes.added, IsEmpty());
  EXPECT_THAT(changes.removed, IsEmpty());
  Append("a", 4, 4);
  EXPECT_TRUE(Eventually([&] { return Records("a") == 4; }));
}

TEST_F(ApplyTest, SeveralPathsAreOneSource) {
  Append("a", 1, 3);
  Append("b.log", 1, 2);
  Append("c.log", 1, 1);
  SourceOptions source = Source("a");
  source.paths = {directory_ / "a", directory_ / "*.log", directory_ / "b.log"};
  Sources sources({source}, ledger);
  sources.Start();
  EXPECT_TRUE(Eventually([&] { return Records("a") == 6; }));
  EXPECT_TRUE(Eventually([&] { return sources.UnreadyOnes().empty(); }));
  EXPECT_EQ(Records("a"), 6U);
}

TEST_F(ApplyTest, StatesSayHowFarEachSourceHasBeenRead) {
  Append("a", 1, 3);
  SourceOptions missing = Source("missing");
  SourceOptions socket;
  socket.paths = {"syslog+tcp://127.0.0.1:0"};
  socket.name = "socket";
  Sources sources({Source("a"), missing, socket}, ledger);
  sources.Start();
  ASSERT_TRUE(Eventually([&] { return sources.UnreadyOnes().empty(); }));
  const std::vector<Sources::State> states = sources.States();
  ASSERT_EQ(states.size(), 3U);
  EXPECT_EQ(states[0].source, "a");
  EXPECT_EQ(states[0].kind, "files");
  EXPECT_THAT(states[0].paths, ElementsAre(directory_ / "a"));
  EXPECT_TRUE(states[0].reading.caught_up);
  ASSERT_TRUE(states[0].reading.files.has_value());
  EXPECT_EQ(states[0].reading.files->count, 1U);
  EXPECT_EQ(states[0].reading.files->position_bytes, std::filesystem::file_size(directory_ / "a"));
  EXPECT_EQ(states[0].reading.files->unread_bytes, 0U);
  EXPECT_TRUE(states[0].reading.since_read.has_value());
  EXPECT_FALSE(states[1].reading.files.has_value());
  EXPECT_FALSE(states[1].reading.since_read.has_value());
  EXPECT_EQ(states[2].kind, "syslog");
  EXPECT_FALSE(states[2].reading.files.has_value());
}

}  // namespace
}  // namespace maillog::test
