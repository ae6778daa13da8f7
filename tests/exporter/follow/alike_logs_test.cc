// Logs that begin alike, which their ids distinguish.
#include <gtest/gtest.h>

#include <string>

#include "tests/support/following.h"
#include "tests/support/pack.h"

namespace maillog::test {
namespace {

/// Each begins with more equal bytes than are kept of a file's beginning.
class AlikeLogsTest : public ::testing::Test {
 protected:
  static constexpr char kLog[] = "/log/maillog";
  static constexpr char kOld[] = "/log/maillog.1";

  static void PackOld(Following& following) {
    following.files.Replace(kOld, std::string(kOld) + ".gz",
                            Pack(following.files.Content(kOld), Packing::kGzip));
  }
  static std::string Alike() {
    std::string lines;
    while (lines.size() <= Head::kMaxBytes) {
      lines +=
          "Nov 21 10:00:00 mx postfix/master[7]: reload -- version 3.7.11, configuration /etc\n";
    }
    return lines;
  }
  void ExpectEachOnce(int lines) {
    for (int i = 1; i <= lines; ++i) EXPECT_EQ(following_.Times(NumberedMessage(i)), 1) << i;
  }
  void ReadAndDie() {
    following_.files.Append(kLog, Alike() + NumberedLines(1, 1));
    following_.Step();
    (void)following_.Scrape();
    following_.Crash();
  }

  Following following_{kLog};
};

TEST_F(AlikeLogsTest, AnotherFileHasNotLostItsTail) {
  ReadAndDie();
  following_.files.Unlink(kLog);
  following_.files.Append(kLog, Alike() + NumberedLines(2, 3));
  following_.Step();
  ExpectEachOnce(3);
  EXPECT_EQ(following_.Rotations("shrunk"), 0);
}

TEST_F(AlikeLogsTest, AnotherFileThatIsRenamedIsNotWhatWasRemoved) {
  ReadAndDie();
  following_.files.Unlink(kLog);
  following_.files.Append(kLog, Alike() + NumberedLines(2, 3));
  following_.files.Rename(kLog, kOld);
  following_.files.Append(kLog, Alike() + NumberedLines(4, 4));
  following_.Step();
  ExpectEachOnce(4);
}

TEST_F(AlikeLogsTest, ThePackedFormOfAnotherOneIsNotWhatWasRemoved) {
  ReadAndDie();
  following_.files.Unlink(kLog);
  following_.files.Append(kLog, Alike() + NumberedLines(2, 3));
  following_.files.Rename(kLog, kOld);
  PackOld(following_);
  following_.files.Append(kLog, Alike() + NumberedLines(4, 4));
  following_.Step();
  ExpectEachOnce(4);
}

TEST_F(AlikeLogsTest, AnEmptyLogHidesNoRotationThatBeginsAsItsPredecessor) {
  ReadAndDie();
  following_.files.Unlink(kLog);
  following_.files.Append(kLog, Alike() + NumberedLines(2, 3));
  following_.files.Rename(kLog, kOld);
  following_.files.Append(kLog, "");
  following_.Step();
  ExpectEachOnce(3);
}

// It is there under its last name while names are listed, and gone when it is looked into. That it
// was cut, and another one is an early copy of it, does not follow.
TEST_F(AlikeLogsTest, AYoungerLogIsNoCopyOfOneThatIsRemovedWhileTheNextProcessBegins) {
  for (int at = 1;; ++at) {
    SCOPED_TRACE("before operation " + std::to_string(at));
    Following following{kLog};
    following.files.Append(kLog, Alike() + NumberedLines(1, 5));
    following.Step();
    (void)following.Scrape();
    following.Crash();
    following.files.Rename(kLog, "/log/maillog.9");
    following.files.Append(kLog, "");
    int operations = 0;
    following.files.BeforeEachOperation([&] {
      if (++operations != at) return;
      following.files.Unlink("/log/maillog.9");
      following.files.Append(kOld, Alike() + NumberedLines(6, 6));
    });
    following.Step();
    if (operations < at) return;  // the look has no more
    following.files.BeforeEachOperation([] {});
    following.Step();
    EXPECT_EQ(following.Times(NumberedMessage(6)), 1);
    if (HasFailure()) return;
  }
}

TEST_F(AlikeLogsTest, WhatIsPackedMayHaveLostItsTailOnlyIfTheMachineWasBooted) {
  for (const bool boots : {false, true}) {
    Following following{kLog};
    following.files.Append(kLog, NumberedLines(1, 8));
    following.Step();
    (void)following.Scrape();
    following.Crash();
    if (boots) following.files.Remount();
    following.files.Truncate(kLog, NumberedLines(1, 5).size());
    following.files.Append(kLog, NumberedLines(11, 14));
    following.files.Rename(kLog, kOld);
    PackOld(following);
    following.files.Append(kLog, "");
    following.Step();
    // Then what had been read is not read again; otherwise it is a log that begins alike.
    EXPECT_EQ(following.Times(NumberedMessage(1)), boots ? 1 : 2);
    EXPECT_EQ(following.Times(NumberedMessage(14)), 1);
  }
}

// A log of which nothing was read is gone, and a younger one is taken for it, while the log that is
// open is renamed: the younger one's writer is waited for all the same.
TEST_F(AlikeLogsTest, AYoungerOneIsTakenForOneThatIsGone) {
  for (int at = 1;; ++at) {
    SCOPED_TRACE("before operation " + std::to_string(at));
    Following following{kLog};
    following.files.Append(kLog, Alike() + NumberedLines(1, 1));
    following.StepBlock();  // where reading begins
    (void)following.Scrape();
    following.Crash();
    following.files.Unlink(kLog);
    following.files.Append(kLog, "");
    int operations = 0;
    following.files.BeforeEachOperation([&] {
      if (++operations != at) return;
      following.files.Rename(kLog, kOlder);
      following.files.Append(kOld, Alike() + NumberedLines(2, 2));
      following.files.Append(kLog, "");
    });
    following.Step();
    following.files.BeforeEachOperation([] {});
    if (operations < at) return;  // the look has no more
    following.Step();
    following.files.Append(kOld, NumberedLines(3, 3));
    following.Step();
    for (int i = 2; i <= 3; ++i) EXPECT_EQ(following.Times(NumberedMessage(i)), 1) << i;
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace maillog::test
