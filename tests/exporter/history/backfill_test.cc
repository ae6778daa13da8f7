#include "exporter/history/backfill.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "exporter/follow/pump.h"
#include "exporter/history/day_files.h"
#include "exporter/input/file/file_set.h"
#include "exporter/input/open.h"
#include "metrics/catalog/exporter.h"
#include "tests/support/fake_file_system.h"
#include "tests/support/stepped_waker.h"

namespace maillog::test {
namespace {

/// Outlives the run that saves in it.
class SharedStore final : public StateStore {
 public:
  explicit SharedStore(SavedState& state) : state_(state) {}
  [[nodiscard]] bool persistent() const override { return true; }
  [[nodiscard]] absl::StatusOr<SavedState> Load() override { return state_; }
  [[nodiscard]] absl::Status Save(SavedState state) override {
    state_ = std::move(state);
    return absl::OkStatus();
  }

 private:
  SavedState& state_;
};

class BackfillTest : public ::testing::Test {
 protected:
  void SetUp() override { Clean(); }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void Clean() {
    std::filesystem::remove_all(folder_);
    ASSERT_TRUE(PrepareDayFiles(folder_).ok());
  }
  /// Lines, each another, of one minute after the other.
  static std::string Lines(int count) {
    static int line = 0;
    std::string text;
    for (int i = 0; i < count; ++i, ++line) {
      text += "2020-11-21T" +
              absl::FormatTime("%H:%M:%S", absl::UnixEpoch() + absl::Seconds(line),
                               absl::UTCTimeZone()) +
              "+00:00 mx postfix/qmgr[1]: A" + std::to_string(line) + ": removed\n";
    }
    return text;
  }
  [[nodiscard]] BackfillRequest Request(std::string path) const {
    return {.sources = {{.paths = {path}, .name = "log", .start = StartAt::kBeginning}},
            .directory = folder_};
  }
  static std::uint64_t Records(const Samples& samples) {
    std::uint64_t records = 0;
    for (const char* const outcome : {"counted", "ignored", "unknown", "malformed", "foreign"})
      records += samples.CounterValue(kRecords.name, {"log", outcome});
    return records;
  }
  /// All that a live exporter shows that goes on from the state.
  static std::uint64_t RecordsLive(FakeFileSystem& files, const SavedState& state,
                                   const std::string& path) {
    FakeClock clock;
    SteppedWaker waker;
    Shard shard("log", clock);
    const SavedSource& saved = state.sources.at("log");
    shard.Restore(saved);
    const auto input = OpenInput(
        path, StartAt::kBeginning, saved.bookmarks,
        {.files = files, .waker = waker, .clock = clock, .claims = std::make_shared<FileClaims>()});
    EXPECT_TRUE(input.ok());
    Pump pump(**input, shard, [] { return true; });
    const std::atomic<bool> never{false};
    for (int i = 0; i < 4; ++i) {
      (void)pump.Drain(never);
      clock.Advance(std::chrono::minutes(10));
    }
    return Records(*state.totals) + Records(shard.Snapshot().samples);
  }

