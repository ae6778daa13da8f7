// Logs on file systems of other hosts (NFS), where they are rotated: what is removed there cannot
// be read here any more, also by those who have it open.
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "tests/support/following.h"
#include "tests/support/pack.h"

namespace maillog::test {
namespace {

constexpr char kPacked[] = "/log/maillog.1.gz";

void PackOld(Following& following) {
  following.files.Replace(kOld, kPacked, Pack(following.files.Content(kOld), Packing::kGzip));
}

/// Three lines are read, of which the state knows, and two more written.
class RemoteTest : public ::testing::Test {
 protected:
  RemoteTest() : following_(kLog) {
    following_.files.BecomeRemote();
    following_.files.Append(kLog, NumberedLines(1, 3));
    following_.Step();
    (void)following_.Scrape();
    following_.files.Append(kLog, NumberedLines(4, 5));
  }
  void LookSomeTimes() {
    for (int i = 0; i < 3; ++i) {
      following_.Step();
      following_.clock.Advance(std::chrono::seconds(10));
    }
  }
  void ExpectAll(int lines) {
    LookSomeTimes();
    ExpectExactly(following_, 1, lines);
    EXPECT_EQ(following_.LostBytes(), 0);
    EXPECT_EQ(following_.RemovedLogs(), 0);
  }

  Following following_;
};

TEST_F(RemoteTest, TheLogIsRenamedAndPackedAtOnce) {
  following_.files.Rename(kLog, kOld);
  PackOld(following_);
  following_.files.Append(kLog, NumberedLines(6, 6));
  ExpectAll(6);
}

TEST_F(RemoteTest, AnOldLogIsPackedBeforeAllOfItIsRead) {
  following_.files.Rename(kLog, kOld);
  following_.files.Append(kLog, NumberedLines(7, 7));
  following_.StepBlock();  // the names are looked at
  following_.files.Append(kOld, NumberedLines(6, 6));
  PackOld(following_);
  ExpectAll(7);
}

TEST_F(RemoteTest, AnOldLogThatWasReadIsPacked) {
  following_.files.Rename(kLog, kOld);
  following_.files.Append(kLog, NumberedLines(6, 6));
  following_.Step();
  PackOld(following_);
  ExpectAll(6);
  following_.Crash();
  ExpectAll(6);
}

TEST_F(RemoteTest, AnOldLogIsRemovedBeforeAllOfItIsRead) {
  following_.Crash();
  following_.read_bytes = 512;
  following_.files.Append(kLog, NumberedLines(6, 60));
  following_.StepBlock();
  following_.files.Rename(kLog, kOld);
  following_.files.Append(kLog, NumberedLines(61, 61));
  following_.clock.Advance(std::chrono::seconds(10));
  following_.StepBlock();  // the names are looked at
  following_.files.Unlink(kOld);
  LookSomeTimes();
  EXPECT_EQ(following_.Times(NumberedMessage(61)), 1);
  EXPECT_EQ(following_.RemovedLogs(), 1);
}

}  // namespace
}  // namespace maillog::test
