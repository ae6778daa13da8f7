// Full disks, shells that hold the database open, and what a commit costs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <ctime>
#include <iostream>

#include "tests/support/saved_states.h"

namespace maillog::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// ---- disks

// No file of this process can grow beyond the limit: as on a full disk, writes fail.
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
  EXPECT_THAT(ReadWhole(directory + "/state.lock"), StartsWith("unsaved\n"));
  Save(BigState(1, 10));
  EXPECT_THAT(ReadWhole(directory + "/state.lock"), StartsWith("saved  \n"));
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

// The time of this process: what others compute does not matter.
double CpuSeconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

TEST_F(StateStoreTest, ACommitOfTwoThousandSeriesTakesMilliseconds) {
  const auto store = Open();
  ASSERT_TRUE(store->Load().ok());
  ASSERT_TRUE(store->Save(BigState(1, 2000)).ok());
  constexpr std::uint64_t kCommits = 10;
  const double begun = CpuSeconds();
  for (std::uint64_t i = 0; i < kCommits; ++i) ASSERT_TRUE(store->Save(BigState(i + 2, 2000)).ok());
  const double took = (CpuSeconds() - begun) / kCommits;
  std::cout << "measured: commit of 2,000 changed series: " << took << " s\n";
  EXPECT_LT(took, 0.1 * MAILLOG_SLOWNESS);
}

TEST_F(StateStoreTest, AStartWithTenThousandSeriesTakesMilliseconds) {
  Save(BigState(1, 10'000));
  const auto store = Open();
  const double begun = CpuSeconds();
  ASSERT_TRUE(store->Load().ok());
  const double took = CpuSeconds() - begun;
  std::cout << "measured: load of 10,000 series: " << took << " s\n";
  EXPECT_LT(took, 1 * MAILLOG_SLOWNESS);
}

}  // namespace
}  // namespace maillog::test