  const std::string folder_ = testing::TempDir() + "backfill_test_" +
                              testing::UnitTest::GetInstance()->current_test_info()->name();
};

void RotateByRename(FakeFileSystem& files) {
  files.Rename("/log/mail.log.1", "/log/mail.log.2");
  files.Rename("/log/mail.log", "/log/mail.log.1");
  files.Create("/log/mail.log");
}
void RotateByCopy(FakeFileSystem& files) {
  files.Rename("/log/mail.log.1", "/log/mail.log.2");
  files.CopyTruncate("/log/mail.log", "/log/mail.log.1");
}

// The rotation happens before each operation on files in turn, and at last after all of them.
class RotationsTest : public BackfillTest {
 protected:
  void AtEachOperation(void (*rotate)(FakeFileSystem&)) {
    constexpr int kEach = 40;
    constexpr int kFewest = 30;  // operations of a run in which nothing happens
    bool happened = true;
    int at = 0;
    for (; happened; ++at) {
      SCOPED_TRACE("operation " + std::to_string(at));
      Clean();
      FakeFileSystem files;
      files.Append("/log/mail.log.1", Lines(kEach));
      files.Append("/log/mail.log", Lines(kEach));
      int operations = 0;
      happened = false;
      const auto happen = [&] {
        happened = true;
        rotate(files);
        files.Append("/log/mail.log", Lines(kEach));
      };
      files.BeforeEachOperation([&] {
        if (operations++ == at) happen();
      });
      SavedState state;
      const absl::StatusOr<BackfillResult> result =
          Backfill(Request("/log/mail.log"), std::make_unique<SharedStore>(state), files);
      ASSERT_TRUE(result.ok()) << result.status();
      files.BeforeEachOperation(nullptr);
      if (!happened) rotate(files);
      files.Append("/log/mail.log", Lines(kEach));
      ASSERT_EQ(RecordsLive(files, state, "/log/mail.log"), (happened ? 4 : 3) * kEach);
    }
    EXPECT_GT(at, kFewest);
  }
};

TEST_F(RotationsTest, ByRenameAtAnyOperationLoseAndDoubleNothing) {
  AtEachOperation(RotateByRename);
}

TEST_F(RotationsTest, ByCopyAtAnyOperationLoseAndDoubleNothing) { AtEachOperation(RotateByCopy); }

TEST_F(BackfillTest, BookmarksOfSeveralLogsOfASourceAreApart) {
  FakeFileSystem files;
  files.Append("/log/a.log", Lines(10));
  files.Append("/log/b.log", Lines(10));
  files.Append("/log/a.log.1", Lines(5));
  SavedState state;
  const auto result = Backfill(Request("/log"), std::make_unique<SharedStore>(state), files);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(Records(*state.totals), 25);
  EXPECT_EQ(state.sources.at("log").bookmarks.size(), 3);
  files.Append("/log/b.log", Lines(1));
  EXPECT_EQ(RecordsLive(files, state, "/log"), 26);
}

TEST_F(BackfillTest, InAFolderWhatIsNoLogIsLeftOutAndNamed) {
  FakeFileSystem files;
  files.Append("/log/a.log", Lines(10));
  files.Append("/log/odd.log", std::string_view("\xFF\xFE[\0S\0M\0", 8));
  SavedState state;
  const auto result = Backfill(Request("/log"), std::make_unique<SharedStore>(state), files);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(Records(*state.totals), 10);
  ASSERT_EQ(result->notices.size(), 1);
  EXPECT_TRUE(result->notices[0].starts_with("left out /log/odd.log: "));
}

// A folder with a file for each day, as servers on Windows keep them for years.
TEST_F(BackfillTest, MoreLogsThanAreOpenTogetherAreAllRead) {
  FakeFileSystem files;
  constexpr int kDays = 3 * FileSet::kMaxOpen;
  for (int day = 0; day < kDays; ++day)
    files.Append("/log/" + std::to_string(200'000 + day) + ".log", Lines(2));
  files.SetMostHandles(FileSet::kMaxOpen + 10);
  SavedState state;
  const auto result = Backfill(Request("/log"), std::make_unique<SharedStore>(state), files);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(Records(*state.totals), 2 * kDays);
  EXPECT_EQ(state.sources.at("log").bookmarks.size(), kDays);
  files.Append("/log/200007.log", Lines(1));
  EXPECT_EQ(RecordsLive(files, state, "/log"), 2 * kDays + 1);
}

TEST_F(BackfillTest, SeriesBeganWithTheFirstLine) {
  FakeFileSystem files;
  files.Append("/log/mail.log", "2020-11-20T10:00:30+00:00 mx postfix/qmgr[1]: A: removed\n");
  SavedState state;
  ASSERT_TRUE(Backfill(Request("/log/mail.log"), std::make_unique<SharedStore>(state), files).ok());
  const auto& began = state.totals->families().at(kRecords.name).began;
  ASSERT_NE(began, nullptr);
  const absl::Time first =
      absl::FromCivil(absl::CivilSecond(2020, 11, 20, 10), absl::UTCTimeZone());
  EXPECT_EQ(began->front(), absl::ToUnixSeconds(first) - 1);
}

}  // namespace
}  // namespace maillog::test
