#include "exporter/state/ledger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>

#include "metrics/catalog/exporter.h"
#include "tests/support/stepped_waker.h"

namespace maillog::test {
namespace {

struct Disk {
  SavedState state;
  int saves = 0;
  bool full = false;
  bool closed = false;  // since the last save

  std::mutex mutex;  // guards what follows
  std::condition_variable changed;
  bool stalled = false;
  int passes = 0;           // so many go on though it is stalled
  bool waited_for = false;  // somebody hangs in the disk

  void Stall() {
    const std::lock_guard lock(mutex);
    stalled = true;
  }
  void GoOn() {
    const std::lock_guard lock(mutex);
    stalled = false;
    changed.notify_all();
  }
  void LetOneGoOn() {
    const std::lock_guard lock(mutex);
    ++passes;
    changed.notify_all();
  }
  void Pass() {
    std::unique_lock lock(mutex);
    waited_for = stalled;
    changed.notify_all();
    changed.wait(lock, [this] { return !stalled || passes > 0; });
    if (stalled) --passes;
    waited_for = false;
  }
  void WaitUntilSomebodyHangs() {
    std::unique_lock lock(mutex);
    changed.wait(lock, [this] { return waited_for; });
  }
};

class DiskStore final : public StateStore {
 public:
  explicit DiskStore(Disk& disk) : disk_(disk) {}
  [[nodiscard]] bool persistent() const override { return true; }
  [[nodiscard]] absl::StatusOr<SavedState> Load() override { return disk_.state; }
  [[nodiscard]] absl::Status Save(SavedState state) override {
    disk_.Pass();
    if (disk_.full) return absl::ResourceExhaustedError("disk full");
    ++disk_.saves;
    disk_.state = std::move(state);
    disk_.closed = false;
    return absl::OkStatus();
  }
  void Close() override {
    disk_.Pass();
    disk_.closed = true;
  }

 private:
  Disk& disk_;
};

class LedgerTest : public ::testing::Test {
 protected:
  LedgerTest() { Begin(); }

  void Begin() {
    ledger.emplace(std::make_unique<DiskStore>(disk), clock, [this] { return unix_now; });
    ASSERT_TRUE(ledger->Load().ok());
    shard = std::make_shared<Shard>("log", clock);
    ledger->Add(shard);
  }
  void Read(std::uint64_t offset) {
    Bookmark bookmark;
    bookmark.number = 1;
    bookmark.offset = offset;
    shard->Consume({.messages = "one line\n", .after = &bookmark});
  }
  [[nodiscard]] static std::uint64_t Malformed(const Samples& samples) {
    return samples.CounterValue(kRecords.name, {"log", "malformed"});
  }
  [[nodiscard]] static double Saved(const Samples& samples) {
    return std::get<double>(samples.families().at(kStateSaved.name).series.at({}));
  }

  [[nodiscard]] static std::int64_t BeganOf(const Samples& samples, const LabelValues& labels) {
    const Samples::Family& records = samples.families().at(kRecords.name);
    const auto found = records.series.find(labels);
    return (*records.began)[static_cast<std::size_t>(std::distance(records.series.begin(), found))];
  }

