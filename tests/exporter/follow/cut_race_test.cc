// Logs that are cut while it is decided where reading begins, at each operation of that look in
// turn: what is written to them from then on is new.
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "tests/support/following.h"

namespace maillog::test {
namespace {

// Cuts the log before each operation of the second look, and writes more to it than it held.
void ExpectLaterLinesAreReadWhenever(StartAt start, const std::function<void(Following&)>& before) {
  for (int at = 1;; ++at) {
    SCOPED_TRACE("before operation " + std::to_string(at));
    Following following{kLog, start};
    following.files.MakeDirectory("/log");
    before(following);
    int operations = 0;
    following.files.BeforeEachOperation([&] {
      if (++operations == at) following.files.Truncate(kLog, 0);
    });
    following.Step();
    if (operations < at) return;  // the look has no more
    following.files.BeforeEachOperation([] {});
    following.files.Append(
        kLog, "Nov 22 08:00:00 mx postfix/master[1]: daemon started -- version 3.7.11\n" +
                  NumberedLines(31, 70));
    following.Step();
    for (int i = 31; i <= 70; ++i) EXPECT_EQ(following.Times(NumberedMessage(i)), 1) << i;
    if (::testing::Test::HasFailure()) return;
  }
}

TEST(CutRaceTest, TheFirstLookBeginsAtTheEndOfALog) {
  ExpectLaterLinesAreReadWhenever(StartAt::kEnd, [](Following& following) {
    following.files.Append(kLog, NumberedLines(1, 20));
  });
}

TEST(CutRaceTest, ALogWasReplacedByAnOlderCopyOfItself) {
  ExpectLaterLinesAreReadWhenever(StartAt::kBeginning, [](Following& following) {
    following.files.Append(kLog, NumberedLines(1, 25));
    following.Step();
    following.files.Append("/log/new", NumberedLines(1, 20));
    following.files.Rename("/log/new", kLog);
  });
}

// A copy is compared, when a part of it is written, with a log that is being cut. Files do not tell
// when they were made. `written`, `complete` and `cut`: so many operations after the step before.
void ExpectACopyIsNotReadWhenever(int written, int complete, int cut) {
  for (int at = 1;; ++at) {
    SCOPED_TRACE("before operation " + std::to_string(at));
    Following following{kLog};
    following.files.ForgetBirths();
    const std::string line = NumberedLine(1);
    following.files.Append(kLog, line);
    following.Step();
    int operations = 0;
    following.files.BeforeEachOperation([&] {
      ++operations;
      if (operations == at) following.files.Append(kOld, "");
      if (operations == at + written) following.files.Append(kOld, line.substr(0, 57));
      if (operations == at + written + complete) following.files.Append(kOld, line.substr(57));
      if (operations == at + written + complete + cut) following.files.Truncate(kLog, 0);
    });
    following.Step();
    following.files.BeforeEachOperation([] {});
    if (operations < at + written + complete + cut) return;  // the look has no more
    following.files.Append(kLog, NumberedLines(2, 4));
    following.Step();
    EXPECT_EQ(following.Times(NumberedMessage(1)), 1);
    EXPECT_EQ(following.Total(), 4);
    if (::testing::Test::HasFailure()) return;
  }
}

TEST(CutRaceTest, ALogIsCutWhileItIsComparedWithAPartOfItsCopy) {
  for (int written = 1; written <= 6; ++written) {
    for (int complete = 1; complete <= 6; ++complete) {
      for (int cut = 1; cut <= 6 && !HasFailure(); ++cut) {
        SCOPED_TRACE("after " + std::to_string(written) + ", " + std::to_string(complete) + ", " +
                     std::to_string(cut));
        ExpectACopyIsNotReadWhenever(written, complete, cut);
      }
    }
  }
}

}  // namespace
}  // namespace maillog::test
