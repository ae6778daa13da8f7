// Logs that were removed, with unread lines or without, while nobody looked: how much was lost is
// not known, that something may be lost is counted.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/support/following.h"

namespace maillog::test {
namespace {

/// Two lines that were read and saved, then the process ends and two more are written.
class RemovedLogTest : public ::testing::Test {
 protected:
  static constexpr char kLog[] = "/log/mail.log";
  static constexpr char kOld[] = "/log/mail.log.1";

  static std::string Lines(int first, int last) {
    std::string lines;
    for (int i = first; i <= last; ++i) lines += NumberedLine(i);
    return lines;
  }

  RemovedLogTest() : following(kLog) {
    following.files.Append(kLog, Lines(1, 2));
    following.Step();
    (void)following.Scrape();
    following.Crash();
    following.files.Append(kLog, Lines(3, 4));
  }

  Following following;
};

TEST_F(RemovedLogTest, AnotherLogIsInItsPlace) {
  following.files.Unlink(kLog);
  following.files.Append(kLog, Lines(5, 6));
  following.Step();
  EXPECT_EQ(following.Total(), 4);
  EXPECT_EQ(following.RemovedLogs(), 1);
  EXPECT_EQ(following.LostBytes(), 0) << "nobody knows how many";
}

TEST_F(RemovedLogTest, NothingIsInItsPlace) {
  following.files.Unlink(kLog);
  following.Step();
  EXPECT_EQ(following.RemovedLogs(), 1);
  following.files.Append(kLog, Lines(5, 6));
  following.Step();
  EXPECT_EQ(following.Total(), 4);
  EXPECT_EQ(following.RemovedLogs(), 1);
}

TEST_F(RemovedLogTest, CutWithoutACopy) {
  following.files.Truncate(kLog, 0);
  following.files.Append(kLog, Lines(5, 6));
  following.Step();
  EXPECT_EQ(following.Total(), 4);
  EXPECT_EQ(following.RemovedLogs(), 1);
}

TEST_F(RemovedLogTest, TheLastOfSeveralRotationsIsLeft) {
  following.files.Unlink(kLog);
  following.files.Append(kLog, Lines(5, 6));
  following.files.Rename(kLog, kOld);
  following.files.Append(kLog, Lines(7, 8));
  following.Step();
  EXPECT_EQ(following.Total(), 6);
  EXPECT_EQ(following.RemovedLogs(), 1);
}

TEST_F(RemovedLogTest, CountsOnce) {
  following.files.Unlink(kLog);
  following.files.Append(kLog, Lines(5, 6));
  following.Step();
  (void)following.Scrape();
  following.Crash();
  following.Step();
  following.Crash();
  following.Step();
  EXPECT_EQ(following.RemovedLogs(), 1);
}

TEST_F(RemovedLogTest, OneThatWasRotatedIsThere) {
  following.files.Rename(kLog, kOld);
  following.files.Append(kLog, Lines(5, 6));
  following.Step();
  EXPECT_EQ(following.Total(), 6);
  EXPECT_EQ(following.RemovedLogs(), 0);
}

TEST_F(RemovedLogTest, OneThatWasCopiedIsThere) {
  following.files.CopyTruncate(kLog, kOld);
  following.files.Append(kLog, Lines(5, 6));
  following.Step();
  EXPECT_EQ(following.Total(), 6);
  EXPECT_EQ(following.RemovedLogs(), 0);
}

TEST_F(RemovedLogTest, OneThatHasTheNameOfNoRotationIsThere) {
  following.files.Rename(kLog, "/log/mail.log-21Nov2026");
  following.files.Append(kLog, Lines(5, 6));
  following.Step();
  ExpectExactly(following, 1, 6);
  EXPECT_EQ(following.RemovedLogs(), 0);
}

TEST_F(RemovedLogTest, OneThatALinkDoesNotNameAnyMoreIsThere) {
  following.files.Link(kLog, "/log/first");
  following.files.Unlink(kLog);
  following.files.Append("/log/second", Lines(5, 6));
  following.files.Link("/log/second", kLog);
  following.Step();
  ExpectExactly(following, 1, 6);
  EXPECT_EQ(following.RemovedLogs(), 0);
}

TEST_F(RemovedLogTest, OneThatIsRemovedWhileItIsOpenLosesNothing) {
  following.Step();
  following.files.Unlink(kLog);
  following.files.Append(kLog, Lines(5, 6));
  following.Step();
  EXPECT_EQ(following.Total(), 6);
  EXPECT_EQ(following.RemovedLogs(), 0);
}

TEST(RemovedEmptyLogTest, HadNothingToLose) {
  constexpr char kEmpty[] = "/log/empty";
  Following following(kEmpty);
  following.files.Append(kEmpty, "");
  following.Step();
  (void)following.Scrape();
  following.Crash();
  following.files.Unlink(kEmpty);
  following.Step();
  EXPECT_EQ(following.RemovedLogs(), 0);
}

}  // namespace
}  // namespace maillog::test
