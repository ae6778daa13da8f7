// Logs that another source reads from now on: one was renamed, or a path of it was moved.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <set>

#include "exporter/follow/move_positions.h"
#include "exporter/follow/sources.h"
#include "metrics/catalog/exporter.h"
#include "tests/support/eventually.h"
#include "tests/support/following.h"

namespace maillog::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class MovedPathTest : public ::testing::Test {
 protected:
  MovedPathTest() : ledger(std::make_unique<MemoryStateStore>()) {
    std::string name = std::filesystem::temp_directory_path() / "maillog_test_XXXXXX";
    if (::mkdtemp(name.data()) != nullptr) directory_ = name;
    ledger.Start();
  }
  ~MovedPathTest() override { std::filesystem::remove_all(directory_); }

  void Append(const std::string& name, int first, int last) const {
    std::ofstream file(directory_ / name, std::ios::app);
    for (int i = first; i <= last; ++i) file << NumberedLine(i);
  }
  [[nodiscard]] SourceOptions Source(const std::string& name,
                                     const std::vector<std::string>& files) const {
    SourceOptions source;
    for (const std::string& file : files) source.paths.push_back(directory_ / file);
    source.name = name;
    source.start = StartAt::kBeginning;
    return source;
  }
  [[nodiscard]] std::uint64_t Records(const std::string& source) {
    return (*ledger.Commit())->CounterValue(kRecords.name, {source, "counted"});
  }
  /// Whether the sources, each with its number of records, have read everything.
  [[nodiscard]] bool HaveCounted(const Sources& sources,
                                 const std::map<std::string, std::uint64_t>& records) {
    return Eventually([&] {
      for (const auto& [source, count] : records) {
        if (Records(source) != count) return false;
      }
      return sources.UnreadyOnes().empty();
    });
  }
  std::filesystem::path directory_;
  Ledger ledger;
};

TEST_F(MovedPathTest, ASourceWithAnotherNameReadsOn) {
  Append("a", 1, 3);
  Sources sources({Source("old", {"a"})}, ledger);
  sources.Start();
  ASSERT_TRUE(HaveCounted(sources, {{"old", 3}}));
  (void)sources.Apply({Source("new", {"a"})});
  Append("a", 4, 5);
  EXPECT_TRUE(HaveCounted(sources, {{"old", 3}, {"new", 2}}));
}

TEST_F(MovedPathTest, ASourceWithAnotherNameReadsOnAfterARestart) {
  Append("a", 1, 3);
  {
    Sources sources({Source("old", {"a"})}, ledger);
    sources.Start();
    ASSERT_TRUE(HaveCounted(sources, {{"old", 3}}));
    (void)sources.Apply({});
  }
  Append("a", 4, 5);
  SourceOptions renamed = Source("new", {"a"});
  renamed.start = StartAt::kEnd;
  Sources sources({renamed}, ledger);
  sources.Start();
  EXPECT_TRUE(HaveCounted(sources, {{"old", 3}, {"new", 2}})) << "not from its end";
}

TEST_F(MovedPathTest, APathGoesToAnotherSourceAndComesBack) {
  Append("a", 1, 3);
  Append("b", 1, 1);
  Append("c", 1, 1);
  Sources sources({Source("x", {"a", "b"}), Source("y", {"c"})}, ledger);
  sources.Start();
  ASSERT_TRUE(HaveCounted(sources, {{"x", 4}, {"y", 1}}));
  (void)sources.Apply({Source("x", {"b"}), Source("y", {"a", "c"})});
  Append("a", 4, 5);
  EXPECT_TRUE(HaveCounted(sources, {{"x", 4}, {"y", 3}}));
  (void)sources.Apply({Source("x", {"a", "b"}), Source("y", {"c"})});
  Append("a", 6, 6);
  EXPECT_TRUE(HaveCounted(sources, {{"x", 5}, {"y", 3}}));
}

TEST_F(MovedPathTest, TwoSourcesExchangeTheirPaths) {
  Append("a", 1, 3);
  Append("b", 1, 5);
  Sources sources({Source("x", {"a"}), Source("y", {"b"})}, ledger);
  sources.Start();
  ASSERT_TRUE(HaveCounted(sources, {{"x", 3}, {"y", 5}}));
  (void)sources.Apply({Source("x", {"b"}), Source("y", {"a"})});
  Append("a", 4, 4);
  Append("b", 6, 7);
  EXPECT_TRUE(HaveCounted(sources, {{"x", 5}, {"y", 6}}));
}

Bookmark Of(BookmarkNumber number, std::string path, std::int64_t changed_ns = 1) {
  return {.number = number, .path = std::move(path), .changed_ns = changed_ns};
}

