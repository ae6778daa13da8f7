#include "exporter/history/archives.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "exporter/history/archive_input.h"
#include "tests/support/fake_file_system.h"
#include "tests/support/pack.h"

namespace maillog::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

absl::Time At(int year, int month, int day) {
  return absl::FromCivil(absl::CivilDay(year, month, day), absl::UTCTimeZone());
}

class ArchivesTest : public ::testing::Test {
 protected:
  static std::string Line(std::string_view stamp) {
    return std::string(stamp) + " 10:00:00 mx postfix/qmgr[7663]: 031B97815E: removed by nobody\n";
  }
  void Write(const std::string& path, std::string_view text, absl::Time written) {
    files.Append(path, text);
    files.Create(path)->modified = absl::ToUnixNanos(written);
  }
  absl::StatusOr<Archives> Find(const std::string& live, std::vector<std::string> others = {}) {
    return FindArchives({.live = live,
                         .others = std::move(others),
                         .zone = absl::UTCTimeZone(),
                         .now = At(2026, 11, 21)},
                        files);
  }
  static std::vector<std::string> Paths(const Archives& archives) {
    std::vector<std::string> paths;
    for (const Archive& archive : archives.files) paths.push_back(archive.path);
    return paths;
  }

  FakeFileSystem files;
};

TEST_F(ArchivesTest, RotationsAreFoundAndComeOldestFirst) {
  Write("/log/mail.log", Line("Nov 20"), At(2026, 11, 20));
  Write("/log/mail.log.1", Line("Nov 13"), At(2026, 11, 19));
  Write("/log/mail.log.2.gz", Pack({{"", Line("Nov  6")}}, Container::kNone, Packing::kGzip),
        At(2026, 11, 12));
  Write("/log/other.log.1", Line("Nov  1"), At(2026, 11, 12));
  const auto found = Find("/log/mail.log");
  ASSERT_TRUE(found.ok());
  EXPECT_THAT(Paths(*found), ElementsAre("/log/mail.log.2.gz", "/log/mail.log.1"));
  EXPECT_EQ(found->files[0].begins, At(2026, 11, 6) + absl::Hours(10));
  EXPECT_TRUE(found->files[0].packed);
  EXPECT_THAT(found->notices, IsEmpty());
}

TEST_F(ArchivesTest, WhereTimesAreLostNamesSayTheYears) {
  const absl::Time copied = At(2026, 11, 20);
  Write("/log/mail.log", Line("Nov 20"), copied);
  Write("/log/mail.log.1", Line("Mar  1"), copied);
  Write("/log/mail.log.2", Line("Jul  1"), copied);
  Write("/log/mail.log.3", Line("Aug  1"), copied);
  const auto found = Find("/log/mail.log");
  ASSERT_TRUE(found.ok());
  std::vector<absl::Time> begins;
  for (const Archive& archive : found->files) begins.push_back(archive.begins - absl::Hours(10));
  EXPECT_THAT(begins, ElementsAre(At(2024, 8, 1), At(2025, 7, 1), At(2026, 3, 1)));
}

TEST_F(ArchivesTest, OthersGoWhereTheirFirstStampsBelong) {
  Write("/log/mail.log", Line("Nov 20"), At(2026, 11, 20));
  Write("/log/mail.log.1", Line("Nov 13"), At(2026, 11, 19));
  Write("/old/b", Line("Feb  1"), At(2026, 2, 2));
  Write("/old/a", Line("2026-11-15"), At(2026, 11, 20));
  Write("/old/c", Line("Dec  1"), At(2026, 1, 2));
  const auto found = Find("/log/mail.log", {"/old"});
  ASSERT_TRUE(found.ok());
  EXPECT_THAT(Paths(*found), ElementsAre("/old/c", "/old/b", "/log/mail.log.1", "/old/a"));
}

TEST_F(ArchivesTest, ArchivesAloneFollowTheirNames) {
  const absl::Time copied = At(2026, 11, 20);
  Write("/a/mail.log.1", Line("Mar  1"), copied);
  Write("/a/mail.log.2.gz", Line("Jul  1"), copied);
  const auto found = Find("", {"/a/mail.log.1", "/a/mail.log.2.gz"});
  ASSERT_TRUE(found.ok());
  EXPECT_THAT(Paths(*found), ElementsAre("/a/mail.log.2.gz", "/a/mail.log.1"));
  EXPECT_EQ(found->files[0].begins, At(2025, 7, 1) + absl::Hours(10));
}

