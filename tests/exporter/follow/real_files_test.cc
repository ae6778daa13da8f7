// On the machine's own file system, with its own announcements of changes, in threads.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include "exporter/follow/count_to_end.h"
#include "exporter/follow/source_options.h"
#include "exporter/follow/sources.h"
#include "exporter/input/file/path_list.h"
#include "metrics/catalog/exporter.h"
#include "tests/support/eventually.h"
#include "tests/support/following.h"

namespace maillog::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

class RealFilesTest : public ::testing::TestWithParam<WakeBy> {
 protected:
  RealFilesTest() {
    std::string name = std::filesystem::temp_directory_path() / "maillog_test_XXXXXX";
    if (::mkdtemp(name.data()) != nullptr) directory_ = name;
    log_ = directory_ / "maillog";
  }
  ~RealFilesTest() override { std::filesystem::remove_all(directory_); }

  void Append(int first, int last) const {
    std::ofstream file(log_, std::ios::app);
    for (int i = first; i <= last; ++i) file << NumberedLine(i);
  }

  [[nodiscard]] static std::uint64_t Records(Ledger& ledger, const std::string& source) {
    const absl::StatusOr<std::shared_ptr<const Samples>> samples = ledger.Commit();
    std::uint64_t records = 0;
    for (const std::string_view outcome : Label<Outcome>::values) {
      records += (*samples)->CounterValue(kRecords.name, {source, std::string(outcome)});
    }
    return records;
  }

  /// Whether it becomes true within ten seconds.
  std::filesystem::path directory_;
  std::filesystem::path log_;
};

TEST_P(RealFilesTest, FollowsAppendsAndARotation) {
  Append(1, 3);
  Ledger ledger(std::make_unique<MemoryStateStore>());
  ledger.Start();
  Sources sources(
      {{.paths = {log_}, .name = "", .start = StartAt::kBeginning, .wake_by = GetParam()}}, ledger);
  sources.Start();
  EXPECT_TRUE(Eventually([&] { return Records(ledger, log_) == 3; }));
  EXPECT_TRUE(Eventually([&] { return sources.UnreadyOnes().empty(); }));
  Append(4, 4);
  EXPECT_TRUE(Eventually([&] { return Records(ledger, log_) == 4; }));
  std::filesystem::rename(log_, directory_ / "maillog.1");
  Append(5, 6);
  EXPECT_TRUE(Eventually([&] { return Records(ledger, log_) == 6; }));
  EXPECT_EQ((*ledger.Commit())->CounterValue(kSourceRotations.name, {log_, "renamed"}), 1);

  const auto stop_begun = steady_clock::now();
  sources.Stop();
  ledger.Stop();
  EXPECT_LT(steady_clock::now() - stop_begun, milliseconds(900));
}

TEST_P(RealFilesTest, WaitsForADirectoryThatDoesNotExistYet) {
  const std::filesystem::path log = directory_ / "later" / "maillog";
  Ledger ledger(std::make_unique<MemoryStateStore>());
  Sources sources({{.paths = {log}, .name = "", .start = StartAt::kEnd, .wake_by = GetParam()}},
                  ledger);
  sources.Start();
  EXPECT_TRUE(Eventually([&] { return sources.UnreadyOnes().empty(); }));
  std::filesystem::create_directory(directory_ / "later");
  std::ofstream(log) << NumberedLine(1);
  EXPECT_TRUE(Eventually([&] { return Records(ledger, log) == 1; }));
}

INSTANTIATE_TEST_SUITE_P(Wakers, RealFilesTest,
                         ::testing::Values(WakeBy::kEvents, WakeBy::kPolling));

TEST_F(RealFilesTest, ReadToEndNamesWhatCannotBeRead) {
  const absl::StatusOr<Samples> missing = CountToEnd({directory_ / "missing"});
  EXPECT_NE(std::string(missing.status().message()).find("missing: No such file"),
            std::string::npos);
  EXPECT_FALSE(CountToEnd({directory_ / "*.log"}).ok());
}

TEST_F(RealFilesTest, ReadToEndReadsAFileOnce) {
  Append(1, 5);
  const absl::StatusOr<Samples> samples = CountToEnd({log_, log_, directory_});
  ASSERT_TRUE(samples.ok());
  std::uint64_t records = 0;
  for (const std::string_view outcome : Label<Outcome>::values) {
    records += samples->CounterValue(kRecords.name, {log_, std::string(outcome)});
  }
  EXPECT_EQ(records, 5);
}

TEST_F(RealFilesTest, ReadToEndPassesOverALinkToNothing) {
  Append(1, 5);
  std::filesystem::create_symlink(directory_ / "nothing", directory_ / "link");
  std::filesystem::create_symlink("circle.log", directory_ / "circle.log");
  for (const std::string& path : {directory_.string(), (directory_ / "*").string()}) {
    const absl::StatusOr<Samples> samples = CountToEnd({path});
    ASSERT_TRUE(samples.ok()) << samples.status();
    EXPECT_EQ(samples->CounterValue(kRecords.name, {path, "counted"}), 5);
  }
}

TEST_F(RealFilesTest, ALinkToItselfIsNotWhatAPatternNames) {
  Append(1, 5);
  std::filesystem::create_symlink("circle.log", directory_ / "circle.log");
  for (const auto& list : {MakeSinglePath(directory_), MakeGlob(directory_ / "*")}) {
    const absl::StatusOr<Listing> listing = list->List(PosixFileSystem());
    ASSERT_TRUE(listing.ok()) << listing.status();
    EXPECT_EQ(listing->files, std::vector<std::string>{log_});
  }
}

}  // namespace
}  // namespace maillog::test
