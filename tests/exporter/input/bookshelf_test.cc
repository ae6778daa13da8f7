#include "exporter/input/file/bookshelf.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fake_file_system.h"

namespace maillog::test {
namespace {

using ::testing::ElementsAre;

class BookshelfTest : public ::testing::Test {
 protected:
  /// A bookmark of `path`, which is made if it is not there.
  Bookmark MarkOf(const std::string& path, BookmarkNumber number) {
    if (!files_.Stat(path).ok()) files_.Append(path, path + " has a beginning of its own\n");
    const FileStat stat = *files_.Stat(path);
    Bookmark bookmark;
    bookmark.number = number;
    bookmark.path = path;
    bookmark.id = stat.id;
    bookmark.head.Extend(files_.Content(path));
    return bookmark;
  }

  /// The number of what is taken for the file; 0 if there is nothing.
  BookmarkNumber TakeFor(const std::string& path) {
    const std::unique_ptr<File> file = *files_.Open(path);
    const auto entry =
        shelf_.TakeFor(*file, *file->Stat(), path, [] { return std::set<FileId>(); });
    return entry->has_value() ? (*entry)->bookmark.number : 0;
  }

  std::vector<BookmarkNumber> Numbers() const {
    std::vector<BookmarkNumber> numbers;
    for (const Bookshelf::Entry& entry : shelf_.entries()) numbers.push_back(entry.bookmark.number);
    return numbers;
  }

  FakeFileSystem files_;
  Bookshelf shelf_;
};

TEST_F(BookshelfTest, KnowsWhatItSawAsLongAsItIsThatFile) {
  const Bookmark bookmark = MarkOf("/log/a", 1);
  shelf_.Put({.bookmark = bookmark, .seen = *files_.Stat("/log/a"), .claim = {}});
  shelf_.Put({.bookmark = MarkOf("/log/b", 2), .seen = {.links = 0}, .claim = {}});
  EXPECT_TRUE(shelf_.HasUnchanged(*files_.Stat("/log/a")));
  EXPECT_FALSE(shelf_.HasUnchanged(*files_.Stat("/log/b"))) << "not open in this run";
  files_.Append("/log/a", "more\n");
  EXPECT_FALSE(shelf_.HasUnchanged(*files_.Stat("/log/a")));
  EXPECT_EQ(TakeFor("/log/a"), 1U);
  EXPECT_THAT(Numbers(), ElementsAre(2));
  EXPECT_EQ(TakeFor("/log/b"), 2U);
  EXPECT_EQ(TakeFor("/log/b"), 0U);
}

TEST_F(BookshelfTest, OfSeveralOfAFileTheYoungestIsTaken) {
  for (const BookmarkNumber number : {1U, 2U, 3U}) {
    shelf_.Put({.bookmark = MarkOf("/log/a", number), .seen = {.links = 0}, .claim = {}});
    shelf_.Put({.bookmark = MarkOf("/log/b", 10 + number), .seen = {.links = 0}, .claim = {}});
  }
  EXPECT_EQ(TakeFor("/log/a"), 3U);
  EXPECT_EQ(TakeFor("/log/a"), 2U);
  EXPECT_THAT(Numbers(), ElementsAre(1, 11, 12, 13));
}

TEST_F(BookshelfTest, WhatIsUnfinishedIsTakenFromTheYoungestOn) {
  for (const BookmarkNumber number : {1U, 2U, 3U, 4U}) {
    Bookmark bookmark = MarkOf("/log/" + std::to_string(number), number);
    bookmark.finished = number == 3;
    shelf_.Put({.bookmark = std::move(bookmark), .seen = {.links = 0}, .claim = {}});
  }
  std::vector<BookmarkNumber> taken;
  for (const Bookshelf::Entry& entry :
       shelf_.TakeUnfinished([](const Bookmark& bookmark) { return bookmark.number != 2; })) {
    taken.push_back(entry.bookmark.number);
  }
  EXPECT_THAT(taken, ElementsAre(4, 1));
  EXPECT_THAT(Numbers(), ElementsAre(2, 3));
}

TEST_F(BookshelfTest, AFinishedOneMovesToItsCopy) {
  Bookmark bookmark = MarkOf("/log/a", 1);
  bookmark.finished = true;
  shelf_.Put({.bookmark = std::move(bookmark), .seen = {.links = 0}, .claim = {}});
  files_.Append("/log/copy", files_.Content("/log/a"));
  shelf_.MoveFinished(1, files_.Stat("/log/copy")->id);
  EXPECT_EQ(shelf_.entries().front().bookmark.id, files_.Stat("/log/copy")->id);
  EXPECT_EQ(TakeFor("/log/copy"), 1U);
  EXPECT_THAT(Numbers(), ElementsAre());
}

TEST_F(BookshelfTest, TheOldestOfThoseThatAreGoneAreDropped) {
  std::set<FileId> there;
  for (BookmarkNumber number = 1; number <= Bookshelf::kMaxFinished + 3; ++number) {
    Bookmark bookmark = MarkOf("/log/" + std::to_string(number), number);
    bookmark.finished = true;
    if (number == 2) there.insert(bookmark.id);
    shelf_.Put({.bookmark = std::move(bookmark), .seen = {.links = 0}, .claim = {}});
  }
  EXPECT_THAT(shelf_.Prune(there), ElementsAre(1, 3));
  EXPECT_EQ(Numbers().size(), Bookshelf::kMaxFinished + 1);
  EXPECT_THAT(shelf_.Prune(there), ElementsAre());
}

}  // namespace
}  // namespace maillog::test
