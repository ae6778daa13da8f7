#include "exporter/ledger.h"

#include <gtest/gtest.h>

#include <optional>

#include "metrics/catalog/exporter.h"
#include "tests/support/stepped_waker.h"

namespace maillog::test {
namespace {

struct Disk {
  SavedState state;
  int saves = 0;
  bool full = false;
};

class DiskStore final : public StateStore {
 public:
  explicit DiskStore(Disk& disk) : disk_(disk) {}
  [[nodiscard]] bool persistent() const override { return true; }
  [[nodiscard]] absl::StatusOr<SavedState> Load() override { return disk_.state; }
  [[nodiscard]] absl::Status Save(SavedState state) override {
    if (disk_.full) return absl::ResourceExhaustedError("disk full");
    ++disk_.saves;
    disk_.state = std::move(state);
    return absl::OkStatus();
  }

 private:
  Disk& disk_;
};

class LedgerTest : public ::testing::Test {
 protected:
  LedgerTest() { Begin(); }

  void Begin() {
    ledger.emplace(std::make_unique<DiskStore>(disk), clock);
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

  Disk disk;
  FakeClock clock;
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

TEST_F(LedgerTest, TotalsGoOnInTheNextRun) {
  Read(9);
  (void)ledger->Commit();
  Begin();
  EXPECT_EQ(ledger->SavedOf("log")->bookmarks.at(0).offset, 9);
  EXPECT_FALSE(ledger->SavedOf("other").has_value());
  Read(18);
  EXPECT_EQ(Malformed(**ledger->Commit()), 2);
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

TEST_F(LedgerTest, CommitsAtTheEnd) {
  ledger->Start();
  Read(9);
  ledger->Stop();
  EXPECT_EQ(disk.saves, 1);
}

}  // namespace
}  // namespace maillog::test