  Disk disk;
  FakeClock clock;
  std::int64_t unix_now = 1000;
  std::optional<Ledger> ledger;
  std::shared_ptr<Shard> shard;
};

TEST_F(LedgerTest, ShowsWhatItSaved) {
  Read(9);
  EXPECT_EQ(Malformed(**ledger->Commit()), 1);
  EXPECT_EQ(disk.saves, 1);
  EXPECT_EQ(disk.state.totals->CounterValue(kRecords.name, {"log", "malformed"}), 1);
  EXPECT_EQ(disk.state.sources.at("log").bookmarks.at(0).offset, 9);
}

TEST_F(LedgerTest, SavesNothingWhenNothingMoved) {
  Read(9);
  (void)ledger->Commit();
  (void)ledger->Commit();
  EXPECT_EQ(disk.saves, 1);
}

TEST_F(LedgerTest, WhileNothingMovesCountersAreSharedAndGaugesAreNew) {
  Read(9);
  const auto first = *ledger->Commit();
  clock.Advance(std::chrono::seconds(7));
  const auto second = *ledger->Commit();
  const auto place = [](const Samples& samples) {
    return &*samples.families().at(kRecords.name).series.begin();
  };
  const auto lag = [](const Samples& samples) {
    return std::get<double>(samples.families().at(kSourceLagSeconds.name).series.at({"log"}));
  };
  EXPECT_EQ(place(*first), place(*second));
  EXPECT_DOUBLE_EQ(lag(*second) - lag(*first), 7);
  EXPECT_EQ(second->CounterValue(kStateCommits.name, {}), 1U);
  shard->SetHealth(absl::UnavailableError("gone"));
  const auto third = *ledger->Commit();
  EXPECT_EQ(std::get<double>(third->families().at(kSourceUp.name).series.at({"log"})), 0);
  Read(18);
  EXPECT_EQ(Malformed(**ledger->Commit()), 2U);
  EXPECT_EQ(Malformed(*second), 1U);
}

// Each a second earlier: the clocks of those who scrape may differ.
TEST_F(LedgerTest, SeriesBeginAtTheLastCommitWithoutThem) {
  unix_now = 1010;
  Read(9);
  EXPECT_EQ(BeganOf(**ledger->Commit(), {"log", "malformed"}), 999);
  unix_now = 1020;
  (void)ledger->Commit();
  unix_now = 1030;
  auto other = std::make_shared<Shard>("another", clock);
  ledger->Add(other);
  Bookmark bookmark;
  bookmark.number = 1;
  other->Consume({.messages = "one line\n", .after = &bookmark});
  for (int i = 0; i < 3; ++i) {
    const auto shown = *ledger->Commit();
    EXPECT_EQ(BeganOf(*shown, {"log", "malformed"}), 999);
    EXPECT_EQ(BeganOf(*shown, {"another", "malformed"}), 1019);
    unix_now += 10;
    Read(18 + 9 * static_cast<std::uint64_t>(i));
  }
}

TEST_F(LedgerTest, SeriesKeepTheirBeginningOverRestartsAndRemovals) {
  Read(9);
  (void)ledger->Commit();
  unix_now = 2000;
  Begin();
  EXPECT_EQ(BeganOf(**ledger->Commit(), {"log", "malformed"}), 999);
  Read(18);
  ledger->Remove(shard);
  unix_now = 3000;
  EXPECT_EQ(BeganOf(**ledger->Commit(), {"log", "malformed"}), 999);
}

TEST_F(LedgerTest, TotalsGoOnInTheNextRun) {
  Read(9);
  (void)ledger->Commit();
  Begin();
  EXPECT_EQ(ledger->SavedOf("log")->bookmarks.at(0).offset, 9);
  EXPECT_FALSE(ledger->SavedOf("other").has_value());
  Read(18);
  EXPECT_EQ(Malformed(**ledger->Commit()), 2);
}

TEST_F(LedgerTest, ASourceThatHadBytesForItsNameGoesOnAsItsLabel) {
  Read(9);
  (void)ledger->Commit();
  auto& sources = disk.state.sources;
  sources["b\xFF"] = sources.at("log");
  sources["c\xFF"] = sources.at("log");
  sources["c\\xff"] = {};
  Begin();
  shard = std::make_shared<Shard>("b\xFF", clock);
  ASSERT_EQ(shard->source(), "b\\xff");
  EXPECT_EQ(ledger->SavedOf(shard->source())->bookmarks.at(0).offset, 9);
  EXPECT_TRUE(ledger->SavedOf("c\\xff")->bookmarks.empty());
  EXPECT_FALSE(ledger->SavedOf("b\xFF"));
  EXPECT_FALSE(ledger->SavedOf("c\xFF"));
}

TEST_F(LedgerTest, WhatIsNotDurableBeginsAnew) {
  Read(9);
  EXPECT_EQ((*ledger->Commit())->CounterValue(kStateCommits.name, {}), 1);
  Begin();
  EXPECT_EQ((*ledger->Commit())->CounterValue(kStateCommits.name, {}), 0);
}

TEST_F(LedgerTest, AFullDiskShowsLiveNumbersAndSaysSo) {
  disk.full = true;
  Read(9);
  const std::shared_ptr<const Samples> unsaved = *ledger->Commit();
  EXPECT_EQ(Malformed(*unsaved), 1);
  EXPECT_EQ(Saved(*unsaved), 0);
  disk.full = false;
  EXPECT_EQ(Saved(**ledger->Commit()), 1);
  EXPECT_EQ(disk.saves, 1);
}

TEST_F(LedgerTest, ScrapesShareACommitWithinAHundredMilliseconds) {
  ledger->Start();
  Read(9);
  EXPECT_EQ(Malformed(**ledger->Commit()), 1);
  Read(18);
  EXPECT_EQ(Malformed(**ledger->Commit()), 1);
  clock.Advance(std::chrono::milliseconds(100));
  EXPECT_EQ(Malformed(**ledger->Commit()), 2);
  ledger->Stop();
  EXPECT_EQ(disk.saves, 2);
}

TEST_F(LedgerTest, ADiskThatStaysFullIsToldOnceAndTriedEachTime) {
  disk.full = true;
  testing::internal::CaptureStderr();
  for (std::uint64_t i = 1; i < 4; ++i) {
    Read(9 * i);
    EXPECT_EQ(Malformed(**ledger->Commit()), i);
  }
  disk.full = false;
  (void)ledger->Commit();
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_EQ(disk.saves, 1);
  EXPECT_EQ(disk.state.sources.at("log").bookmarks.at(0).offset, 27);
  EXPECT_THAT(log, testing::HasSubstr("cannot be saved"));
  EXPECT_EQ(log.find("cannot be saved"), log.rfind("cannot be saved"));
  EXPECT_THAT(log, testing::HasSubstr("saved again"));
}

TEST_F(LedgerTest, AStalledDiskShowsTheLastCommitWithinASecondAndGoesOn) {
  ledger->Start();
  Read(9);
  EXPECT_EQ(Malformed(**ledger->Commit()), 1);
  disk.Stall();
  clock.Advance(std::chrono::milliseconds(100));
  Read(18);
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(Malformed(**ledger->Commit()), 1);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::milliseconds(1500));
  disk.GoOn();
  EXPECT_TRUE(ledger->CommitNow());
  EXPECT_EQ(Malformed(**ledger->Commit()), 2);
  EXPECT_EQ(disk.saves, 2);
}

TEST_F(LedgerTest, ReadingGoesOnThoughTheDiskHangs) {
  ledger->Start();
  disk.Stall();
  Read(9);
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_FALSE(ledger->CommitNow());  // as before a file is closed
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::milliseconds(1500));
  disk.WaitUntilSomebodyHangs();
  Read(18);
  disk.GoOn();
  EXPECT_TRUE(ledger->CommitNow());
  EXPECT_EQ(Malformed(**ledger->Commit()), 2);
}

