#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <ctime>
#include <functional>
#include <iostream>
#include <limits>
#include <random>
#include <sstream>

#include "exporter/show_state.h"
#include "metrics/catalog/exporter.h"
#include "tests/support/state_folder.h"

namespace maillog::test {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::array<std::string_view, 2> kLabels{"server", "kind"};
constexpr std::array<std::int64_t, 3> kBounds{10, 20, 30};
constexpr RowInfo kCounter{.name = "maillog_things_total", .label_names = kLabels};
constexpr RowInfo kHistogram{.name = "maillog_thing_seconds",
                             .type = RowType::kHistogram,
                             .label_names = kLabels,
                             .bounds = kBounds,
                             .unit = Unit::kMicros};

std::vector<RowInfo> Catalog() {
  std::vector<RowInfo> rows = AllRows();
  rows.push_back(kCounter);
  rows.push_back(kHistogram);
  return rows;
}

Bookmark FullBookmark(BookmarkNumber number) {
  Bookmark bookmark{
      .number = number,
      .path = "/var/log/m\xffil \"log\"",
      .id = {.device = std::numeric_limits<std::uint64_t>::max(),
             .inode = 77,
             .born_ns = 1'795'000'000'123'456'789 + static_cast<std::int64_t>(number)},
      .offset = 5000 + number};
  bookmark.head.Extend(std::string(700, 'h') + std::to_string(number));
  bookmark.window = {.length = 200, .hash = 0xfedcba9876543210ULL};
  bookmark.given_up = StreamSet(number % 2 == 0 ? 2 : 6);
  bookmark.cursor = "s=0123;i=" + std::to_string(number);
  bookmark.finished = number % 2 == 0;
  bookmark.changed_ns = -9'000'000'000 * static_cast<std::int64_t>(number);
  return bookmark;
}

SavedState FullState(std::uint64_t count = 3) {
  auto totals = std::make_shared<Samples>();
  totals->AddCounter(kCounter, {"postfix", "a \"b\" \\ c\nd"}, count);
  totals->AddCounter(kCounter, {"postfix", ""}, 0);
  totals->AddCounter(kCounter, {"", "z"}, std::numeric_limits<std::uint64_t>::max());
  totals->AddHistogram(kHistogram, {"dovecot", "x"},
                       {.buckets = {1, 0, count, 4}, .count = 5 + count, .sum = -9'000'000'000});
  totals->SetGauge(kSourceUp, {"log"}, 1);
  totals->AddCounter(kStateCommits, {}, 12);
  SavedState state{.totals = totals, .sources = {}};
  state.sources["/var/log/mail.log"] = {
      .bookmarks = {FullBookmark(1), FullBookmark(2)},
      .del_form = DelForm::kDeletedBytes,
      .values = std::make_shared<std::vector<KnownValue>>(
          std::vector<KnownValue>{{"", "listener", "smtps"}, {"mx", "transport", "\xff relay"}})};
  state.sources["other"] = {};
  return state;
}

class StateStoreTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::unique_ptr<SqliteStateStore> Open(
      std::vector<RowInfo> catalog = Catalog()) const {
    auto opened = OpenStore(directory, OnDamage::kRefuse, std::move(catalog));
    EXPECT_TRUE(opened.ok()) << opened.status();
    return opened.ok() ? *std::move(opened) : nullptr;
  }
  [[nodiscard]] SavedState Loaded(std::vector<RowInfo> catalog = Catalog()) const {
    const auto store = Open(std::move(catalog));
    absl::StatusOr<SavedState> state = store->Load();
    EXPECT_TRUE(state.ok()) << state.status();
    return state.ok() ? *std::move(state) : SavedState{};
  }
  void Save(const SavedState& state) const {
    const auto store = Open();
    ASSERT_TRUE(store->Load().ok());
    const absl::Status saved = store->Save(state);
    ASSERT_TRUE(saved.ok()) << saved;
  }
  [[nodiscard]] std::int64_t Ask(const char* sql) const {
    auto database = SqliteDatabase::Open(StateFile(directory), SqliteDatabase::Access::kRead);
    return *(*database)->Integer(sql);
  }
  void Change(const char* sql) const {
    auto database = SqliteDatabase::Open(StateFile(directory), SqliteDatabase::Access::kReadWrite);
    const absl::Status changed = (*database)->Execute(sql);
    ASSERT_TRUE(changed.ok()) << changed;
  }

  StateFolder folder;
  const std::string directory = folder.path();
};

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
  EXPECT_EQ(
      TextOf({.totals = LoadSeries(stored->series, Catalog())->totals, .sources = stored->sources}),
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
      {.directory = directory, .catalog = Catalog(), .now = [&now] { return now; }});
  ASSERT_TRUE((*store)->Load().ok());
  ASSERT_TRUE((*store)->Save(FullState(1)).ok());
  now = 200;
  ASSERT_TRUE((*store)->Save(FullState(2)).ok());
  EXPECT_EQ(Ask("SELECT max(began) FROM series"), 100);
  EXPECT_EQ(Ask("SELECT at FROM saved"), 200);
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

// ---- other versions

TEST_F(StateStoreTest, ARenamedRowKeepsItsTotals) {
  Save(FullState());
  RowInfo renamed = kCounter;
  renamed.name = "maillog_items_total";
  renamed.was = kCounter.name;
  for (int run = 0; run < 2; ++run) {
    const auto store = Open({renamed, kHistogram});
    absl::StatusOr<SavedState> state = store->Load();
    EXPECT_EQ(state->totals->CounterValue(renamed.name, {"postfix", "a \"b\" \\ c\nd"}), 3);
    ASSERT_TRUE(store->Save(*state).ok());
  }
  EXPECT_EQ(Ask("SELECT count(*) FROM series WHERE metric='maillog_things_total'"), 0);
  EXPECT_EQ(Ask("SELECT count(*) FROM series WHERE metric='maillog_items_total'"), 3);
}

TEST_F(StateStoreTest, AnUnknownRowStaysForTheVersionThatKnowsIt) {
  Save(FullState());
  {
    const auto store = Open({kHistogram});
    SavedState state = *store->Load();
    EXPECT_FALSE(state.totals->families().contains(kCounter.name));
    ASSERT_TRUE(store->Save(state).ok());
  }
  EXPECT_EQ(TextOf(Loaded()), TextOf(FullState()));
}

TEST_F(StateStoreTest, ARowThatIsNowOfAnotherTypeBeginsAnew) {
  Save(FullState());
  RowInfo other = kHistogram;
  other.name = kCounter.name;
  {
    const auto store = Open({other});
    SavedState state = *store->Load();
    EXPECT_FALSE(state.totals->families().contains(kCounter.name));
    auto totals = std::make_shared<Samples>();
    totals->AddHistogram(other, {"postfix", ""}, {.buckets = {1, 0, 0, 0}, .count = 1, .sum = 5});
    state.totals = totals;
    ASSERT_TRUE(store->Save(state).ok());
  }
  EXPECT_THAT(TextOf(Loaded({other})), HasSubstr("maillog_things_total{server=\"postfix\"} 1 5"));
}

TEST_F(StateStoreTest, LabelsAreKnownByName) {
  Save(FullState());
  static constexpr std::array<std::string_view, 3> kTurned{"new", "kind", "server"};
  RowInfo turned = kCounter;
  turned.label_names = kTurned;
  {
    const auto store = Open({turned});
    const SavedState state = *store->Load();
    EXPECT_EQ(state.totals->CounterValue(kCounter.name, {"", "a \"b\" \\ c\nd", "postfix"}), 3);
    ASSERT_TRUE(store->Save(state).ok());
  }
  EXPECT_EQ(TextOf(Loaded()), TextOf(FullState()));
}

TEST_F(StateStoreTest, SeriesThatDifferInALabelThatIsGoneAreAddedUp) {
  SavedState state;
  auto totals = std::make_shared<Samples>();
  totals->AddCounter(kCounter, {"postfix", "a"}, 3);
  totals->AddCounter(kCounter, {"postfix", "b"}, 4);
  totals->AddCounter(kCounter, {"postfix", ""}, 5);
  state.totals = totals;
  Save(state);
  static constexpr std::array<std::string_view, 1> kFewer{"server"};
  RowInfo fewer = kCounter;
  fewer.label_names = kFewer;
  for (int run = 0; run < 2; ++run) {
    const auto store = Open({fewer});
    const SavedState loaded = *store->Load();
    EXPECT_EQ(loaded.totals->CounterValue(kCounter.name, {"postfix"}), 12);
    ASSERT_TRUE(store->Save(loaded).ok());
  }
  EXPECT_EQ(Ask("SELECT count(*) FROM series"), 1);
}

TEST_F(StateStoreTest, WhatALabelCannotHoldAnyMoreIsAddedToOther) {
  static constexpr std::array<std::string_view, 1> kOpen{"transport"};
  constexpr RowInfo kSent{.name = "maillog_sent_total", .label_names = kOpen};
  auto totals = std::make_shared<Samples>();
  totals->AddCounter(kSent, {"user1@example.com"}, 3);
  totals->AddCounter(kSent, {"127.0.0.1[127.0.0.1]:10025"}, 4);
  totals->AddCounter(kSent, {"other"}, 5);
  totals->AddCounter(kSent, {"relay"}, 6);
  totals->AddCounter(kSent, {""}, 7);
  totals->AddCounter(kSent, {"relay", "log_host", "user1@example.com"}, 8);
  totals->AddCounter(kSent, {"192.0.2.1", "log_host", "192.0.2.1"}, 9);
  totals->AddCounter(kSent, {"relay", "site", "a/b"}, 10);
  SavedState state;
  state.totals = totals;
  {
    const auto store = Open({kSent});
    ASSERT_TRUE(store->Load().ok());
    ASSERT_TRUE(store->Save(state).ok());
  }
  for (int run = 0; run < 2; ++run) {
    const auto store = Open({kSent});
    const SavedState loaded = *store->Load();
    const auto value = [&](const LabelValues& labels) {
      return loaded.totals->CounterValue(kSent.name, labels);
    };
    EXPECT_EQ(value({"other"}), 12);
    EXPECT_EQ(value({"relay"}), 6);
    EXPECT_EQ(value({""}), 7);
    EXPECT_EQ(value({"relay", "log_host", "other"}), 8);
    EXPECT_EQ(value({"other", "log_host", "192.0.2.1"}), 9);
    EXPECT_EQ(value({"relay", "site", "a/b"}), 10) << "a label of the user's own";
    ASSERT_TRUE(store->Save(loaded).ok());
  }
  EXPECT_EQ(Ask("SELECT count(*) FROM series"), 6);
  EXPECT_EQ(Ask("SELECT sum(value) FROM series"), 3 + 4 + 5 + 6 + 7 + 8 + 9 + 10);
  EXPECT_EQ(Ask("SELECT count(*) FROM series WHERE labels LIKE '%@%' OR labels LIKE '%127.0%'"), 0);
}

TEST_F(StateStoreTest, OtherBucketsTakeOverWhatIsCertain) {
  Save(FullState(3));
  static constexpr std::array<std::int64_t, 3> kOther{10, 15, 30};
  RowInfo other = kHistogram;
  other.bounds = kOther;
  for (int run = 0; run < 2; ++run) {
    const auto store = Open({other});
    const SavedState state = *store->Load();
    const auto& value = std::get<HistogramValue>(
        state.totals->families().at(other.name).series.at({"dovecot", "x"}));
    EXPECT_THAT(value.buckets, testing::ElementsAre(1, 0, 3, 4));
    EXPECT_EQ(value.count, 8);
    EXPECT_EQ(value.sum, -9'000'000'000);
    ASSERT_TRUE(store->Save(state).ok());
  }
}

TEST(StateRowsTest, BucketsGoToTheBoundThatHoldsThem) {
  const Buckets from{.bounds = {10, 20, 30}, .buckets = {1, 2, 3, 4}};
  EXPECT_THAT(Rebucket(from, std::vector<std::int64_t>{20}), testing::ElementsAre(3, 7));
  EXPECT_THAT(Rebucket(from, std::vector<std::int64_t>{5, 10, 15, 20, 30, 40}),
              testing::ElementsAre(0, 1, 0, 2, 3, 0, 4));
}

TEST(StateRowsTest, TextsThatAreNotOfTheFormAreRefused) {
  for (const char* text :
       {"a", "a=", "a=\"", "a=\"b", "=\"b\"", "a=\"b\",", "a=\"b\"c", ",", "a=b", "a=\"b\\"}) {
    EXPECT_FALSE(ParseLabels(text).has_value()) << text;
  }
  for (const char* text : {"", "1:2", "1:2,", "+Inf:", "+Inf:1,", "2:1,1:1,+Inf:0",
                           "1:1,1:1,+Inf:0", "1:-1,+Inf:0", "x:1,+Inf:0", "+Inf:1,5:1"}) {
    EXPECT_FALSE(ParseBuckets(text).has_value()) << text;
  }
  Head::Saved head;
  for (const char* text : {"", "1 2 3 4", "1 2 3 4 5 6", "1 2 3 4 x"}) {
    EXPECT_FALSE(ParseRungs(text, head)) << text;
  }
}

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

// Root may write everywhere: the test goes on as nobody.
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

// One file for each format that there was.
TEST_F(StateStoreTest, StatesOfFormerFormatsAreReadOn) {
  for (std::int64_t format = 1; format < kStateFormat; ++format) {
    SCOPED_TRACE(format);
    std::filesystem::remove_all(directory);
    std::filesystem::create_directories(directory);
    WriteWhole(StateFile(directory), "");
    Change(ReadWhole(std::string(MAILLOG_TESTS_DIR) + "/exporter/states/format-" +
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
  for (const char* change :
       {"UPDATE series SET value=value+1 WHERE id=1", "DELETE FROM series WHERE id=2",
        "UPDATE bookmark SET position=position+1 WHERE number=1", "UPDATE saved SET at=at+1",
        "INSERT INTO source (name, del_form) VALUES ('x', 'untold')", "DROP TABLE bookmark",
        "UPDATE source SET del_form='untold'", "DELETE FROM saved",
        "UPDATE series SET labels='x=\"1\"' WHERE id=1", "CREATE TABLE more (x)",
        "CREATE INDEX more ON series (value)", "ALTER TABLE source ADD COLUMN x INTEGER"}) {
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
    const auto store = OpenStore(directory, OnDamage::kSetAside, Catalog());
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

// ---- files that are cut, or damaged

// A copy of a state that a process has left behind when it was killed: with a write-ahead log.
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
    const auto store = OpenStore(copy, OnDamage::kRefuse, Catalog());
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

// Each 64 bytes, and around each page and each frame.
std::vector<std::size_t> Cuts(std::size_t size, std::size_t first, std::size_t unit) {
  std::vector<std::size_t> cuts;
  for (std::size_t cut = 0; cut < size; ++cut) {
    const std::size_t in_unit = (cut + unit - first) % unit;
    if (cut % 64 == 0 || in_unit < 2 || in_unit == unit - 1) cuts.push_back(cut);
  }
  return cuts;
}

TEST_F(DamageTest, TheDatabaseCutAnywhereIsRefusedOrWhole) {
  const LeftBehind left = Leave(0);
  for (const std::size_t cut : Cuts(left.database.size(), 0, 4096)) {
    Expect(left, left.database.substr(0, cut), "", "cut at " + std::to_string(cut));
  }
  EXPECT_EQ(accepted, 0);
  EXPECT_GT(refused, 300);
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
  for (int i = 0; i < 500; ++i) {
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
  EXPECT_GT(accepted, 20);
  EXPECT_GT(refused, 100);
}

TEST_F(DamageTest, ALogWithoutItsDatabaseIsRefused) {
  const LeftBehind left = Leave(1);
  const std::string copy = folder.path("copy");
  std::filesystem::create_directory(copy);
  WriteWhole(StateFile(copy) + "-wal", left.log);
  EXPECT_TRUE(absl::IsDataLoss((*OpenStore(copy))->Load().status()));
}

// ---- disks

// A file of this process cannot grow beyond the limit: as on a full disk, writes fail.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    former_ = ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{.rlim_cur = bytes, .rlim_max = before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, former_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
  sighandler_t former_{};
};

SavedState BigState(std::uint64_t count, int series) {
  auto totals = std::make_shared<Samples>();
  for (int i = 0; i < series; ++i) {
    totals->AddCounter(kCounter, {"postfix", "kind" + std::to_string(i)}, count);
  }
  SavedState state{.totals = totals, .sources = {}};
  state.sources["log"] = {.bookmarks = {FullBookmark(count)}};
  return state;
}

TEST_F(StateStoreTest, AFullDiskFailsACommitAndTheNextOneGoesThrough) {
  const auto store = Open();
  ASSERT_TRUE(store->Load().ok());
  ASSERT_TRUE(store->Save(BigState(1, 10)).ok());
  for (const rlim_t room : {100UL, 5'000UL, 20'000UL, 60'000UL}) {
    const FileSizeLimit full(room);
    EXPECT_FALSE(store->Save(BigState(2, 3000)).ok()) << room;
  }
  {
    auto database = OpenState(StateFile(directory), SqliteDatabase::Access::kRead);
    const auto stored = ReadState(**database);
    ASSERT_TRUE(stored.ok()) << stored.status();
    EXPECT_EQ(stored->series.size(), 10);
  }
  ASSERT_TRUE(store->Save(BigState(3, 3000)).ok());
  auto database = OpenState(StateFile(directory), SqliteDatabase::Access::kRead);
  EXPECT_EQ(ReadState(**database)->series.size(), 3000);
}

TEST_F(StateStoreTest, UnsavedNumbersAreRememberedUntilTheyAreSaved) {
  {
    const auto store = Open();
    ASSERT_TRUE(store->Load().ok());
    const FileSizeLimit full(100);
    ASSERT_FALSE(store->Save(BigState(1, 1000)).ok());
  }
  EXPECT_THAT(ReadWhole(directory + "/state.lock"), "unsaved\n");
  Save(BigState(1, 10));
  EXPECT_THAT(ReadWhole(directory + "/state.lock"), "saved  \n");
}

TEST_F(StateStoreTest, AStateThatIsRemovedMeanwhileIsMadeAgain) {
  const auto store = Open();
  ASSERT_TRUE(store->Load().ok());
  ASSERT_TRUE(store->Save(FullState(1)).ok());
  std::filesystem::remove_all(directory);
  ASSERT_TRUE(store->Save(FullState(2)).ok());
  auto database = OpenState(StateFile(directory), SqliteDatabase::Access::kRead);
  const auto stored = ReadState(**database);
  ASSERT_TRUE(stored.ok()) << stored.status();
  EXPECT_EQ(stored->series.size(), 4);
  EXPECT_FALSE(OpenStore(directory).ok());
}

TEST_F(StateStoreTest, AShellThatHoldsTheDatabaseIsWaitedForOrFailsTheCommit) {
  const auto store = Open();
  ASSERT_TRUE(store->Load().ok());
  auto shell = SqliteDatabase::Open(StateFile(directory), SqliteDatabase::Access::kReadWrite);
  ASSERT_TRUE((*shell)->Execute("BEGIN; SELECT * FROM saved").ok());
  EXPECT_TRUE(store->Save(FullState(1)).ok());
  ASSERT_TRUE((*shell)->Execute("COMMIT; BEGIN IMMEDIATE").ok());
  EXPECT_FALSE(store->Save(FullState(2)).ok());
  ASSERT_TRUE((*shell)->Execute("COMMIT").ok());
  EXPECT_TRUE(store->Save(FullState(3)).ok());
}

// ---- cost

std::chrono::microseconds Took(const std::function<void()>& act) {
  const auto begun = std::chrono::steady_clock::now();
  act();
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() -
                                                               begun);
}

// Unoptimized and under the sanitizers it is many times as slow; then only the order is tested.
constexpr std::chrono::milliseconds kLongestCommit{MAILLOG_SLOWNESS == 1 ? 10 : 200};

TEST_F(StateStoreTest, ACommitOfTwoThousandSeriesTakesMilliseconds) {
  const auto store = Open();
  ASSERT_TRUE(store->Load().ok());
  ASSERT_TRUE(store->Save(BigState(1, 2000)).ok());
  std::chrono::microseconds least = std::chrono::hours(1);
  for (std::uint64_t i = 2; i < 12; ++i) {
    const SavedState state = BigState(i, 2000);
    least = std::min(least, Took([&] { ASSERT_TRUE(store->Save(state).ok()); }));
  }
  std::cout << "measured: commit of 2,000 changed series: " << least.count() << " us\n";
  EXPECT_LT(least, kLongestCommit);
}

TEST_F(StateStoreTest, AStartWithTenThousandSeriesTakesMilliseconds) {
  Save(BigState(1, 10'000));
  const auto store = Open();
  const std::clock_t begun = std::clock();  // of this process: what others compute is no matter
  ASSERT_TRUE(store->Load().ok());
  const auto took = static_cast<double>(std::clock() - begun) / CLOCKS_PER_SEC;
  std::cout << "measured: load of 10,000 series: " << took << " s\n";
  EXPECT_LT(took, 1 * MAILLOG_SLOWNESS);
}

// ---- state show

TEST_F(StateStoreTest, ShowTellsWhatIsThereWhileAnExporterRuns) {
  const auto store = Open();
  ASSERT_TRUE(store->Load().ok());
  ASSERT_TRUE(store->Save(FullState()).ok());
  std::ostringstream out;
  const absl::Status shown = ShowState(directory, out);
  ASSERT_TRUE(shown.ok()) << shown;
  EXPECT_THAT(out.str(), HasSubstr("source /var/log/mail.log (2 files)"));
  EXPECT_THAT(out.str(), HasSubstr("read up to byte 5001\n"));
  EXPECT_THAT(out.str(), HasSubstr("read up to byte 5002, finished\n"));
  EXPECT_THAT(out.str(), HasSubstr("4 series of 2 metrics"));
  EXPECT_THAT(out.str(), HasSubstr("maillog_thing_seconds 8 observations in 1 series"));
  EXPECT_TRUE(store->Save(FullState(9)).ok());
}

TEST_F(StateStoreTest, ShowSaysWhenThereIsNothing) {
  std::ostringstream out;
  EXPECT_FALSE(ShowState(directory, out).ok());
  EXPECT_FALSE(ShowState("", out).ok());
  EXPECT_FALSE(std::filesystem::exists(directory));
}

}  // namespace
}  // namespace maillog::test
