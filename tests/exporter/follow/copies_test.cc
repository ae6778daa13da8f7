// Copies that somebody makes of a log beside it, and a log that is replaced by one: what has been
// read in one of them is not read again in another.
#include <gtest/gtest.h>

#include "tests/support/following.h"
#include "tests/support/pack.h"

namespace maillog::test {
namespace {

using std::chrono::seconds;

/// Long enough not to be taken for a log that begins alike.
constexpr int kMany = 40;

class CopiesTest : public ::testing::Test {
 protected:
  CopiesTest() {
    following_.files.Append(kLog, NumberedLines(1, kMany));
    following_.Step();
  }
  void Copy(const std::string& from, const std::string& to) {
    const std::string content = following_.files.At(from)->content;
    following_.files.Unlink(to);
    following_.files.Append(to, content);
  }
  /// Looks again and again, also after a restart: nothing is added.
  void ExpectLinesTo(int last) {
    for (int look = 0; look < 4; ++look) {
      following_.clock.Advance(seconds(10));
      following_.Step();
      if (look == 1) (void)following_.Scrape();
      if (look == 1) following_.Crash();
    }
    ExpectExactly(following_, 1, last);
    EXPECT_EQ(following_.RemovedLogs(), 0);
    EXPECT_EQ(following_.LostBytes(), 0);
  }

