// A journal is made on the fly, by systemd-journal-remote, from the journal export format:
// https://systemd.io/JOURNAL_EXPORT_FORMATS/
#include "exporter/input/journal/journal.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "exporter/follow/count_to_end.h"
#include "tests/support/following.h"

extern char** environ;

namespace maillog::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kJournalRemote[] = "/lib/systemd/systemd-journal-remote";

struct Entry {
  std::string message;
  std::string identifier = "postfix/qmgr";
  std::string facility = "2";
  std::string unit;
  std::string pid = "77";
};

Entry Numbered(int number) { return {.message = "message " + std::to_string(number)}; }

std::vector<Entry> NumberedEntries(int first, int last) {
  std::vector<Entry> entries;
  for (int i = first; i <= last; ++i) entries.push_back(Numbered(i));
  return entries;
}

class JournalTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kJournalRemote)) GTEST_SKIP() << "no " << kJournalRemote;
    const absl::StatusOr<std::unique_ptr<Input>> built =
        MakeJournalInput({}, StartAt::kEnd, std::nullopt, around_);
    if (!built.ok()) GTEST_SKIP() << built.status();
    std::string name = ::testing::TempDir() + "maillog-journal-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    directory_ = name;
  }
  void TearDown() override {
    if (!directory_.empty()) std::filesystem::remove_all(directory_);
  }

  [[nodiscard]] std::string Path() const { return "journal:" + directory_.string(); }

  /// A new journal file, later than all before.
  void Write(const std::string& name, const std::vector<Entry>& entries) {
    std::ostringstream text;
    for (const Entry& entry : entries) {
      ++micros_;
      text << "__REALTIME_TIMESTAMP=" << 1795281448373224 + micros_ << '\n'
           << "__MONOTONIC_TIMESTAMP=" << micros_ << '\n'
           << "_BOOT_ID=14938646e1df476aa531f9d72d32d25f\n_HOSTNAME=mx1\n";
      Put(text, "SYSLOG_IDENTIFIER", entry.identifier);
      Put(text, "SYSLOG_FACILITY", entry.facility);
      Put(text, "_SYSTEMD_UNIT", entry.unit);
      Put(text, "_PID", entry.pid);
      Put(text, "MESSAGE", entry.message);
      text << '\n';
    }
    const std::filesystem::path from = directory_ / (name + ".export");
    std::ofstream(from) << text.str();
    Run({kJournalRemote, "--split-mode=none", "-o", (directory_ / (name + ".journal")).string(),
         from.string()});
    std::filesystem::remove(from);
  }
  void Vacuum(const std::string& name) {
    std::filesystem::remove(directory_ / (name + ".journal"));
  }

 private:
  // A value with a newline is written with its length.
  static void Put(std::ostream& text, const std::string& name, const std::string& value) {
    if (value.empty()) return;
    if (value.find('\n') == std::string::npos) {
      text << name << '=' << value << '\n';
      return;
    }
    text << name << '\n';
    for (std::uint64_t size = value.size(), i = 0; i < 8; ++i, size >>= 8U) {
      text << static_cast<char>(size & 0xffU);
    }
    text << value << '\n';
  }
  static void Run(std::vector<std::string> words) {
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t quiet;
    posix_spawn_file_actions_init(&quiet);
    posix_spawn_file_actions_addopen(&quiet, 2, "/dev/null", O_WRONLY, 0);
    pid_t child = 0;
    ASSERT_EQ(::posix_spawn(&child, arguments[0], &quiet, nullptr, arguments.data(), environ), 0);
    posix_spawn_file_actions_destroy(&quiet);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_EQ(status, 0);
  }

  FakeFileSystem files_;
  FakeClock clock_;
  SteppedWaker waker_;
  const Surroundings around_{.files = files_, .waker = waker_, .clock = clock_, .claims = {}};
  std::filesystem::path directory_;
  std::uint64_t micros_ = 0;
};

