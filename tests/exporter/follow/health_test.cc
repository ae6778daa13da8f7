// A source that cannot be read is never mistaken for a quiet one, and where reading begins is saved
// before anything is read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <chrono>

#include "exporter/input/journal/journal_access.h"
#include "tests/support/following.h"

namespace maillog::test {
namespace {

using ::testing::HasSubstr;

constexpr char kHealthLog[] = "/log/maillog";

TEST(HealthTest, WhatCannotBeReadIsNotCaughtUp) {
  Following following(kHealthLog);
  following.files.Append(kHealthLog, NumberedLines(1, 2));
  following.files.FailOpen(kHealthLog, EACCES);
  following.Step();
  EXPECT_EQ(following.Gauge(kSourceUp), 0);
  EXPECT_EQ(following.Gauge(kSourceCaughtUp), 0);
  following.files.FailOpen(kHealthLog, 0);
  following.Step();
  EXPECT_EQ(following.Gauge(kSourceUp), 1);
  EXPECT_EQ(following.Gauge(kSourceCaughtUp), 1);
}

TEST(HealthTest, OneFileOfManyThatCannotBeReadIsEnough) {
  Following following("/log");
  following.files.MakeDirectory("/log");
  following.files.Append("/log/a", NumberedLines(1, 2));
  following.files.Append("/log/b", NumberedLines(3, 4));
  following.files.FailOpen("/log/b", EACCES);
  following.Step();
  EXPECT_EQ(following.Total(), 2);
  EXPECT_EQ(following.Gauge(kSourceUp), 0);
  EXPECT_EQ(following.Gauge(kSourceCaughtUp), 0);
}

TEST(HealthTest, AGlobForDirectoriesOnlyIsNoQuietLog) {
  Following following("/log/*");
  following.files.MakeDirectory("/log");
  following.files.Append("/log/mx1/mail.log", NumberedLines(1, 2));
  following.Step();
  EXPECT_EQ(following.Gauge(kSourceUp), 0);
  EXPECT_EQ(following.Gauge(kSourceCaughtUp), 0);
  following.files.Append("/log/mail.log", NumberedLines(3, 4));
  following.Step();
  EXPECT_EQ(following.Total(), 2);
  EXPECT_EQ(following.Gauge(kSourceUp), 1);
}

// Killed before anything was committed, by a scrape or after 5 s.
TEST(FirstSaveTest, ACrashSoonAfterTheFirstStartLosesNothing) {
  Following following(kHealthLog, StartAt::kEnd);
  following.files.Append(kHealthLog, NumberedLines(1, 5));
  following.Step();
  following.files.Append(kHealthLog, NumberedLines(6, 55));
  following.Step();
  following.Crash();
  following.files.Append(kHealthLog, NumberedLines(56, 105));
  following.Step();
  EXPECT_EQ(following.Total(), 100);
  EXPECT_EQ(following.Times(NumberedMessage(5)), 0);
  EXPECT_EQ(following.Times(NumberedMessage(6)), 1);
}

TEST(FirstSaveTest, ALogThatWasNotThereAtTheFirstStartIsReadWhole) {
  Following following(kHealthLog, StartAt::kEnd);
  following.Step();
  following.files.Append(kHealthLog, NumberedLines(1, 5));
  following.Crash();
  following.Step();
  EXPECT_EQ(following.Total(), 5);
}

TEST(FirstSaveTest, WhereReadingBeginsIsSavedBeforeTheFirstLine) {
  Following following("/log");
  following.files.MakeDirectory("/log");
  following.files.Append("/log/a", NumberedLines(1, 3));
  following.files.Append("/log/b", NumberedLines(4, 6));
  int saves = 0;
  following.before_save = [&] {
    if (saves == 0) {
      EXPECT_EQ(following.Total(), 0);
    }
    ++saves;
    return absl::OkStatus();
  };
  following.Step();
  ASSERT_EQ(saves, 1) << "one commit at start, by itself";
  ASSERT_TRUE(following.saved().sources.contains("/log"));
  const std::vector<Bookmark>& bookmarks = following.saved().sources.at("/log").bookmarks;
  ASSERT_EQ(bookmarks.size(), 2U);
  for (const Bookmark& bookmark : bookmarks) EXPECT_EQ(bookmark.offset, 0U);
  EXPECT_EQ(following.Total(), 6);
}

/// A source of which nothing exists yet.
class NothingYet final : public Input {
 public:
  absl::StatusOr<Block> Next() override { return Block{.progress = Progress::kAtEnd}; }
  [[nodiscard]] TimePoint deadline() const override { return TimePoint::max(); }
};

// Whoever waits for readiness may kill the program then.
TEST(FirstSaveTest, ComesBeforeTheSourceHasCaughtUp) {
  FakeClock clock;
  Shard shard("log", clock);
  NothingYet input;
  int commits = 0;
  Pump pump(input, shard, [&] {
    ++commits;
    EXPECT_TRUE(shard.known());
    EXPECT_FALSE(shard.caught_up());
    return true;
  });
  const std::atomic<bool> never{false};
  (void)pump.Drain(never);
  EXPECT_EQ(commits, 1);
  EXPECT_TRUE(shard.caught_up());
}

TEST(FirstSaveTest, IsNotRepeatedAfterARestart) {
  Following following(kHealthLog);
  following.files.Append(kHealthLog, NumberedLines(1, 3));
  following.Step();
  (void)following.Scrape();
  following.Crash();
  int saves = 0;
  following.before_save = [&] {
    ++saves;
    return absl::OkStatus();
  };
  following.Step();
  EXPECT_EQ(saves, 0);
}

TEST(DirectoryLevelsTest, LogsInDirectoriesBelowAreRead) {
  Following following("/mail");
  for (const char* const directory :
       {"/mail", "/mail/inlog", "/mail/inlog/mx1", "/mail/outlog", "/mail/outlog/mx1"}) {
    following.files.MakeDirectory(directory);
  }
  following.files.Append("/mail/readme", NumberedLine(1));
  following.files.Append("/mail/inlog/mx1/20261121.log", NumberedLine(2));
  following.files.Append("/mail/outlog/mx1/20261121.log", NumberedLine(3));
  following.Step();
  EXPECT_EQ(following.Total(), 3);
  EXPECT_EQ(following.Gauge(kSourceUp), 1);
  following.files.Append("/mail/inlog/mx1/20261122.log", NumberedLine(4));
  following.Step();
  EXPECT_EQ(following.Total(), 4);
}

TEST(DirectoryLevelsTest, ADirectoryBelowThatCannotBeReadIsTroubleOfItsOwn) {
  Following following("/mail");
  for (const char* const directory : {"/mail", "/mail/a", "/mail/b"}) {
    following.files.MakeDirectory(directory);
  }
  following.files.Append("/mail/a/log", NumberedLine(1));
  following.files.Append("/mail/b/log", NumberedLine(2));
  following.files.FailOpen("/mail/b", EACCES);
  following.Step();
  EXPECT_EQ(following.Total(), 1) << "the others are read";
  EXPECT_EQ(following.Gauge(kSourceUp), 0);
  following.files.FailOpen("/mail/b", 0);
  following.clock.Advance(std::chrono::seconds(5));
  following.Step();
  EXPECT_EQ(following.Total(), 2);
  EXPECT_EQ(following.Gauge(kSourceUp), 1);
}

TEST(DirectoryLevelsTest, WhereAllIsTooDeepItSaysSo) {
  FakeFileSystem files;
  for (const char* const directory : {"/mail", "/mail/1", "/mail/1/2", "/mail/1/2/3"}) {
    files.MakeDirectory(directory);
  }
  files.MakeDirectory("/mail/1/2/3/4");
  files.Append("/mail/1/2/3/4/log", "");
  absl::StatusOr<Listing> listing = MakeSinglePath("/mail")->List(files);
  ASSERT_TRUE(listing.ok());
  EXPECT_TRUE(listing->files.empty());
  ASSERT_EQ(listing->unread.size(), 1U);
  EXPECT_EQ(listing->unread.front().path, "/mail/1/2/3/4");
  files.Append("/mail/1/2/3/log", "");
  listing = MakeSinglePath("/mail")->List(files);
  EXPECT_THAT(listing->files, ::testing::ElementsAre("/mail/1/2/3/log"));
  EXPECT_TRUE(listing->unread.empty());
}

TEST(DirectoryLevelsTest, FilesOfAJournalAreNoLogs) {
  FakeFileSystem files;
  files.MakeDirectory("/var/log");
  files.MakeDirectory("/var/log/journal");
  files.Append("/var/log/journal/system.journal", "LPKSHHRH");
  files.Append("/var/log/journal/system@1.journal~", "LPKSHHRH");
  files.Append("/var/log/mail.log", "");
  const absl::StatusOr<Listing> listing = MakeSinglePath("/var/log")->List(files);
  ASSERT_TRUE(listing.ok());
  EXPECT_THAT(listing->files, ::testing::ElementsAre("/var/log/mail.log"));
}

class JournalAccessTest : public ::testing::Test {
 protected:
  JournalAccessTest() {
    for (const char* const directory :
         {"/j", "/j/0123", "/run/log/journal", "/var/log/journal", "/var/log/journal/0123"}) {
      files.MakeDirectory(directory);
    }
  }
  [[nodiscard]] absl::Status Of(std::string_view path) {
    return JournalAccess(*ParseJournalPath(path), files);
  }