TEST_F(ArchivesTest, ACopyIsLeftOut) {
  Write("/log/mail.log", Line("Nov 20"), At(2026, 11, 20));
  Write("/log/mail.log.1", Line("Nov 13"), At(2026, 11, 19));
  Write("/old/x.gz", Pack({{"", Line("Nov 13")}}, Container::kNone, Packing::kGzip),
        At(2026, 11, 20));
  Write("/old/y", Line("Nov 20"), At(2026, 11, 20));
  const auto found = Find("/log/mail.log", {"/old", "/log/mail.log.1"});
  ASSERT_TRUE(found.ok());
  EXPECT_THAT(Paths(*found), ElementsAre("/log/mail.log.1"));
  EXPECT_THAT(found->notices, ElementsAre(HasSubstr("/old/x.gz begins as /log/mail.log.1 does"),
                                          HasSubstr("/old/y begins as /log/mail.log does")));
}

TEST_F(ArchivesTest, WhatIsNoLogOrNotThereIsRefused) {
  Write("/old/x", "LPKSHHRH" + std::string(500, '\0'), At(2026, 11, 20));
  EXPECT_THAT(std::string(Find("", {"/old/x"}).status().message()), HasSubstr("/old/x"));
  EXPECT_FALSE(Find("", {"/old/missing"}).ok());
  files.MakeDirectory("/empty");
  EXPECT_THAT(std::string(Find("", {"/empty"}).status().message()),
              HasSubstr("/empty: no log files there"));
}

TEST_F(ArchivesTest, InAFolderWhatIsNoLogIsLeftOutAndNamed) {
  Write("/old/a", Line("Nov 13"), At(2026, 11, 20));
  Write("/old/odd", std::string_view("\xFF\xFE[\0S\0M\0", 8), At(2026, 11, 20));
  const auto found = Find("", {"/old"});
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_THAT(Paths(*found), ElementsAre("/old/a"));
  EXPECT_THAT(found->notices, ElementsAre(HasSubstr("left out /old/odd: text in UTF-16")));
  files.Unlink("/old/a");
  EXPECT_THAT(std::string(Find("", {"/old"}).status().message()), HasSubstr("/old/odd: text in"));
}

TEST_F(ArchivesTest, AreReadWholeOneAfterTheOther) {
  const std::string first = Line("Nov  6") + Line("Nov  7");
  Write("/log/mail.log.3", "", At(2026, 11, 1));
  Write("/log/mail.log.2.gz",
        Pack({{"a", first}, {"b", Line("Nov  8")}}, Container::kTar, Packing::kGzip),
        At(2026, 11, 12));
  Write("/log/mail.log.1", Line("Nov 13") + "Nov 13 10:00:01 mx no newline", At(2026, 11, 19));
  auto found = Find("/log/mail.log");
  ASSERT_TRUE(found.ok()) << found.status();
  ArchiveInput input(std::move(found->files));
  // Rotated again meanwhile: they are open.
  files.Rename("/log/mail.log.1", "/log/mail.log.7");
  std::string text;
  for (;;) {
    const absl::StatusOr<Block> block = input.Next();
    ASSERT_TRUE(block.ok()) << block.status();
    if (block->progress == Progress::kOver) break;
    text += block->messages;
    EXPECT_NE(block->written_ns, 0);
  }
  EXPECT_EQ(text, first + Line("Nov  8") + Line("Nov 13") + "Nov 13 10:00:01 mx no newline");
  EXPECT_EQ(input.Next()->progress, Progress::kOver);
}

TEST(CommonBaseTest, IsTheLogThatAllAreRotatedFrom) {
  EXPECT_EQ(CommonBase({"mail.log.2.gz", "mail.log.1"}), "mail.log");
  EXPECT_EQ(CommonBase({"mail.log-20261101.xz"}), "mail.log");
  EXPECT_EQ(CommonBase({"mail.log.1", "other.log.1"}), "");
  EXPECT_EQ(CommonBase({"mail.log"}), "");
  EXPECT_EQ(CommonBase({}), "");
}

}  // namespace
}  // namespace maillog::test