  Following following_{kLog};
};

TEST_F(CopiesTest, ACopyOfARotationIsNotRead) {
  following_.files.Rename(kLog, kOld);
  following_.files.Append(kLog, NumberedLines(kMany + 1, kMany + 1));
  following_.Step();
  Copy(kOld, "/log/maillog.old");
  ExpectLinesTo(kMany + 1);
}

TEST_F(CopiesTest, APackedCopyOfARotationIsNotRead) {
  following_.files.Rename(kLog, kOld);
  following_.files.Append(kLog, NumberedLines(kMany + 1, kMany + 1));
  following_.Step();
  following_.files.Append("/log/maillog-20261121.gz",
                          Pack(following_.files.At(kOld)->content, Packing::kGzip));
  ExpectLinesTo(kMany + 1);
}

TEST_F(CopiesTest, ACopyIsNotReadWhenTheLogIsRotatedNorWhenThatIsGone) {
  Copy(kLog, "/log/maillog.bak");
  following_.files.Append(kLog, NumberedLines(kMany + 1, kMany + 1));
  following_.Step();
  following_.files.Rename(kLog, kOld);
  following_.files.Append(kLog, NumberedLines(kMany + 2, kMany + 2));
  ExpectLinesTo(kMany + 2);
  following_.files.Unlink(kOld);
  ExpectLinesTo(kMany + 2);
}

TEST_F(CopiesTest, ThePackedFormOfLessThanWasReadIsNotReadAgain) {
  following_.files.Rename(kLog, kOld);
  following_.files.Create(kLog);
  following_.Step();
  const std::string packed = Pack(following_.files.At(kOld)->content, Packing::kGzip);
  following_.files.Append(kOld, NumberedLines(kMany + 1, kMany + 3));  // its writer is slow
  following_.Step();
  following_.files.Append(std::string(kOld) + ".gz", packed);
  following_.files.Unlink(kOld);
  following_.files.Append(kLog, NumberedLines(kMany + 4, kMany + 4));
  following_.Step();
  ExpectLinesTo(kMany + 4);
}

TEST_F(CopiesTest, ALogThatIsReplacedByACopyIsReadOn) {
  for (const int more : {0, 3}) {
    const int last = kMany + more;
    // What sed -i, editors and rsync do.
    following_.files.Append("/log/new", NumberedLines(1, last));
    following_.files.Rename("/log/new", kLog);
    ExpectLinesTo(last);
  }
}

TEST_F(CopiesTest, ALogThatIsReplacedByAnOlderCopyIsReadOnAfterIt) {
  following_.files.Append("/log/new", NumberedLines(1, kMany - 1));
  following_.files.Rename("/log/new", kLog);
  following_.Step();
  following_.files.Append(kLog, NumberedLines(kMany + 1, kMany + 2));
  ExpectLinesTo(kMany + 2);
}

TEST_F(CopiesTest, ALogThatIsReplacedByAnotherIsReadFromItsBeginning) {
  following_.files.Unlink(kLog);
  following_.files.Append(kLog, NumberedLines(kMany + 1, 2 * kMany));
  ExpectLinesTo(2 * kMany);
}

// As `cp`, `rsync --inplace` and robocopy write it, looked at again and again meanwhile.
class CopiedOverTest : public CopiesTest {
 protected:
  void Write(const std::string& content) {
    following_.files.Truncate(kLog, 0);
    following_.files.Append(kLog, content);
    following_.clock.Advance(seconds(1));
    following_.Step();
  }
  void Empty() {
    following_.files.Truncate(kLog, 0);
    following_.Step();
  }
  static std::string NulsFor(const std::string& content) {
    return std::string(content.size(), '\0');
  }
};

TEST_F(CopiedOverTest, ALogIsReadOnWhenTheCopyIsComplete) {
  for (const int more : {0, 3}) {
    const std::string copy = NumberedLines(1, kMany + more);
    Empty();
    for (const std::size_t size : {std::size_t{100}, std::size_t{1100}, copy.size() / 2})
      Write(copy.substr(0, size));
    Write(copy);
    ExpectLinesTo(kMany + more);
  }
}

TEST_F(CopiedOverTest, ALogWhoseSizeComesBeforeItsContentIsReadOn) {
  const std::string copy = NumberedLines(1, kMany + 3);
  Empty();
  Write(NulsFor(copy));
  for (const std::size_t size : {std::size_t{100}, copy.size() / 2, copy.size() - 100})
    Write(copy.substr(0, size) + NulsFor(copy.substr(size)));
  Write(copy);
  ExpectLinesTo(kMany + 3);
}

TEST_F(CopiedOverTest, ALogThatLostItsTailIsReadOnAfterAWhile) {
  following_.files.Truncate(kLog, NumberedLines(1, kMany - 10).size());
  following_.Step();
  following_.files.Append(kLog, NumberedLines(kMany + 1, kMany + 2));
  following_.Step();
  ExpectExactly(following_, 1, kMany);
  following_.clock.Advance(seconds(10));
  EXPECT_LE(following_.deadline(), following_.clock.Now());
  ExpectLinesTo(kMany + 2);
}

TEST_F(CopiedOverTest, ALogThatIsRenamedMeanwhileLosesNothing) {
  following_.files.Truncate(kLog, NumberedLines(1, kMany - 10).size());
  following_.Step();
  following_.files.Append(kLog, NumberedLines(kMany + 1, kMany + 2));
  following_.files.Rename(kLog, kOld);
  following_.files.Append(kLog, NumberedLines(kMany + 3, kMany + 3));
  following_.Step();
  ExpectLinesTo(kMany + 3);
}

TEST_F(CopiedOverTest, ALogThatOnlyBeginsAlikeIsReadAfterAWhile) {
  Empty();
  Write(NumberedLines(1, kMany - 10));
  ExpectExactly(following_, 1, kMany);
  following_.clock.Advance(seconds(10));
  following_.Step();
  EXPECT_EQ(following_.Total(), 2 * kMany - 10);
}

TEST(CopiesOfPatternsTest, ALogUnderAnotherNameOfTheSameDirectoryIsReadOnThere) {
  // In the order of names the new log comes first.
  for (const char* moved : {"/log/zmaillog", "/log/old/maillog.1"}) {
    Following following("/log");
    following.files.MakeDirectory("/log/old");
    following.files.Append(kLog, NumberedLines(1, 20));
    following.Step();
    (void)following.Scrape();
    following.Crash();
    following.files.Append(kLog, NumberedLines(21, 22));
    following.files.Rename(kLog, moved);
    following.files.Append(kLog, NumberedLines(23, 24));
    following.Step();
    ExpectExactly(following, 1, 24);
    EXPECT_EQ(following.RemovedLogs(), 0) << moved;
  }
}

}  // namespace
}  // namespace maillog::test
