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

}  // namespace
}  // namespace maillog::test
