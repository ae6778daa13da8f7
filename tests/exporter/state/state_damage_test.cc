// Files of a state that are truncated, or hold other bytes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "tests/support/how_much.h"
#include "tests/support/saved_states.h"

namespace maillog::test {
namespace {

// ---- files that are truncated, or damaged

// A copy of a state as left by a process that was killed: with a write-ahead log.
struct LeftBehind {
  std::string database;
  std::string log;
  std::vector<std::string> commits;  // what each commit held, as text
};

class DamageTest : public StateStoreTest {
 protected:
  [[nodiscard]] LeftBehind Leave(int commits_in_log) const {
    LeftBehind left;
    {
      const auto store = Open();
      EXPECT_TRUE(store->Load().ok());
      for (std::uint64_t i = 1; i < 4; ++i) EXPECT_TRUE(store->Save(FullState(i)).ok());
    }
    Change("VACUUM");  // nobody would miss the end of a page that is not used
    left.commits.push_back(TextOf(FullState(3)));
    const auto store = Open();
    EXPECT_TRUE(store->Load().ok());
    for (int i = 0; i < commits_in_log; ++i) {
      const SavedState state = FullState(static_cast<std::uint64_t>(10 + i));
      EXPECT_TRUE(store->Save(state).ok());
      left.commits.push_back(TextOf(state));
    }
    left.database = ReadWhole(StateFile(directory));
    left.log = ReadWhole(StateFile(directory) + "-wal");
    return left;
  }

  // Refused, or one of the commits.
  void Expect(const LeftBehind& left, std::string_view database, std::string_view log,
              const std::string& how) {
    const std::string copy = folder.path("copy");
    std::filesystem::remove_all(copy);
    std::filesystem::create_directory(copy);
    WriteWhole(StateFile(copy), database);
    if (!log.empty()) WriteWhole(StateFile(copy) + "-wal", log);
    const auto store = OpenStore(copy, OnDamage::kRefuse, CatalogAndTwo());
    const absl::StatusOr<SavedState> state = (*store)->Load();
    ++(state.ok() ? accepted : refused);
    if (!state.ok()) {
      EXPECT_FALSE(state.status().message().empty());
      return;
    }
    EXPECT_THAT(left.commits, testing::Contains(TextOf(*state))) << how;
    if (accepted % 10 != 0) return;
    EXPECT_TRUE((*store)->Save(FullState(99)).ok()) << how;
  }

  int accepted = 0;
  int refused = 0;
};

// Every 64 bytes if it may take long, else every 512; and around each page and each frame.
std::vector<std::size_t> Cuts(std::size_t size, std::size_t first, std::size_t unit) {
  const std::size_t step = MayTakeLong() ? 64 : 512;
  std::vector<std::size_t> cuts;
  for (std::size_t cut = 0; cut < size; ++cut) {
    const std::size_t in_unit = (cut + unit - first) % unit;
    if (cut % step == 0 || in_unit < 2 || in_unit == unit - 1) cuts.push_back(cut);
  }
  return cuts;
}

TEST_F(DamageTest, TheDatabaseCutAnywhereIsRefusedOrWhole) {
  const LeftBehind left = Leave(0);
  // What is missing of its last page, SQLite reads as zeros.
  const std::size_t end = left.database.find_last_not_of('\0') + 1;
  for (const std::size_t cut : Cuts(end, 0, 4096)) {
    Expect(left, left.database.substr(0, cut), "", "cut at " + std::to_string(cut));
  }
  EXPECT_EQ(accepted, 0);
  EXPECT_GT(refused, 30);
}

TEST_F(DamageTest, TheLogCutAnywhereIsAnEarlierCommit) {
  const LeftBehind left = Leave(4);
  for (const std::size_t cut : Cuts(left.log.size(), 32, 4096 + 24)) {
    Expect(left, left.database, left.log.substr(0, cut), "log cut at " + std::to_string(cut));
  }
  EXPECT_EQ(refused, 0);
}

TEST_F(DamageTest, BothCut) {
  const LeftBehind left = Leave(4);
  std::mt19937 random(11);
  for (int i = 0; i < 100; ++i) {
    const std::size_t database = random() % left.database.size();
    const std::size_t log = random() % left.log.size();
    Expect(left, left.database.substr(0, database), left.log.substr(0, log),
           "cut at " + std::to_string(database) + " and " + std::to_string(log));
  }
}

TEST_F(DamageTest, RandomBytes) {
  const LeftBehind left = Leave(3);
  std::mt19937 random(7);
  for (int i = 0; i < (MayTakeLong() ? 2000 : 200); ++i) {
    std::string database = left.database;
    std::string log = left.log;
    const int times = 1 + static_cast<int>(random() % 16);
    std::string how = "byte";
    for (int j = 0; j < times; ++j) {
      std::string& file = random() % 4 == 0 ? log : database;
      const std::size_t at = random() % file.size();
      file[at] = static_cast<char>(static_cast<unsigned char>(file[at]) ^ (1 + random() % 255));
      how.append(&file == &log ? " log " : " ").append(std::to_string(at));
    }
    Expect(left, database, i % 2 == 0 ? log : "", how);
  }
  EXPECT_GT(accepted, 8);
  EXPECT_GT(refused, 40);
}

TEST_F(DamageTest, ALogWithoutItsDatabaseIsRefused) {
  const LeftBehind left = Leave(1);
  const std::string copy = folder.path("copy");
  std::filesystem::create_directory(copy);
  WriteWhole(StateFile(copy) + "-wal", left.log);
  EXPECT_TRUE(absl::IsDataLoss((*OpenStore(copy))->Load().status()));
}

}  // namespace
}  // namespace maillog::test