SourceOptions Named(std::string name, std::vector<std::string> paths) {
  SourceOptions source;
  source.name = std::move(name);
  source.paths = std::move(paths);
  return source;
}

TEST(MovePositions, RotationsGoWithTheirLog) {
  std::map<std::string, SavedSource> saved;
  saved["x"].bookmarks = {Of(1, "/log/a.1"), Of(2, "/log/a"), Of(3, "/log/ab"), Of(4, "/old/a.1")};
  saved["y"].bookmarks = {Of(7, "/log/c")};
  EXPECT_TRUE(
      MovePositions({Named("x", {"/log/ab"}), Named("y", {"/log/c", "/log/a"})}, {}, saved));
  EXPECT_THAT(saved["x"].bookmarks, ElementsAre(Of(3, "/log/ab"), Of(4, "/old/a.1")));
  EXPECT_THAT(saved["y"].bookmarks,
              ElementsAre(Of(7, "/log/c"), Of(8, "/log/a.1"), Of(9, "/log/a")));
}

// What was renamed while it was open has its former path, as the log that came after it.
TEST(MovePositions, AllFilesOfOnePathGo) {
  std::map<std::string, SavedSource> saved;
  Bookmark old = Of(1, "/log/a");
  old.id.inode = 11;
  Bookmark live = Of(2, "/log/a", 2);
  live.id.inode = 12;
  saved["x"].bookmarks = {old, live};
  EXPECT_TRUE(MovePositions({Named("new", {"/log/a"})}, {}, saved));
  EXPECT_THAT(saved["new"].bookmarks, ElementsAre(old, live));
  EXPECT_THAT(saved["x"].bookmarks, IsEmpty());
}

TEST(MovePositions, WhoHasReadTheLogLastItselfGoesOnFromThere) {
  std::map<std::string, SavedSource> saved;
  saved["x"].bookmarks = {Of(1, "/log/a", 10)};
  saved["y"].bookmarks = {Of(1, "/log/a", 20)};
  EXPECT_FALSE(MovePositions({Named("y", {"/log/a"})}, {}, saved));
}

TEST(MovePositions, WhatIsKeptOrStillNamedStays) {
  std::map<std::string, SavedSource> saved;
  saved["kept"].bookmarks = {Of(1, "/log/a")};
  saved["glob"].bookmarks = {Of(1, "/log/b")};
  const auto before = saved["glob"].bookmarks;
  EXPECT_FALSE(MovePositions({Named("glob", {"/log/*"}), Named("new", {"/log/a", "/log/b"})},
                             {"kept"}, saved));
  EXPECT_EQ(saved["glob"].bookmarks, before);
  EXPECT_FALSE(saved.contains("new"));
}

TEST(MovePositions, ANewSourceGetsBookmarksOfAllItsPathsOrNone) {
  std::map<std::string, SavedSource> saved;
  saved["x"].bookmarks = {Of(1, "/log/a")};
  EXPECT_FALSE(MovePositions({Named("new", {"/log/a", "/log/b"})}, {}, saved));
  EXPECT_FALSE(saved.contains("new"));
  EXPECT_TRUE(MovePositions({Named("new", {"/log/*"})}, {}, saved));
  EXPECT_THAT(saved["new"].bookmarks, ElementsAre(Of(1, "/log/a")));
  EXPECT_THAT(saved["x"].bookmarks, IsEmpty());
}

TEST(MovePositions, WhoHasReadALogLastHandsItOn) {
  std::map<std::string, SavedSource> saved;
  saved["first"].bookmarks = {Of(1, "/log/a", 10)};
  saved["last"].bookmarks = {Of(5, "/log/a", 30)};
  saved["middle"].bookmarks = {Of(1, "/log/a", 20)};
  EXPECT_TRUE(MovePositions({Named("new", {"/log/a"})}, {}, saved));
  EXPECT_THAT(saved["new"].bookmarks, ElementsAre(Of(1, "/log/a", 30)));
  EXPECT_THAT(saved["last"].bookmarks, IsEmpty());
}

TEST(MovePositions, MailsGoWithTheLastBookmark) {
  std::map<std::string, SavedSource> saved;
  saved["x"].bookmarks = {Of(1, "/log/a")};
  saved["x"].mails = std::make_shared<const SavedMails>();
  EXPECT_TRUE(MovePositions({Named("new", {"/log/a"})}, {}, saved));
  EXPECT_EQ(saved["new"].mails, saved["x"].mails);
}

}  // namespace
}  // namespace maillog::test
