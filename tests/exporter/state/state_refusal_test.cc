// States that are not accepted: those of other programs or newer versions, and those changed by
// hand.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "tests/support/saved_states.h"

namespace maillog::test {
namespace {

using testing::HasSubstr;
using testing::Not;

// ---- what cannot be used

TEST_F(StateStoreTest, ASecondExporterIsLockedOut) {
  const auto first = Open();
  const auto second = OpenStore(directory);
  ASSERT_FALSE(second.ok());
  EXPECT_THAT(std::string(second.status().message()), HasSubstr("another maillog_exporter"));
  EXPECT_THAT(std::string(second.status().message()), HasSubstr(directory));
}

TEST_F(StateStoreTest, ADirectoryThatCannotBeWrittenIsRefused) {
  WriteWhole(folder.path("file"), "x");
  const auto store = OpenStore(folder.path("file") + "/below");
  ASSERT_FALSE(store.ok());
  EXPECT_THAT(std::string(store.status().message()), HasSubstr("cannot be written"));
  EXPECT_THAT(std::string(store.status().message()), HasSubstr(folder.path("file")));
}

// Root may write everywhere: the test continues as nobody.
TEST_F(StateStoreTest, AReadOnlyDirectoryIsRefused) {
  ASSERT_EQ(::mkdir(directory.c_str(), 0500), 0);
  const uid_t self = ::geteuid();
  if (self == 0) {
    ASSERT_EQ(::chmod(folder.path("").c_str(), 0755), 0);
    ASSERT_EQ(::chmod(directory.c_str(), 0555), 0);
    ASSERT_EQ(::seteuid(65534), 0);
  }
  const auto store = OpenStore(directory);
  ASSERT_EQ(::seteuid(self), 0);
  ASSERT_FALSE(store.ok());
  EXPECT_THAT(std::string(store.status().message()), HasSubstr("Permission denied"));
}

TEST_F(StateStoreTest, OneThatCannotBeOpenedIsNamed) {
  std::filesystem::create_directories(StateFile(directory));
  const auto store = Open();
  const std::string refused(store->Load().status().message());
  EXPECT_THAT(refused, HasSubstr(StateFile(directory) + " cannot be opened ("));
  EXPECT_THAT(refused, HasSubstr("make room")) << "SQLite says of a full disk: disk I/O error";
}

TEST_F(StateStoreTest, AnotherProgramsDatabaseIsRefused) {
  Save(FullState());
  Change("PRAGMA application_id=1");
  const auto store = Open();
  const absl::Status refused = store->Load().status();
  EXPECT_TRUE(absl::IsDataLoss(refused));
  EXPECT_THAT(std::string(refused.message()), HasSubstr("another program's"));
  EXPECT_THAT(std::string(refused.message()), HasSubstr("--state.on-damage=set-aside"));
  EXPECT_THAT(std::string(refused.message()), Not(HasSubstr("\n")));
}

TEST_F(StateStoreTest, ANewerFormatIsRefused) {
  Save(FullState());
  Change(("PRAGMA user_version=" + std::to_string(kStateFormat + 1)).c_str());
  const auto store = Open();
  const absl::Status refused = store->Load().status();
  EXPECT_TRUE(absl::IsDataLoss(refused));
  EXPECT_THAT(std::string(refused.message()), HasSubstr("newer maillog_exporter"));
}

// One file for each format that there has been.
TEST_F(StateStoreTest, StatesOfFormerFormatsAreReadOn) {
  for (std::int64_t format = 1; format < kStateFormat; ++format) {
    SCOPED_TRACE(format);
    std::filesystem::remove_all(directory);
    std::filesystem::create_directories(directory);
    WriteWhole(StateFile(directory), "");
    Change(ReadWhole(std::string(MAILLOG_TESTS_DIR) + "/exporter/state/formats/format-" +
                     std::to_string(format) + ".sql")
               .c_str());
    const std::string before = ReadWhole(StateFile(directory));
    std::uint64_t removed = 0;
    {
      auto database = OpenState(StateFile(directory), SqliteDatabase::Access::kRead);
      ASSERT_TRUE(database.ok()) << database.status();
      const absl::StatusOr<StoredState> stored = ReadState(**database);
      ASSERT_TRUE(stored.ok()) << stored.status();
      for (const StoredSeries& series : stored->series) {
        if (series.row.metric == kQueueRemoved.name) removed += series.row.value;
      }
    }
    EXPECT_EQ(removed, 1);
    EXPECT_EQ(ReadWhole(StateFile(directory)), before) << "who only looks changes nothing";
    const std::string first = TextOf(Loaded());
    EXPECT_THAT(first, HasSubstr("source mail.log untold\n1 mail.log 65024 10952898 "));
    EXPECT_EQ(TextOf(Loaded()), first) << "now in the present format";
  }
}

TEST_F(StateStoreTest, WhatIsNotOfTheFormatThatItSaysIsRefused) {
  Save(FullState());
  Change("PRAGMA user_version=1");
  EXPECT_TRUE(absl::IsDataLoss(Open()->Load().status()));
}

TEST_F(StateStoreTest, AChangeByHandIsNoticed) {
  for (const char* change : {"UPDATE series SET value=value+1 WHERE id=1",
                             "DELETE FROM series WHERE id=2",
                             "UPDATE bookmark SET position=position+1 WHERE number=1",
                             "UPDATE saved SET at=at+1",
                             "INSERT INTO source (name, del_form) VALUES ('x', 'untold')",
                             "DROP TABLE bookmark",
                             "UPDATE source SET del_form='untold'",
                             "DELETE FROM saved",
                             "UPDATE mail SET runs=runs+1",
                             "DELETE FROM mail WHERE slot=35",
                             "DELETE FROM mail_memory",
                             "UPDATE mail_memory SET lines=0",
                             "UPDATE mail_scope SET syslog_name='x' WHERE place=0",
                             "UPDATE mail SET kinds=kinds+4294967296",
                             "UPDATE mail SET slot=-1 WHERE slot=35",
                             "UPDATE series SET labels='x=\"1\"' WHERE id=1",
                             "CREATE TABLE more (x)",
                             "CREATE INDEX more ON series (value)",
                             "ALTER TABLE source ADD COLUMN x INTEGER",
                             "DELETE FROM activity",
                             "DELETE FROM activity WHERE place=0",
                             "UPDATE activity SET place=place+1000",
                             "UPDATE activity SET place=-1 WHERE place=0",
                             "UPDATE activity SET data=data||x'00' WHERE place=0",
                             "UPDATE activity SET data='text' WHERE place=0",
                             "INSERT INTO activity VALUES (77, 0, x'00')"}) {
    std::filesystem::remove_all(directory);
    Save(FullState());
    Change(change);
    EXPECT_TRUE(absl::IsDataLoss(Open()->Load().status())) << change;
  }
}

TEST_F(StateStoreTest, WhatIsSetAsideCanStillBeRead) {
  Save(FullState());
  WriteWhole(StateFile(directory), ReadWhole(StateFile(directory)).substr(0, 5000));
  {
    const auto store = OpenStore(directory, OnDamage::kSetAside, CatalogAndTwo());
    const absl::StatusOr<SavedState> state = (*store)->Load();
    ASSERT_TRUE(state.ok()) << state.status();
    EXPECT_EQ(TextOf(*state), "");
    ASSERT_TRUE((*store)->Save(FullState(7)).ok());
  }
  EXPECT_EQ(TextOf(Loaded()), TextOf(FullState(7)));
  int aside = 0;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    if (entry.path().filename().string().starts_with("state.set-aside-")) ++aside;
  }
  EXPECT_EQ(aside, 1);
}

}  // namespace
}  // namespace maillog::test
