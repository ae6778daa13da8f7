// Logs that were never seen, and that a look finds but does not read, since names change under it.
// The look after it must not take them for older than everything.
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "tests/support/following.h"
#include "tests/support/pack.h"

namespace maillog::test {
namespace {

constexpr char kOldPacked[] = "/log/maillog.1.gz";

// `first` happens before one operation of the look, and `then` before a later one: by then the
// names that count may be those of the beginning. Each line is read once.
void ExpectAllIsReadWhenever(const std::function<void(Following&)>& before,
                             const std::function<void(Following&)>& first,
                             const std::function<void(Following&)>& then, int lines) {
  for (int gap = 1; gap <= 60; ++gap) {
    for (int at = 1;; ++at) {
      SCOPED_TRACE("before operations " + std::to_string(at) + " and " + std::to_string(at + gap));
      Following following{kLog};
      before(following);
      int operations = 0;
      following.files.BeforeEachOperation([&] {
        ++operations;
        if (operations == at) first(following);
        if (operations == at + gap) then(following);
      });
      following.Step();
      following.files.BeforeEachOperation([] {});
      if (operations < at + gap) break;  // the look has no more
      following.Step();
      for (int i = 1; i <= lines; ++i) EXPECT_EQ(following.Times(NumberedMessage(i)), 1) << i;
      if (::testing::Test::HasFailure()) return;
    }
  }
}

// Both forms of it are there for a while.
TEST(HiddenRotationTest, TheLogIsRenamedAndPackedWhileAnOlderOneIsToBeRead) {
  ExpectAllIsReadWhenever(
      [](Following& following) {
        following.files.Append(kLog, NumberedLines(1, 3));
        following.Step();
        (void)following.Scrape();
        following.Crash();
        following.files.Unlink(kLog);
        following.files.Append(kOld, NumberedLines(4, 5));
        following.files.Append(kLog, "");
      },
      [](Following& following) {
        following.files.Append(kLog, NumberedLines(6, 6));
        following.files.Rename(kOld, kOlder);
        following.files.Rename(kLog, kOld);
        following.files.Append(kLog, "");
        following.files.Append(kOldPacked, Pack(following.files.Content(kOld), Packing::kGzip));
      },
      [](Following& following) { following.files.Unlink(kOld); }, 6);
}

TEST(HiddenRotationTest, ACopyThatIsToBeReadIsPackedAndRenamed) {
  ExpectAllIsReadWhenever(
      [](Following& following) {
        following.files.Append(kLog, "");
        following.Step();
        (void)following.Scrape();
        following.files.Append(kLog, NumberedLines(1, 4));
        following.Crash();
        following.files.CopyTruncate(kLog, kOld);
      },
      [](Following& following) {
        following.files.Replace(kOld, kOldPacked,
                                Pack(following.files.Content(kOld), Packing::kGzip));
      },
      [](Following& following) { following.files.Rename(kOldPacked, std::string(kOlder) + ".gz"); },
      4);
}

// Each time between being listed and looked at.
TEST(HiddenRotationTest, ACopyIsPackedAndThenRenamedWhileItIsSought) {
  ExpectAllIsReadWhenever(
      [](Following& following) {
        following.files.Append(kLog, NumberedLines(1, 3));
        following.Step();
        following.files.Append(kLog, NumberedLines(4, 5));
        following.files.CopyTruncate(kLog, kOld);
        following.files.Append(kLog, NumberedLines(6, 6));
      },
      [](Following& following) {
        following.files.Replace(kOld, kOldPacked,
                                Pack(following.files.Content(kOld), Packing::kGzip));
      },
      [](Following& following) { following.files.Rename(kOldPacked, "/log/maillog.2.gz"); }, 6);
}

// The copy has less than what was read, and both forms of it are there for a while.
TEST(HiddenRotationTest, AnEarlyCopyIsPackedWhileItIsSought) {
  ExpectAllIsReadWhenever(
      [](Following& following) {
        following.files.Append(kLog, NumberedLines(1, 10));
        following.Step();
        following.files.Append(kOld, following.files.Content(kLog));
        following.files.Append(kLog, NumberedLines(11, 11));
        following.Step();
        following.files.Truncate(kLog, 0);
        following.files.Append(kLog, NumberedLines(12, 12));
      },
      [](Following& following) {
        following.files.Append(kOldPacked, Pack(following.files.Content(kOld), Packing::kGzip));
      },
      [](Following& following) { following.files.Unlink(kOld); }, 12);
}

}  // namespace
}  // namespace maillog::test