TEST_F(LedgerTest, WhatIsCountedWhileACommitRunsIsInTheNextOne) {
  ledger->Start();
  disk.Stall();
  Read(9);
  EXPECT_FALSE(ledger->CommitNow());
  Read(18);
  disk.GoOn();
  EXPECT_TRUE(ledger->CommitNow());
  EXPECT_EQ(disk.state.sources.at("log").bookmarks.at(0).offset, 18);
  EXPECT_EQ(disk.saves, 2);
}

TEST_F(LedgerTest, WhoComesAgainGetsTheCommitOfASlowDiskThatWasAskedForFirst) {
  Ledger::Asked asked;
  const auto other = std::make_shared<Shard>("another log", clock);
  ledger->Add(other);
  ledger->Start();
  disk.Stall();
  Read(9);
  EXPECT_FALSE(ledger->CommitNow(*shard, asked));
  other->Consume({.messages = "one line\n", .lost_bytes = 1});
  disk.LetOneGoOn();
  EXPECT_TRUE(ledger->CommitNow(*shard, asked));
  EXPECT_EQ(disk.saves, 1);
  Read(18);  // which is in no commit yet
  EXPECT_FALSE(ledger->CommitNow(*shard, asked));
  disk.GoOn();
  EXPECT_TRUE(ledger->CommitNow(*shard, asked));
  EXPECT_EQ(disk.state.sources.at("log").bookmarks.at(0).offset, 18);
}

