// A state that is older than what was saved last, or gone: SQLite takes what is left for whole.
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/saved_states.h"

namespace maillog::test {
namespace {

class WentBackTest : public StateStoreTest {
 protected:
  // The machine was booted at second 0, and each commit is a second after the one before, unless a
  // test says otherwise.
  [[nodiscard]] std::unique_ptr<SqliteStateStore> OpenAt(const std::string& where) {
    auto opened = SqliteStateStore::Open({.directory = where,
                                          .on_damage = OnDamage::kSetAside,
                                          .catalog = CatalogAndTwo(),
                                          .now = [this] { return now += step; },
                                          .booted = [this] { return booted; }});
    return *std::move(opened);
  }
  // What a process leaves that is killed after its second commit: `killed`; and after its first:
  // `earlier`. The database is whole as it was at the end of the run before.
  void LeaveBoth() {
    {
      const auto store = OpenAt(directory);
      ASSERT_TRUE(store->Load().ok());
      ASSERT_TRUE(store->Save(FullState(1)).ok());
    }
    const auto store = OpenAt(directory);
    ASSERT_TRUE(store->Load().ok());
    ASSERT_TRUE(store->Save(FullState(2)).ok());
    std::filesystem::copy(directory, earlier);
    ASSERT_TRUE(store->Save(FullState(3)).ok());
    std::filesystem::copy(directory, killed);
  }
  void Take(const std::string& name, const std::string& from, const std::string& to) const {
    std::filesystem::copy_file(from + "/" + name, to + "/" + name,
                               std::filesystem::copy_options::overwrite_existing);
  }
  // Whether the run that begins there says that it went back; after that none does.
  [[nodiscard]] bool GoesBack(const std::string& where) {
    bool went_back = false;
    {
      const auto store = OpenAt(where);
      EXPECT_TRUE(store->Load().ok());
      went_back = store->went_back();
      EXPECT_TRUE(store->Save(FullState(4)).ok());
    }
    const auto store = OpenAt(where);
    EXPECT_TRUE(store->Load().ok());
    EXPECT_FALSE(store->went_back());
    return went_back;
  }

  std::int64_t now = 1000;
  std::int64_t step = 1;
  std::int64_t booted = 0;
  const std::string earlier = folder.path("earlier");
  const std::string killed = folder.path("killed");
};

TEST_F(WentBackTest, ANewStateDoesNot) { EXPECT_FALSE(GoesBack(directory)); }

TEST_F(WentBackTest, WhatAKilledProcessLeavesDoesNot) {
  LeaveBoth();
  EXPECT_FALSE(GoesBack(killed));
}

TEST_F(WentBackTest, WithoutItsLogItDoes) {
  LeaveBoth();
  std::filesystem::remove(StateFile(killed) + "-wal");
  EXPECT_TRUE(GoesBack(killed));
}

TEST_F(WentBackTest, WithAnEarlierLogItDoesWithinTheSameSecondToo) {
  step = 0;
  LeaveBoth();
  Take("state.sqlite3-wal", earlier, killed);
  EXPECT_TRUE(GoesBack(killed));
}

TEST_F(WentBackTest, WithoutItsFilesItDoes) {
  LeaveBoth();
  for (const char* suffix : {"", "-wal", "-shm"}) {
    std::filesystem::remove(StateFile(killed) + suffix);
  }
  EXPECT_TRUE(GoesBack(killed));
}

TEST_F(WentBackTest, AWholeCopyDoesNot) {
  LeaveBoth();
  EXPECT_FALSE(GoesBack(earlier));
}

// Killed between the note and the commit.
TEST_F(WentBackTest, ACommitThatWasNotMadeDoesNot) {
  LeaveBoth();
  {
    const auto lock = StateLock::Take(earlier);
    StateLock::Commit commit = (*lock)->noted_commit().value();
    commit.after += 1;
    (*lock)->NoteCommit(commit);
  }
  EXPECT_FALSE(GoesBack(earlier));
}

// Killed between the commit and the note.
TEST_F(WentBackTest, ACommitThatWasMadeDoesNot) {
  LeaveBoth();
  {
    const auto lock = StateLock::Take(killed);
    StateLock::Commit commit = (*lock)->noted_commit().value();
    commit.before += 1;
    (*lock)->NoteCommit(commit);
  }
  EXPECT_FALSE(GoesBack(killed));
}

// The lock file is not written through.
TEST_F(WentBackTest, AfterAPowerCutALateCommitDoesNot) {
  LeaveBoth();
  {
    const auto store = OpenAt(killed);
    ASSERT_TRUE(store->Load().ok());
    ASSERT_TRUE(store->Save(FullState(5)).ok());
  }
  Take("state.lock", earlier, killed);
  booted = now + 100;
  EXPECT_FALSE(GoesBack(killed));
}

TEST_F(WentBackTest, WhatWasSetAsideDoesNot) {
  LeaveBoth();
  WriteWhole(StateFile(killed), "no database");
  EXPECT_FALSE(GoesBack(killed)) << "that is said already";
}

}  // namespace
}  // namespace maillog::test
