// Logs that are rotated while somebody looks, at each operation of the look in turn.
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "tests/support/following.h"
#include "tests/support/pack.h"

namespace maillog::test {
namespace {

void PackOld(Following& following, const char* old = kOld) {
  following.files.Replace(old, std::string(old) + ".gz",
                          Pack(following.files.Content(old), Packing::kGzip));
}

void Shift(Following& following) {
  for (const auto& [from, to] : {std::pair(kOlder, kOldest), std::pair(kOld, kOlder)}) {
    for (const char* const ending : {"", ".gz"}) {
      if (!following.files.Exists(from + std::string(ending))) continue;
      following.files.Rename(from + std::string(ending), to + std::string(ending));
    }
  }
}

void ReadThree(Following& following) {
  following.files.Append(kLog, NumberedLines(1, 3));
  following.Step();
  (void)following.Scrape();
}

/// What happens to a log between two looks: `before`, and `meanwhile` in the middle of the second.
struct Story {
  std::function<void(Following&)> before;
  std::function<void(Following&)> meanwhile;
  int lines;  ///< that are written in all, numbered from 1
};

// Each line is read once, whichever operation is interrupted.
void ExpectAllIsReadWhenever(const Story& story) {
  for (int at = 1;; ++at) {
    SCOPED_TRACE("before operation " + std::to_string(at));
    Following following{kLog};
    following.files.MakeDirectory("/log");
    story.before(following);
    int operations = 0;
    following.files.BeforeEachOperation([&] {
      if (++operations == at) story.meanwhile(following);
    });
    following.Step();
    if (operations < at) return;  // the look has no more
    following.files.BeforeEachOperation([] {});
    following.Step();
    (void)following.Scrape();
    following.clock.Advance(std::chrono::hours(2));
    following.Step();
    for (int i = 1; i <= story.lines; ++i) EXPECT_EQ(following.Times(NumberedMessage(i)), 1) << i;
    EXPECT_EQ(following.Total(), story.lines);
    if (::testing::Test::HasFailure()) return;
  }
}

TEST(RotationRaceTest, ALogIsCopiedCutAndWrittenAnewWhileItIsLookedAt) {
  ExpectAllIsReadWhenever({.before =
                               [](Following& following) {
                                 following.files.Append(kLog, "");
                                 following.Step();
                                 (void)following.Scrape();
                                 following.files.Append(kLog, NumberedLines(1, 5));
                               },
                           .meanwhile =
                               [](Following& following) {
                                 following.files.CopyTruncate(kLog, kOld);
                                 following.files.Append(kLog, NumberedLines(6, 12));
                               },
                           .lines = 12});
}

// A copy is there before anything is in it, and holds a part before it holds all.
TEST(RotationRaceTest, ACopyThatIsLookedAtWhileItIsWrittenIsNotReadAgain) {
  const std::string content = NumberedLines(1, 9);
  for (int parts = 1; parts <= 2; ++parts) {
    for (int begun = 1;; ++begun) {
      int operations = 0;
      for (int apart = 1; apart <= 12; ++apart) {
        SCOPED_TRACE("begun before operation " + std::to_string(begun) + ", continued each " +
                     std::to_string(apart));
        Following following{kLog};
        following.files.Append(kLog, content);
        following.Step();
        (void)following.Scrape();
        operations = 0;
        int written = -1;  // parts of it
        following.files.BeforeEachOperation([&] {
          ++operations;
          if (operations < begun || (operations - begun) % apart != 0 || written == parts) return;
          ++written;
          const std::size_t size = content.size() / static_cast<std::size_t>(parts);
          following.files.Append(
              kOld, written == 0 ? std::string()
                                 : content.substr(static_cast<std::size_t>(written - 1) * size,
                                                  written == parts ? std::string::npos : size));
        });
        following.Step();
        following.Step();
        following.files.BeforeEachOperation([] {});
        if (written < parts) continue;
        following.Step();
        following.files.Truncate(kLog, 0);
        following.files.Append(kLog, NumberedLines(10, 11));
        following.Step();
        EXPECT_EQ(following.Total(), 11);
        if (::testing::Test::HasFailure()) return;
      }
      if (operations < begun) break;
    }
  }
}

TEST(RotationRaceTest, ALogThatWasReadIsCopiedAndPackedWhileTheNextProcessBegins) {
  ExpectAllIsReadWhenever({.before =
                               [](Following& following) {
                                 ReadThree(following);
                                 following.Crash();
                                 following.files.Append(kLog, NumberedLines(4, 5));
                               },
                           .meanwhile =
                               [](Following& following) {
                                 following.files.CopyTruncate(kLog, kOld);
                                 PackOld(following);
                                 following.files.Append(kLog, NumberedLines(6, 7));
                               },
                           .lines = 7});
}

// The older one is listed under its former name, and its packed form under that of another.
TEST(RotationRaceTest, AllNamesMoveOnAndAnOldLogThatIsNotToBeReadIsPackedWhileItIsLookedAt) {
  const auto never = [](const char* number) {
    return "Nov 20 10:00:00 mx postfix/qmgr[7]: 3F2504E04F0" + std::string(number) + ": removed\n";
  };
  ExpectAllIsReadWhenever({.before =
                               [&](Following& following) {
                                 following.files.Append(kOlder, never("1"));
                                 following.files.Append(kOld, never("2"));
                                 following.files.Append(kLog, "");
                                 following.Step();
                                 PackOld(following, kOlder);
                                 following.Step();
                                 (void)following.Scrape();
                                 following.files.Append(kLog, NumberedLines(1, 3));
                               },
                           .meanwhile =
                               [](Following& following) {
                                 Shift(following);
                                 following.files.Rename(kLog, kOld);
                                 PackOld(following, kOlder);
                                 following.files.Append(kLog, NumberedLines(4, 5));
                               },
                           .lines = 5});
}

// It is open, and listed under its former name; both forms are there for a moment.
TEST(RotationRaceTest, AllNamesMoveOnAndAnOldLogThatIsOpenIsPackedWhileItIsLookedAt) {
  ExpectAllIsReadWhenever({.before =
                               [&](Following& following) {
                                 following.files.Append(kOlder, NumberedLines(9, 9));
                                 PackOld(following, kOlder);
                                 ReadThree(following);
                                 following.files.Rename(kLog, kOld);
                                 following.files.Append(kLog, NumberedLines(4, 4));
                                 following.Step();
                                 following.files.Append(kLog, NumberedLines(5, 5));
                               },
                           .meanwhile =
                               [](Following& following) {
                                 Shift(following);
                                 following.files.Rename(kLog, kOld);
                                 following.files.Append(kLog, NumberedLines(6, 6));
                                 following.files.Append(
                                     std::string(kOlder) + ".gz",
                                     Pack(following.files.Content(kOlder), Packing::kGzip));
                               },
                           .lines = 6});
}

void WriteThreeAndPack(Following& following) {
  following.files.Append(kLog, NumberedLines(1, 3));
  following.files.Rename(kLog, kOld);
  PackOld(following);
  following.files.Append(kLog, NumberedLines(4, 4));
}

// Of the log that was there before only the beginning is known, and this one begins alike.
TEST(RotationRaceTest, ALogThatIsOpenIsWrittenAndPackedWhileOneIsSoughtThatBeginsAlike) {
  ExpectAllIsReadWhenever({.before =
                               [](Following& following) {
                                 following.files.Append(kLog, NumberedLine(1).substr(0, 70));
                                 following.Step();
                                 (void)following.Scrape();
                                 following.Crash();
                                 following.files.Unlink(kLog);
                                 following.files.Append(kLog, "");
                               },
                           .meanwhile = &WriteThreeAndPack,
                           .lines = 4});
}

// That one had been rotated, and this one was known already.
TEST(RotationRaceTest, ALogThatIsOpenIsWrittenAndPackedWhileAnOldOneIsSoughtThatBeginsAlike) {
  ExpectAllIsReadWhenever({.before =
                               [](Following& following) {
                                 following.files.Append(kLog, NumberedLine(1).substr(0, 70));
                                 following.Step();
                                 following.files.Rename(kLog, kOld);
                                 following.files.Append(kLog, "");
                                 following.Step();
                                 (void)following.Scrape();
                                 following.Crash();
                                 following.files.Unlink(kOld);
                               },
                           .meanwhile = &WriteThreeAndPack,
                           .lines = 4});
}

TEST(RotationRaceTest, AllNamesMoveOnWhileTheNextProcessBegins) {
  ExpectAllIsReadWhenever({.before =
                               [](Following& following) {
                                 ReadThree(following);
                                 following.Crash();
                                 following.files.Rename(kLog, kOld);
                                 following.files.Append(kLog, NumberedLines(4, 5));
                               },
                           .meanwhile =
                               [](Following& following) {
                                 Shift(following);
                                 following.files.Rename(kLog, kOld);
                                 following.files.Append(kLog, NumberedLines(6, 7));
                               },
                           .lines = 7});
}

// The file held another log before, which was read and cut: that one's is its number, too.
TEST(RotationRaceTest, AllNamesMoveOnWhileTheNextProcessSeeksAFileThatWasCutAndWrittenAnew) {
  ExpectAllIsReadWhenever({.before =
                               [](Following& following) {
                                 ReadThree(following);
                                 following.files.Rename(kLog, kOld);
                                 following.files.Append(kLog, "");
                                 following.Step();
                                 (void)following.Scrape();
                                 following.Crash();
                                 following.files.Truncate(kOld, 0);
                                 following.files.Append(kOld, NumberedLines(4, 5));
                                 following.Step();
                                 (void)following.Scrape();
                                 following.Crash();
                                 following.files.Append(kOld, NumberedLines(6, 6));
                               },
                           .meanwhile = [](Following& following) { Shift(following); },
                           .lines = 6});
}

TEST(RotationRaceTest, AllNamesMoveOnTwiceWhereFilesDoNotTellWhenTheyWereMade) {
  ExpectAllIsReadWhenever({.before =
                               [](Following& following) {
                                 following.files.ForgetBirths();
                                 ReadThree(following);
                                 following.Crash();
                                 following.files.Append(kLog, NumberedLines(4, 5));
                                 following.files.Rename(kLog, kOld);
                                 following.files.Append(kLog, "");
                               },
                           .meanwhile =
                               [](Following& following) {
                                 following.files.Append(kLog, NumberedLines(6, 7));
                                 Shift(following);
                                 following.files.Rename(kLog, kOld);
                                 following.files.Append(kLog, NumberedLines(8, 9));
                                 Shift(following);
                                 following.files.Rename(kLog, kOld);
                                 following.files.Append(kLog, NumberedLines(10, 10));
                               },
                           .lines = 10});
}

TEST(RotationRaceTest, ACutLogIsWrittenRenamedAndPackedWhileItIsLookedAt) {
  ExpectAllIsReadWhenever({.before =
                               [](Following& following) {
                                 ReadThree(following);
                                 following.files.Truncate(kLog, 0);
                                 following.Step();
                                 following.files.Append(kLog, NumberedLines(4, 5));
                               },
                           .meanwhile =
                               [](Following& following) {
                                 following.files.Rename(kLog, kOld);
                                 PackOld(following);
                                 following.files.Append(kLog, NumberedLines(6, 6));
                               },
                           .lines = 6});
}

}  // namespace
}  // namespace maillog::test
