// Logs that are copied and cut while their writers go on: what is written between the two is in no
// file afterwards, but may have been read. The copy is then shorter than what was read.
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "tests/support/following.h"
#include "tests/support/pack.h"

namespace maillog::test {
namespace {

/// By how many lines there are before the copy: with few of them the beginning that is kept is not
/// full.
class CopiedEarlyTest : public ::testing::TestWithParam<int> {
 protected:
  static constexpr char kLog[] = "/log/maillog";
  static constexpr char kCopy[] = "/log/maillog.1";
  static constexpr char kOlder[] = "/log/maillog.2";

  static void Save(Following& following) {
    following.Step();
    (void)following.Scrape();
  }
  // Line 1 was in an earlier log, whose copy is known. The line after those of the next copy is
  // read as well.
  void ReadCopyAndReadOn(Following& following) const {
    following.files.Append(kLog, NumberedLines(1, 1));
    Save(following);
    following.files.CopyTruncate(kLog, kCopy);
    following.files.Append(kLog, NumberedLines(2, kCopied));
    Save(following);
    following.files.Rename(kCopy, kOlder);
    following.files.Append(kCopy, following.files.Content(kLog));
    following.files.Append(kLog, NumberedLines(kCopied + 1, kCopied + 1));
    Save(following);
  }
  void CutAndWrite(Following& following) const {
    following.files.Truncate(kLog, 0);
    following.files.Append(kLog, NumberedLines(kCopied + 2, kCopied + 2));
  }
  static void PackCopy(Following& following) {
    following.files.Replace(kCopy, std::string(kCopy) + ".gz",
                            Pack(following.files.Content(kCopy), Packing::kGzip));
  }
  void ExpectEachOnce(int lines) {
    Save(following_);
    following_.clock.Advance(std::chrono::hours(2));
    Save(following_);
    ExpectExactly(following_, 1, lines);
    EXPECT_EQ(following_.LostBytes(), 0);
    EXPECT_EQ(following_.RemovedLogs(), 0);
  }

  const int kCopied = 1 + GetParam();  ///< the last line in the copy
  Following following_{kLog};
};

TEST_P(CopiedEarlyTest, IsNotReadAgain) {
  ReadCopyAndReadOn(following_);
  CutAndWrite(following_);
  ExpectEachOnce(kCopied + 2);
}

TEST_P(CopiedEarlyTest, IsNotReadAgainWhileTheLogIsEmpty) {
  ReadCopyAndReadOn(following_);
  following_.files.Truncate(kLog, 0);
  ExpectEachOnce(kCopied + 1);
}

TEST_P(CopiedEarlyTest, IsNotReadAgainWhenItIsPacked) {
  ReadCopyAndReadOn(following_);
  CutAndWrite(following_);
  PackCopy(following_);
  ExpectEachOnce(kCopied + 2);
}

TEST_P(CopiedEarlyTest, IsNotReadAgainWhenItIsPackedLater) {
  ReadCopyAndReadOn(following_);
  CutAndWrite(following_);
  Save(following_);
  PackCopy(following_);
  ExpectEachOnce(kCopied + 2);
}

TEST_P(CopiedEarlyTest, IsNotReadAgainByTheNextProcess) {
  ReadCopyAndReadOn(following_);
  following_.Crash();
  CutAndWrite(following_);
  PackCopy(following_);
  Save(following_);
  following_.Crash();
  ExpectEachOnce(kCopied + 2);
}

TEST_P(CopiedEarlyTest, IsNotReadAgainByTheNextProcessAfterTheLogIsRenamed) {
  ReadCopyAndReadOn(following_);
  following_.Crash();
  CutAndWrite(following_);
  following_.files.Rename(kOlder, kOldest);
  following_.files.Rename(kCopy, kOlder);
  following_.files.Rename(kLog, kCopy);
  following_.files.Append(kLog, NumberedLines(kCopied + 3, kCopied + 3));
  ExpectEachOnce(kCopied + 3);
}

TEST_P(CopiedEarlyTest, IsNotReadAgainWheneverTheLogIsCut) {
  for (const bool packs : {false, true}) {
    for (int at = 1;; ++at) {
      SCOPED_TRACE("before operation " + std::to_string(at));
      Following following(kLog);
      ReadCopyAndReadOn(following);
      int operations = 0;
      following.files.BeforeEachOperation([&] {
        if (++operations != at) return;
        CutAndWrite(following);
        if (packs) PackCopy(following);
      });
      following.files.Append("/log/another", "");  // or names would not be looked at
      following.Step();
      following.files.BeforeEachOperation([] {});
      if (operations < at) break;
      following.Step();
      ExpectExactly(following, 1, kCopied + 2);
      if (HasFailure()) return;
    }
  }
}

// What was there of a line belongs to the beginning by which the log is known, until it is lost.
TEST(CopytruncateTest, ACopyIsKnownOfALogThatLostAPartOfALineInAPowerCut) {
  constexpr char kLog[] = "/log/maillog";
  Following following(kLog);
  following.files.Append(kLog, NumberedLines(1, 3) + NumberedMessage(4));
  following.Step();
  (void)following.Scrape();
  following.Crash();
  following.files.Remount();
  following.files.Truncate(kLog, NumberedLines(1, 3).size());
  following.files.Append(kLog, NumberedLines(5, 20));
  following.Step();
  (void)following.Scrape();
  following.Crash();
  following.files.CopyTruncate(kLog, "/log/maillog.1");
  following.files.Append(kLog, NumberedLines(21, 22));
  following.Step();
  (void)following.Scrape();
  for (int i = 1; i <= 22; ++i) EXPECT_EQ(following.Times(NumberedMessage(i)), i == 4 ? 0 : 1) << i;
  EXPECT_EQ(following.RemovedLogs(), 0);
}

INSTANTIATE_TEST_SUITE_P(Lines, CopiedEarlyTest, ::testing::Values(1, 2, 30));

}  // namespace
}  // namespace maillog::test
