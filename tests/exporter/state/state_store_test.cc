// What is saved comes back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "tests/support/saved_states.h"

namespace maillog::test {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST_F(StateStoreTest, NothingSavedIsEmpty) { EXPECT_EQ(TextOf(Loaded()), ""); }

TEST_F(StateStoreTest, EveryFieldComesBack) {
  Save(FullState());
  EXPECT_EQ(TextOf(Loaded()), TextOf(FullState()));
  EXPECT_THAT(TextOf(Loaded()), HasSubstr("18446744073709551615"));
}

TEST_F(StateStoreTest, WhatIsNotDurableIsNotThere) {
  Save(FullState());
  EXPECT_FALSE(Loaded().totals->families().contains(kSourceUp.name));
  EXPECT_FALSE(Loaded().totals->families().contains(kStateCommits.name));
}

TEST_F(StateStoreTest, EachCommitIsWhatIsThere) {
  const auto store = Open();
  ASSERT_TRUE(store->Load().ok());
  SavedState state = FullState(1);
  for (std::uint64_t i = 2; i < 30; ++i) {
    ASSERT_TRUE(store->Save(state).ok());
    auto database = OpenState(StateFile(directory), SqliteDatabase::Access::kRead);
    ASSERT_TRUE(ReadState(**database).ok()) << i;
    state = FullState(i);
    auto& bookmarks = state.sources["/var/log/mail.log"].bookmarks;
    bookmarks.erase(bookmarks.begin() + (i % 2 == 0 ? 0 : 1));
    bookmarks.push_back(FullBookmark(i + 2));
    if (i % 3 == 0) state.sources["another"].bookmarks.push_back(FullBookmark(9));
    if (i % 3 == 0) state.sources["other"].del_form = DelForm::kMailboxMessages;
    state.sources.try_emplace("another");
  }
  ASSERT_TRUE(store->Save(state).ok());
  auto database = OpenState(StateFile(directory), SqliteDatabase::Access::kRead);
  const absl::StatusOr<StoredState> stored = ReadState(**database);
  ASSERT_TRUE(stored.ok()) << stored.status();
  EXPECT_EQ(TextOf({.totals = LoadSeries(stored->series, CatalogAndTwo())->totals,
                    .sources = stored->sources}),
            TextOf(state));
}

TEST_F(StateStoreTest, ValuesOfLabelsAreAddedAndReplaced) {
  const auto store = Open();
  ASSERT_TRUE(store->Load().ok());
  const auto save = [&](const std::vector<KnownValue>& values) {
    SavedState state = FullState();
    state.sources["other"].values = std::make_shared<const std::vector<KnownValue>>(values);
    ASSERT_TRUE(store->Save(state).ok());
    auto database = OpenState(StateFile(directory), SqliteDatabase::Access::kRead);
    const absl::StatusOr<StoredState> stored = ReadState(**database);
    ASSERT_TRUE(stored.ok()) << stored.status();
    EXPECT_EQ(*stored->sources.at("other").values, values);
  };
  save({{"", "listener", "a"}});
  save({{"", "listener", "a"}, {"", "listener", "b"}});
  save({{"", "listener", "c"}});
  save({});
}

TEST_F(StateStoreTest, SeriesKeepTheTimeTheyBegan) {
  std::int64_t now = 100;
  auto store = SqliteStateStore::Open(
      {.directory = directory, .catalog = CatalogAndTwo(), .now = [&now] { return now; }});
  ASSERT_TRUE((*store)->Load().ok());
  ASSERT_TRUE((*store)->Save(FullState(1)).ok());
  now = 200;
  ASSERT_TRUE((*store)->Save(FullState(2)).ok());
  EXPECT_EQ(Ask("SELECT max(began) FROM series"), 100);
  EXPECT_EQ(Ask("SELECT at FROM saved"), 200);
}

TEST_F(StateStoreTest, WhenSeriesBeganComesBack) {
  SavedState state = FullState();
  auto totals = std::make_shared<Samples>(*state.totals);
  totals->SetBegan(kCounter.name, std::make_shared<const std::vector<std::int64_t>>(
                                      std::vector<std::int64_t>{70, 80, 90}));
  state.totals = totals;
  Save(state);
  const SavedState loaded = Loaded();
  EXPECT_EQ(*loaded.totals->families().at(kCounter.name).began,
            (std::vector<std::int64_t>{70, 80, 90}));
}

TEST_F(StateStoreTest, TheDirectoryIsForItsOwnerOnly) {
  Save(FullState());
  struct stat stat {};
  ASSERT_EQ(::stat(directory.c_str(), &stat), 0);
  EXPECT_EQ(stat.st_mode & 0777, 0700U);
  ASSERT_EQ(::stat(StateFile(directory).c_str(), &stat), 0);
  EXPECT_EQ(stat.st_mode & 0777, 0600U);
}

TEST_F(StateStoreTest, ItIsAWriteAheadLogThatIsSyncedFully) {
  const auto store = Open();
  ASSERT_TRUE(store->Load().ok());
  ASSERT_TRUE(store->Save(FullState()).ok());
  EXPECT_TRUE(std::filesystem::exists(StateFile(directory) + "-wal"));
}

}  // namespace
}  // namespace maillog::test
