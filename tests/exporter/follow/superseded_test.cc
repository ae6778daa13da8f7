// Logs that were renamed, and whose writers go on to write to them: which are older, and how long
// they are waited for.
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/following.h"
#include "tests/support/pack.h"

namespace maillog::test {
namespace {

std::vector<std::string> NumberedMessages(int first, int last) {
  std::vector<std::string> messages;
  for (int i = first; i <= last; ++i) messages.push_back(NumberedMessage(i));
  return messages;
}

/// What happens to a log in the middle of a look: before one operation of it, and before a later
/// one, whichever they are.
struct Race {
  std::function<void(Following&)> before;  ///< before the look
  std::function<void(Following&)> first;
  std::function<void(Following&)> then;
  std::function<void(Following&)> expect;  ///< after it
  int most_between = 30;                   ///< operations
  std::chrono::milliseconds each{0};       ///< takes so long
};

void TryAtEachMoment(const Race& race) {
  for (int between = 1; between <= race.most_between; ++between) {
    for (int at = 1;; ++at) {
      SCOPED_TRACE("before operation " + std::to_string(at) + " and " + std::to_string(between) +
                   " later");
      Following following{kLog};
      race.before(following);
      int operations = 0;
      following.files.BeforeEachOperation([&] {
        following.clock.Advance(race.each);
        ++operations;
        if (operations == at) race.first(following);
        if (operations == at + between) race.then(following);
      });
      following.Step();
      following.files.BeforeEachOperation([] {});
      if (operations < at + between) break;  // the look has no more
      race.expect(following);
      if (::testing::Test::HasFailure()) return;
    }
  }
}

void ExpectOrder(Following& following) {
  following.Step();
  EXPECT_EQ(following.order(), NumberedMessages(1, 4));
}

void ReadOneAndDie(Following& following) {
  following.files.Append(kLog, NumberedLines(1, 1));
  following.Step();
  (void)following.Scrape();
  following.Crash();
}

TEST(SupersededTest, WhatIsYoungerThanTheOpenLogWaitsForItsWriter) {
  Following following{kLog};
  following.files.Append(kLog, NumberedLines(1, 1));
  following.Step();
  (void)following.Scrape();
  // The log is renamed while names are looked at, and its successor too.
  std::optional<int> left = 6;
  following.files.BeforeEachOperation([&] {
    if (!left || --*left > 0) return;
    left.reset();
    following.files.Rename(kLog, kOlder);
    following.files.Append(kOld, NumberedLines(2, 2));
  });
  following.Step();
  ASSERT_FALSE(left);
  following.files.BeforeEachOperation([] {});
  following.Step();
  following.files.Append(kOld, NumberedLines(3, 3));
  following.files.Append(kLog, NumberedLines(4, 4));
  following.Step();
  for (int i = 1; i <= 4; ++i) EXPECT_EQ(following.Times(NumberedMessage(i)), 1) << i;
}

// Container runtimes give a packed log the time when it was packed, which is later than that of the
// one after it: that is the younger one all the same, and its writer may not have been told.
TEST(SupersededTest, WhatIsPackedIsOlderThanWhatIsNotWheneverItWasPacked) {
  Following following{kLog};
  ReadOneAndDie(following);
  following.files.Rename(kLog, kOlder);
  following.files.Append(kLog, NumberedLines(2, 2));
  following.files.Rename(kLog, kOld);
  following.files.Append(kLog, NumberedLines(3, 3));
  following.files.Append("/log/maillog.2.gz",
                         Pack(following.files.Content(kOlder), Packing::kGzip));
  following.files.Unlink(kOlder);
  following.Step();
  following.files.Append(kOld, NumberedLines(4, 4));
  following.Step();
  ExpectExactly(following, 1, 4);
}

TEST(SupersededTest, WhatIsOlderThanTheOpenLogIsReadBeforeIt) {
  for (int at = 1;; ++at) {
    SCOPED_TRACE("before operation " + std::to_string(at));
    Following following{kLog};
    following.files.Append(kLog, NumberedLines(1, 1));
    following.Step();
    following.files.Rename(kLog, kOldest);
    following.files.Append(kLog, NumberedLines(2, 2));
    following.files.Rename(kLog, kOld);
    following.files.Append(kLog, "");
    following.files.Append(kOld, NumberedLines(3, 3));  // its writer has not been told
    int operations = 0;
    following.files.BeforeEachOperation([&] {
      if (++operations != at) return;
      following.files.Append(kLog, NumberedLines(4, 4));
      following.files.Rename(kOld, kOlder);
      following.files.Rename(kLog, kOld);
      following.files.Append(kLog, NumberedLines(5, 5));
    });
    following.Step();
    following.files.BeforeEachOperation([] {});
    if (operations < at) return;
    following.Step();
    EXPECT_EQ(following.order(), NumberedMessages(1, 5));
    if (HasFailure()) return;
  }
}

// The log is renamed after its name was looked at, and before it is opened; its writer, which has
// not been told, writes later than that of the next one.
TEST(SupersededTest, ALogThatIsRenamedBeforeItsSuccessorIsOpenedIsReadBeforeIt) {
  TryAtEachMoment(
      {.before =
           [](Following& following) {
             ReadOneAndDie(following);
             following.files.Rename(kLog, kOlder);
             following.files.Append(kLog, "");
           },
       .first =
           [](Following& following) {
             following.files.Rename(kLog, kOld);
             following.files.Append(kLog, "");
             following.files.Append(kOld, NumberedLines(2, 3));
           },
       .then = [](Following& following) { following.files.Append(kLog, NumberedLines(4, 4)); },
       .expect = &ExpectOrder,
       .each = std::chrono::milliseconds(100)});  // so that it looks once more
}

// All files were restored from a copy, the youngest first: they keep the times when they were
// written, not those when they were made.
TEST(SupersededTest, WhatWasMadeAsACopyIsAsOldAsItsContent) {
  Following following{kLog};
  following.files.Append(kOldest, NumberedLines(1, 1));
  following.files.Append(kOlder, NumberedLines(2, 2));
  following.files.Append(kOld, NumberedLines(3, 3));
  following.files.Append(kLog, NumberedLines(4, 4));
  following.Step();
  (void)following.Scrape();
  following.Crash();
  following.files.Restore();
  following.files.Rename(kOldest, "/log/maillog.4");
  following.files.Rename(kOlder, kOldest);
  following.files.Rename(kOld, kOlder);
  following.files.Rename(kLog, kOld);
  following.files.Append(kLog, "");
  following.Step();
  following.files.Rename("/log/maillog.4", "/log/maillog.5");
  following.files.Rename(kOldest, "/log/maillog.4");
  following.files.Rename(kOlder, kOldest);
  following.files.Rename(kOld, kOlder);
  // This one is never seen as the log.
  following.files.Unlink(kLog);
  following.files.Append(kOld, NumberedLines(5, 5));
  following.files.Append(kLog, NumberedLines(6, 6));
  following.Step();
  following.clock.Advance(std::chrono::seconds(30));
  following.Step();
  following.files.Append(kOld, NumberedLines(7, 7));  // its writer has not been told yet
  following.Step();
  for (int i = 4; i <= 7; ++i) EXPECT_EQ(following.Times(NumberedMessage(i)), 1) << i;
}

// It was made before the last line of the one before was written.
TEST(SupersededTest, ALogThatIsEmptyWhenItIsLookedAtIsReadAfterTheOneBefore) {
  TryAtEachMoment(
      {.before =
           [](Following& following) {
             following.files.Append(kLog, NumberedLines(1, 1));
             following.Step();
             following.files.Rename(kLog, kOld);
             following.files.Append(kLog, "");
             following.files.Append(kOld, NumberedLines(2, 3));
           },
       .first =
           [](Following& following) {
             following.files.Rename(kOld, kOlder);
             following.files.Rename(kLog, kOld);
           },
       .then = [](Following& following) { following.files.Append(kOld, NumberedLines(4, 4)); },
       .expect = &ExpectOrder});
}

// A copy that is renamed during the look was made of a log that has lost its name since.
TEST(SupersededTest, ACopyThatIsRenamedWhileNoLogIsThereIsReadBeforeTheFileThatItWasMadeOf) {
  FakeFileSystem::NodePtr cut;
  TryAtEachMoment(
      {.before =
           [&](Following& following) {
             following.files.Append(kLog, "");
             following.Step();
             following.files.Append(kLog, NumberedLines(1, 3));
             following.files.CopyTruncate(kLog, kOld);
             cut = following.files.At(kLog);
             following.files.Unlink(kLog);
           },
       .first = [](Following& following) { following.files.Rename(kOld, kOlder); },
       .then = [&](Following& following) { following.files.AppendTo(cut, NumberedLines(4, 4)); },
       .expect = &ExpectOrder,
       .most_between = 12});
}

// Its writer goes on to the next one while both are looked at.
TEST(SupersededTest, WhatComesDuringALookIsReadInOrder) {
  for (int at = 1;; ++at) {
    SCOPED_TRACE("before operation " + std::to_string(at));
    Following following{kLog};
    following.files.Append(kLog, NumberedLines(1, 1));
    following.Step();
    following.files.Rename(kLog, kOld);
    following.files.Append(kLog, "");
    following.Step();
    int operations = 0;
    following.files.BeforeEachOperation([&] {
      if (++operations != at) return;
      following.files.Append(kOld, NumberedLines(2, 3));
      following.files.Append(kLog, NumberedLines(4, 4));
    });
    following.Step();
    following.files.BeforeEachOperation([] {});
    if (operations < at) return;  // the look has no more
    following.Step();
    EXPECT_EQ(following.order(), NumberedMessages(1, 4));
    if (HasFailure()) return;
  }
}

// The log was renamed when a younger one was found: that one waits for it, and it for the one
// before, to which its writer may still write; but neither for ever.
TEST(SupersededTest, AYoungerLogThatWasFoundBeforeTheLogWasSeenToMoveDoesNotHoldItUp) {
  TryAtEachMoment(
      {.before = &ReadOneAndDie,
       .first =
           [](Following& following) {
             following.files.Rename(kLog, kOlder);
             following.files.Append(kOld, NumberedLines(3, 3));
           },
       .then = [](Following& following) { following.files.Append(kOlder, NumberedLines(2, 2)); },
       .expect =
           [](Following& following) {
             following.files.Append(kLog, NumberedLines(4, 4));
             following.Step();
             for (int i = 1; i <= 4; ++i) EXPECT_EQ(following.Times(NumberedMessage(i)), 1) << i;
           },
       .most_between = 12});
}

// The file that a copy was made of is renamed next, with what was written to it since.
TEST(SupersededTest, ACopyIsOlderThanTheFileThatItWasMadeOf) {
  Following following{kLog};
  following.files.Append(kLog, NumberedLines(1, 2));
  following.Step();
  (void)following.Scrape();
  following.Crash();
  following.files.SetTick(1000);  // all are modified at the same time
  following.files.CopyTruncate(kLog, kOlder);
  following.files.Rename(kLog, kOld);
  const std::string line = NumberedLine(3);
  following.files.Append(kOld, line.substr(0, 70));  // its writer is in the middle of it
  following.files.Append(kLog, "");
  following.Step();
  following.files.Append(kOld, line.substr(70));
  following.Step();
  for (int i = 1; i <= 3; ++i) EXPECT_EQ(following.Times(NumberedMessage(i)), 1) << i;
  EXPECT_EQ(following.Total(), 3);
}

}  // namespace
}  // namespace maillog::test