TEST_F(LedgerTest, ACommitThatWasAskedForAndFailsIsAskedForAgain) {
  Ledger::Asked asked;
  ledger->Start();
  Read(9);
  disk.full = true;
  EXPECT_FALSE(ledger->CommitNow(*shard, asked));
  EXPECT_FALSE(ledger->CommitNow(*shard, asked));
  disk.full = false;
  EXPECT_TRUE(ledger->CommitNow(*shard, asked));
  EXPECT_EQ(disk.state.sources.at("log").bookmarks.at(0).offset, 9);
}

TEST_F(LedgerTest, TheEndWaitsHalfASecondForAStalledDiskAndSaysSo) {
  ledger->Start();
  Read(9);
  disk.Stall();
  testing::internal::CaptureStderr();
  const auto begun = std::chrono::steady_clock::now();
  ledger->Stop();
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::milliseconds(900));
  EXPECT_THAT(testing::internal::GetCapturedStderr(), testing::HasSubstr("could not be saved"));
  disk.GoOn();
  ledger->Stop();
}

TEST_F(LedgerTest, ACommitThatFailsIsNotTakenForOneThatCoversWhatWasRead) {
  Read(9);
  disk.full = true;
  EXPECT_FALSE(ledger->CommitNow());
  disk.full = false;
  EXPECT_TRUE(ledger->CommitNow());
  EXPECT_EQ(disk.state.sources.at("log").bookmarks.at(0).offset, 9);
}

TEST_F(LedgerTest, ASourceIsRemovedAndAddedWhileTheDiskHangs) {
  ledger->Start();
  Read(9);
  EXPECT_TRUE(ledger->CommitNow());
  disk.Stall();
  Read(18);
  EXPECT_FALSE(ledger->CommitNow());
  disk.WaitUntilSomebodyHangs();
  Read(27);
  const auto begun = std::chrono::steady_clock::now();
  ledger->Remove(shard);
  EXPECT_EQ(ledger->SavedOf("log")->bookmarks.at(0).offset, 27);
  shard = std::make_shared<Shard>("log", clock);
  shard->Restore(*ledger->SavedOf("log"));
  ledger->Add(shard);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::milliseconds(500));
  disk.GoOn();
  EXPECT_TRUE(ledger->CommitNow());
  EXPECT_EQ(disk.state.sources.at("log").bookmarks.at(0).offset, 27);
  EXPECT_EQ(Malformed(**ledger->Commit()), 3);
}

TEST_F(LedgerTest, ASourceThatWasNotLookedAtIsNotKnownToTheNextRun) {
  shard->Consume({.read_bytes = 0, .lost_bytes = 1, .progress = Progress::kMore});
  (void)ledger->Commit();
  EXPECT_EQ(disk.saves, 1);
  EXPECT_FALSE(disk.state.sources.contains("log"));
  shard->Consume({.progress = Progress::kAtEnd});
  (void)ledger->Commit();
  EXPECT_TRUE(disk.state.sources.contains("log"));
}

TEST_F(LedgerTest, ASourceThatIsNoLongerFollowedKeepsItsTotalsAndGoesOnLater) {
  Read(9);
  (void)ledger->Commit();
  ledger.emplace(std::make_unique<DiskStore>(disk), clock);
  ASSERT_TRUE(ledger->Load().ok());
  shard = std::make_shared<Shard>("other", clock);
  ledger->Add(shard);
  Read(5);
  EXPECT_EQ(Malformed(**ledger->Commit()), 1);
  Begin();
  EXPECT_EQ(ledger->SavedOf("log")->bookmarks.at(0).offset, 9);
  EXPECT_EQ(ledger->SavedOf("other")->bookmarks.at(0).offset, 5);
}

// What comes next may be ended by force: the HTTP server's threads, or the whole process.
TEST_F(LedgerTest, TheEndClosesTheStoreAfterTheLastCommit) {
  ledger->Start();
  Read(9);
  ledger->Stop();
  EXPECT_EQ(disk.saves, 1);
  EXPECT_TRUE(disk.closed);
}

TEST_F(LedgerTest, CommitsAtTheEnd) {
  ledger->Start();
  Read(9);
  ledger->Stop();
  EXPECT_EQ(disk.saves, 1);
}

}  // namespace
}  // namespace maillog::test