  FakeFileSystem files;
};

TEST_F(JournalAccessTest, EveryFileMustBeReadable) {
  files.Append("/j/0123/system.journal", "x");
  files.Append("/j/0123/system@1.journal", "x");
  files.Append("/j/0123/user-1000.journal~", "x");
  EXPECT_TRUE(Of("journal:/j").ok());
  files.FailOpen("/j/0123/user-1000.journal~", EACCES);
  EXPECT_EQ(Of("journal:/j").message(), "/j/0123/user-1000.journal~: Permission denied");
  files.FailOpen("/j/0123/system.journal", EACCES);
  EXPECT_EQ(Of("journal:/j").message(),
            "/j/0123/system.journal: Permission denied (and 1 more of its files or directories)");
}

TEST_F(JournalAccessTest, SoMustTheDirectories) {
  files.Append("/j/system.journal", "x");
  files.FailOpen("/j/0123", EACCES);
  EXPECT_EQ(Of("journal:/j").message(), "/j/0123: Permission denied");
}

TEST_F(JournalAccessTest, AJournalWithoutFilesIsNone) {
  files.Append("/j/notes.txt", "x");
  EXPECT_TRUE(absl::IsNotFound(Of("journal:/j")));
  EXPECT_THAT(std::string(Of("journal:/j").message()), HasSubstr("/j: no journal files there"));
  EXPECT_TRUE(absl::IsNotFound(Of("journal:/nowhere")));
  EXPECT_TRUE(absl::IsNotFound(Of("journal:")));
}

TEST_F(JournalAccessTest, OfTheSystemsJournalThoseOfUsersDoNotMatter) {
  files.Append("/var/log/journal/0123/system.journal", "x");
  files.Append("/var/log/journal/0123/user-1000.journal", "x");
  files.FailOpen("/var/log/journal/0123/user-1000.journal", EACCES);
  EXPECT_TRUE(Of("journal:").ok());
  files.FailOpen("/var/log/journal/0123/system.journal", EACCES);
  EXPECT_EQ(Of("journal:").message(), "/var/log/journal/0123/system.journal: Permission denied");
}

}  // namespace
}  // namespace maillog::test
