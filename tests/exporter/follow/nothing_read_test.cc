// Logs that were seen, but of which nothing was read before the process ended: the bookmark knows
// how they begin, and says nothing of what others have that begin alike.
#include <gtest/gtest.h>

#include <string>

#include "exporter/input/bookmark.h"
#include "tests/support/following.h"
#include "tests/support/pack.h"

namespace maillog::test {
namespace {

/// A line that all logs begin with, as after a reload; longer than what is kept of a beginning.
std::string Alike() {
  return "Nov 21 10:00:00 mx postfix/master[7]: reload -- version 3.7.11, configuration " +
         std::string(Head::kMaxBytes, '/');
}

class NothingReadTest : public ::testing::Test {
 protected:
  // The line is not finished: it is not read yet.
  void SeeAndDie(const std::string& beginning) {
    following_.files.Append(kLog, beginning);
    Save();
    following_.Crash();
  }
  void Save() {
    following_.Step();
    (void)following_.Scrape();
  }
  void ExpectEachOnce(int lines) {
    for (int i = 1; i <= lines; ++i) EXPECT_EQ(following_.Times(NumberedMessage(i)), 1) << i;
  }

  Following following_{kLog};
};

TEST_F(NothingReadTest, ARemovedLogHidesNoneThatBeginsAlike) {
  SeeAndDie(Alike());
  following_.files.Unlink(kLog);
  Save();
  following_.files.Append(kLog, Alike() + "\n" + NumberedLines(1, 2));
  following_.files.Rename(kLog, kOld);
  following_.files.Append(kLog, NumberedLines(3, 3));
  Save();
  ExpectEachOnce(3);
}

TEST_F(NothingReadTest, ALogThatRenamesHideIsReadWhenTheyEnd) {
  const std::string line = NumberedLine(1);
  SeeAndDie(line.substr(0, 70));
  following_.files.Append(kLog, line.substr(70));
  following_.files.Rename(kLog, kOld);
  bool is_old = true;
  following_.files.BeforeEachOperation([&] {
    following_.files.Rename(is_old ? kOld : kOlder, is_old ? kOlder : kOld);
    is_old = !is_old;
  });
  Save();
  following_.files.BeforeEachOperation([] {});
  following_.files.Append(kLog, NumberedLine(2));
  Save();
  ExpectEachOnce(2);
}

/// A log that was read, and then packed: it is not the one that was only seen to begin.
class PackedThatWasReadTest : public NothingReadTest {
 protected:
  void ReadAndSeeNext() {
    following_.files.Append(kLog, Alike() + "\n" + NumberedLines(1, 2));
    Save();
    following_.files.Rename(kLog, kOld);
    following_.files.Append(kLog, Alike());
    Save();
  }
  // The writer has gone on to the next log long ago.
  void Finish() {
    following_.clock.Advance(std::chrono::hours(2));
    following_.files.Append(kLog, "/");
    Save();
    following_.clock.Advance(std::chrono::hours(2));
    Save();
  }
  void PackOld() {
    following_.files.Replace(kOld, std::string(kOld) + ".gz",
                             Pack(following_.files.Content(kOld), Packing::kGzip));
  }
};

TEST_F(PackedThatWasReadTest, AfterACrash) {
  ReadAndSeeNext();
  following_.Crash();
  PackOld();
  following_.files.Unlink(kLog);
  Save();
  ExpectEachOnce(2);
}

TEST_F(PackedThatWasReadTest, AfterACrashAndFinished) {
  ReadAndSeeNext();
  Finish();
  following_.Crash();
  PackOld();
  following_.files.Unlink(kLog);
  Save();
  ExpectEachOnce(2);
}

TEST_F(PackedThatWasReadTest, ByTheSameProcess) {
  ReadAndSeeNext();
  Finish();
  PackOld();
  following_.files.Truncate(kLog, 0);
  following_.files.Append(kLog, NumberedLines(3, 4));
  Save();
  ExpectEachOnce(4);
}

}  // namespace
}  // namespace maillog::test