/// The messages alone, without headers, each with how often it came.
Messages Bodies(const Following& following) {
  Messages bodies;
  for (const auto& [line, times] : following.messages()) {
    bodies[line.substr(line.find(": ") + 2)] += times;
  }
  return bodies;
}

void ExpectEntries(const Following& following, int first, int last) {
  Messages want;
  for (int i = first; i <= last; ++i) want[Numbered(i).message] = 1;
  EXPECT_EQ(Bodies(following), want);
}

std::uint64_t Gaps(Following& following, const std::string& source) {
  return following.Scrape()->CounterValue(kSourceGaps.name, {source, "journal_vacuum"});
}

TEST_F(JournalTest, EntriesAreLinesOfSyslog) {
  Write("a", {{.message = "3F2504E04F89: removed"}});
  Following following(Path());
  following.Step();
  ASSERT_EQ(following.messages().size(), 1U);
  EXPECT_EQ(following.messages().begin()->first,
            "2026-11-21T17:17:28.373225+00:00 mx1 postfix/qmgr[77]: 3F2504E04F89: removed");
  EXPECT_EQ(following.Scrape()->CounterValue(kRecords.name, {Path(), "counted"}), 1);
}

TEST_F(JournalTest, NewlinesAndOddNamesStayInTheirPlace) {
  Write("a", {{.message = "first\nsecond\n", .pid = ""},
              {.message = "text", .identifier = "postfix/x[1]: forged y"},
              {.message = std::string(kMaxMessageBytes + 5, 'x')},
              {.message = "after"}});
  Following following(Path());
  following.Step();
  std::vector<std::string> ends;
  for (const auto& [line, times] : following.messages()) {
    if (line.size() < 1000)
      ends.push_back(line.substr(std::string("2026-11-21T17:17:28.373225+00:00 ").size()));
  }
  EXPECT_THAT(ends,
              ElementsAre("mx1 postfix/qmgr: first second", "mx1 postfix/x_1]__forged_y[77]: text",
                          "mx1 postfix/qmgr[77]: after"));
  EXPECT_EQ(following.Scrape()->CounterValue(kRecords.name, {Path(), "malformed"}), 1);
}

TEST_F(JournalTest, OnlyMailIsRead) {
  Write("a", {{.message = "1", .identifier = "sshd", .facility = "4"},
              {.message = "2", .identifier = "amavis"},
              {.message = "3", .identifier = "postfix-out/smtp", .facility = "3"},
              {.message = "4", .identifier = "dovecot-old", .facility = ""},
              {.message = "5", .identifier = "sh", .facility = "3", .unit = "postfix@-.service"},
              {.message = "6", .identifier = "sh", .facility = "3", .unit = "dovecot.service"},
              {.message = "7", .identifier = "sh", .facility = "3", .unit = "cron.service"}});
  Following following(Path());
  following.Step();
  EXPECT_EQ(Bodies(following), (Messages{{"2", 1}, {"3", 1}, {"4", 1}, {"5", 1}, {"6", 1}}));
  Following other(Path() + "?unit=cron.*&identifier=sshd");
  other.Step();
  EXPECT_EQ(Bodies(other), (Messages{{"1", 1}, {"7", 1}}));
}

TEST_F(JournalTest, StartsAtTheEndUnlessAskedOtherwise) {
  Write("a", NumberedEntries(1, 5));
  Following following(Path(), StartAt::kEnd);
  following.Step();
  ExpectEntries(following, 1, 0);
  Write("b", NumberedEntries(6, 8));
  following.Step();
  ExpectEntries(following, 6, 8);
  EXPECT_EQ(Gaps(following, Path()), 0);
}

TEST_F(JournalTest, WhatWasWrittenWhileStoppedIsReadOnce) {
  Write("a", NumberedEntries(1, 5));
  Following following(Path());
  following.Step();
  (void)following.Scrape();
  following.Crash();
  Write("b", NumberedEntries(6, 5000));
  following.Step();
  ExpectEntries(following, 1, 5000);
  (void)following.Scrape();
  following.Crash();
  following.Step();
  ExpectEntries(following, 1, 5000);
  EXPECT_EQ(Gaps(following, Path()), 0);
}

