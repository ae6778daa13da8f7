// Logs that were never seen, and that a look finds but does not read, since names change under it.
// The look after it must not take them for older than everything.
#include <gtest/gtest.h>

#include <string>

#include "tests/support/following.h"
#include "tests/support/pack.h"

namespace maillog::test {
namespace {

constexpr char kLog[] = "/log/maillog";
constexpr char kOld[] = "/log/maillog.1";
constexpr char kOlder[] = "/log/maillog.2";

// The log is renamed before one operation of the look, and its packed form there; the plain one is
// removed before a later operation. By then the names that count may be those of the beginning.
TEST(HiddenRotationTest, TheLogIsRenamedAndPackedWhileAnOlderOneIsToBeRead) {
  for (const bool begins_empty : {true, false}) {
    int operations = 0;
    for (int gap = 1; gap <= 60; ++gap) {
      for (int at = 1;; ++at) {
        SCOPED_TRACE("before operations " + std::to_string(at) + " and " +
                     std::to_string(at + gap));
        Following following{kLog};
        following.files.Append(kLog, NumberedLines(1, 3));
        following.Step();
        (void)following.Scrape();
        following.Crash();
        following.files.Unlink(kLog);
        following.files.Append(kOld, NumberedLines(4, 5));
        following.files.Append(kLog, begins_empty ? "" : NumberedLines(6, 6));
        operations = 0;
        following.files.BeforeEachOperation([&] {
          ++operations;
          if (operations == at) {
            if (begins_empty) following.files.Append(kLog, NumberedLines(6, 6));
            following.files.Rename(kOld, kOlder);
            following.files.Rename(kLog, kOld);
            following.files.Append(kLog, "");
            following.files.Append(std::string(kOld) + ".gz",
                                   Pack(following.files.Content(kOld), Packing::kGzip));
          }
          if (operations == at + gap) following.files.Unlink(kOld);
        });
        following.Step();
        following.files.BeforeEachOperation([] {});
        if (operations < at + gap) break;  // the look has no more
        following.Step();
        for (int i = 1; i <= 6; ++i) EXPECT_EQ(following.Times(NumberedMessage(i)), 1) << i;
        if (HasFailure()) return;
      }
    }
  }
}

}  // namespace
}  // namespace maillog::test
