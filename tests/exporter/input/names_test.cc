// Which names are rotations of others, and which files a path names.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exporter/input/file/path_list.h"
#include "exporter/input/file/rotation_name.h"
#include "exporter/input/file/rotation_names.h"
#include "tests/support/fake_file_system.h"

namespace maillog::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(RotationNameTest, KnowsWhatLogrotateWrites) {
  for (const char* name : {"maillog.1", "maillog.10", "maillog-20261121", "maillog-20261121.gz",
                           "maillog.2.xz", "maillog.gz", "maillog-2026-11-21", "maillog.old",
                           "maillog-20261121-1763745600", "maillog~"}) {
    EXPECT_THAT(RotationBases(name), Contains("maillog")) << name;
  }
  for (const char* name :
       {"mail-20261121.log", "mail.1.log", "mail.log.1", "mail-20261121.log.zst"}) {
    EXPECT_THAT(RotationBases(name), Contains("mail.log")) << name;
  }
}

TEST(RotationNameTest, LeavesOtherLogsAlone) {
  EXPECT_THAT(RotationBases("maillog.postfix-out"), Not(Contains("maillog")));
  EXPECT_THAT(RotationBases("maillog2"), Not(Contains("maillog")));
  EXPECT_THAT(RotationBases("maillog"), IsEmpty());
  EXPECT_THAT(RotationBases("20261121.log"), IsEmpty());
}

TEST(PathListTest, AFileNeedNotExist) {
  FakeFileSystem files;
  const absl::StatusOr<Listing> listing = MakeSinglePath("/log/maillog")->List(files);
  ASSERT_TRUE(listing.ok());
  EXPECT_THAT(listing->files, ElementsAre("/log/maillog"));
  EXPECT_THAT(listing->directories, Contains("/log"));
}

TEST(PathListTest, ADirectoryIsItsFilesWithoutHiddenOnes) {
  FakeFileSystem files;
  files.Append("/log/b", "");
  files.Append("/log/a", "");
  files.Append("/log/.a.swp", "");
  const absl::StatusOr<Listing> listing = MakeSinglePath("/log")->List(files);
  ASSERT_TRUE(listing.ok());
  EXPECT_THAT(listing->files, ElementsAre("/log/a", "/log/b"));
}

TEST(PathListTest, AGlobMatchesByParts) {
  FakeFileSystem files;
  files.Append("/log/mail.log", "");
  files.Append("/log/mail.err", "");
  files.Append("/log/.mail.log", "");
  files.Append("/log/other", "");
  const absl::StatusOr<Listing> listing = MakeGlob("/log/mail.*")->List(files);
  ASSERT_TRUE(listing.ok());
  EXPECT_THAT(listing->files, ElementsAre("/log/mail.err", "/log/mail.log"));
}

TEST(PathListTest, AGlobForDirectoriesOnlySaysSo) {
  FakeFileSystem files;
  files.MakeDirectory("/log");
  files.Append("/log/mx1/mail.log", "");
  absl::StatusOr<Listing> listing = MakeGlob("/log/*")->List(files);
  ASSERT_TRUE(listing.ok());
  ASSERT_EQ(listing->unread.size(), 1U);
  EXPECT_EQ(listing->unread.front().path, "/log/*");
  EXPECT_EQ(std::string(listing->unread.front().error.message()),
            "/log/*: matches directories only, such as /log/mx1; name a directory, or the files in "
            "them: /log/*/*");
  files.Append("/log/mail.log", "");
  listing = MakeGlob("/log/*")->List(files);
  EXPECT_THAT(listing->unread, IsEmpty());
  EXPECT_THAT(listing->files, ElementsAre("/log/mail.log"));
}

TEST(PathListTest, PatternsTellWhetherThereIsAFile) {
  FakeFileSystem files;
  files.MakeDirectory("/log");
  const auto has_files = [&](const PathList& list) {
    const absl::StatusOr<Listing> listing = list.List(files);
    return listing.ok() && listing->patterns.size() == 1 && listing->patterns.front().has_files;
  };
  const std::unique_ptr<PathList> directory = MakeSinglePath("/log");
  const std::unique_ptr<PathList> glob = MakeGlob("/log/*");
  EXPECT_FALSE(has_files(*directory));
  EXPECT_FALSE(has_files(*glob));
  files.Append("/log/mail.log", "");
  EXPECT_TRUE(has_files(*directory));
  EXPECT_TRUE(has_files(*glob));
  EXPECT_THAT(MakeSinglePath("/log/mail.log")->List(files)->patterns, IsEmpty());
}

// As a symbolic link whose target is gone: nothing is to be looked for that has got another name.
TEST(RotationNamesTest, WhatIsNeverThereIsNotMissedForEver) {
  FakeFileSystem files;
  RotationNames names(files);
  std::size_t missing = 0;
  for (int i = 0; i < 100; ++i) {
    missing = names.missing();
    names.NoteFound("/log/maillog.1", false);
  }
  EXPECT_GT(missing, 2U);
  EXPECT_EQ(names.missing(), missing);
  names.NoteFound("/log/maillog.1", true);
  names.NoteFound("/log/maillog.1", false);
  EXPECT_EQ(names.missing(), missing + 1);
}

TEST(RotationNamesTest, WhatIsNotThereIsMissedAgainWhenNamesHaveChanged) {
  FakeFileSystem files;
  files.Append("/log/maillog.1", "");
  RotationNames names(files);
  EXPECT_THAT(names.Of("/log/maillog"), ElementsAre("maillog.1"));
  for (int i = 0; i < 100; ++i) names.NoteFound("/log/maillog.1", false);
  const std::size_t missing = names.missing();
  files.Append("/log/maillog.2", "");
  EXPECT_THAT(names.Of("/log/maillog"), ElementsAre("maillog.1", "maillog.2"));
  names.NoteFound("/log/maillog.1", false);
  EXPECT_EQ(names.missing(), missing + 1);
}

TEST(PathListTest, ADirectoryThatCannotBeReadIsAnError) {
  FakeFileSystem files;
  files.Append("/log/mail.log", "");
  files.FailOpen("/log", EACCES);
  EXPECT_EQ(ErrnoOf(MakeGlob("/log/*")->List(files).status()), EACCES);
  EXPECT_EQ(ErrnoOf(MakeSinglePath("/log")->List(files).status()), EACCES);
}

}  // namespace
}  // namespace maillog::test