TEST_F(JournalTest, ACrashAnywhereCountsEachEntryOnce) {
  Write("a", NumberedEntries(1, 20'000));
  Following following(Path());
  for (int i = 0; i < 8; ++i) {
    following.StepBlock();
    if (i % 3 == 1) (void)following.Scrape();
    if (i % 3 == 2) following.Crash();
  }
  following.Step();
  ExpectEntries(following, 1, 20'000);
  EXPECT_EQ(Gaps(following, Path()), 0);
}

TEST_F(JournalTest, WhereItStoodAtTheEndIsRememberedWithoutAnyMail) {
  Write("a", NumberedEntries(1, 5));
  Following following(Path(), StartAt::kEnd);
  following.Step();
  (void)following.Scrape();
  following.Crash();
  Write("b", NumberedEntries(6, 8));
  following.Step();
  ExpectEntries(following, 6, 8);
}

TEST_F(JournalTest, AVacuumedGapIsCounted) {
  Write("a", NumberedEntries(1, 5));
  Following following(Path());
  following.Step();
  (void)following.Scrape();
  following.Crash();
  Vacuum("a");
  Write("b", NumberedEntries(9, 12));
  following.Step();
  EXPECT_EQ(following.Total(), 9);
  EXPECT_EQ(following.Times("message 6"), 0);
  EXPECT_EQ(Gaps(following, Path()), 1);
}

TEST_F(JournalTest, AJournalThatIsNotThereIsWaitedFor) {
  Following following(Path() + "/later");
  following.Step();
  EXPECT_EQ(following.Gauge(kSourceUp), 0);
  EXPECT_GT(following.deadline(), following.clock.Now());
}

TEST_F(JournalTest, IsCountedToItsEnd) {
  Write("a", NumberedEntries(1, 5000));
  const absl::StatusOr<Samples> samples = CountToEnd({Path()});
  ASSERT_TRUE(samples.ok()) << samples.status();
  std::uint64_t records = 0;
  for (const std::string_view outcome : Label<Outcome>::values) {
    records += samples->CounterValue(kRecords.name, {Path(), std::string(outcome)});
  }
  EXPECT_EQ(records, 5000);
}

TEST(JournalPathTest, Forms) {
  EXPECT_EQ(ParseJournalPath("journal:")->directory, "");
  EXPECT_EQ(ParseJournalPath("journal:/a/b")->directory, "/a/b");
  EXPECT_EQ(ParseJournalPath("journal:///a/b")->directory, "/a/b");
  const JournalPath named = *ParseJournalPath("journal:/a?unit=x.service&identifier=y*&unit=z");
  EXPECT_THAT(named.units, ElementsAre("x.service", "z"));
  EXPECT_THAT(named.identifiers, ElementsAre("y*"));
  EXPECT_EQ(named.facility, "");
  for (const std::string path : {"journal:a", "journal://a", "journal:?x=y", "journal:?unit="}) {
    EXPECT_THAT(std::string(ParseJournalPath(path).status().message()), HasSubstr(path)) << path;
  }
}

TEST(JournalPathTest, CursorsTellHowManyEntriesLieBetween) {
  EXPECT_EQ(EntriesBetween("s=a;i=9;b=c", "s=a;i=a;b=c"), 0);
  EXPECT_EQ(EntriesBetween("s=a;i=9;b=c", "s=a;i=1f"), 21);
  EXPECT_EQ(EntriesBetween("s=a;i=9", "s=b;i=a"), std::nullopt);
  EXPECT_EQ(EntriesBetween("s=a;i=9", "s=a;i=8"), std::nullopt);
  EXPECT_EQ(EntriesBetween("", ""), std::nullopt);
  EXPECT_EQ(EntriesBetween("s=a;i=xyz", "s=a;i=9"), std::nullopt);
}

}  // namespace
}  // namespace maillog::test
