// More logs of one source than are kept open, all rotated within a moment.
#include <gtest/gtest.h>

#include "exporter/input/file/file_set.h"
#include "tests/support/following.h"
#include "tests/support/pack.h"

namespace maillog::test {
namespace {

using std::chrono::seconds;

class ManyLogsTest : public ::testing::TestWithParam<int> {
 protected:
  static std::string Name(int log) { return "/log/host" + std::to_string(log) + ".log"; }

  /// One line in each.
  void Append() {
    for (int log = 0; log < GetParam(); ++log) AppendTo(log);
  }
  void AppendTo(int log) {
    ++written_;
    following_.files.Append(Name(log), NumberedLines(written_, written_));
  }
  void Rotate(int log) { following_.files.Rename(Name(log), Name(log) + ".1"); }
  void StepOften() {
    for (int i = 0; i < 5; ++i) {
      following_.clock.Advance(seconds(2));
      following_.Step();
    }
  }
  void ExpectAll() {
    EXPECT_EQ(following_.Total(), written_);
    EXPECT_EQ(following_.RemovedLogs(), 0);
    EXPECT_LE(following_.files.open_handles(), FileSet::kMaxOpen + 1);
  }

  Following following_{"/log"};
  int written_ = 0;
};

TEST_P(ManyLogsTest, RotatedWhileTheyAreFollowed) {
  Append();
  StepOften();
  for (int log = 0; log < GetParam(); ++log) {
    AppendTo(log);
    Rotate(log);
    AppendTo(log);
    if (log % 40 == 0) following_.Step();
  }
  StepOften();
  ExpectAll();
  Append();
  StepOften();
  ExpectAll();
  EXPECT_EQ(following_.Rotations("renamed"), static_cast<std::uint64_t>(GetParam()));
}

TEST_P(ManyLogsTest, RotatedWhileNobodyLooks) {
  Append();
  StepOften();
  for (const bool packed : {false, true}) {
    (void)following_.Scrape();
    following_.Crash();
    for (int log = 0; log < GetParam(); ++log) {
      AppendTo(log);
      Rotate(log);
      if (packed) {
        const std::string old = Name(log) + ".1";
        following_.files.Replace(old, old + ".gz",
                                 Pack(following_.files.At(old)->content, Packing::kGzip));
      }
      AppendTo(log);
    }
    StepOften();
    ExpectAll();
    for (int log = 0; log < GetParam(); ++log) {
      if (!packed) following_.files.Unlink(Name(log) + ".1");
    }
    StepOften();
    Append();
    StepOften();
    ExpectAll();
  }
}

TEST_P(ManyLogsTest, LateLinesInRotatedOnesCount) {
  Append();
  StepOften();
  for (int log = 0; log < GetParam(); ++log) {
    Rotate(log);
    AppendTo(log);
  }
  StepOften();
  for (int log = 0; log < GetParam(); ++log) {
    ++written_;
    following_.files.Append(Name(log) + ".1", NumberedLines(written_, written_));
  }
  StepOften();
  ExpectAll();
  (void)following_.Scrape();
  following_.Crash();
  StepOften();
  ExpectAll();
}

INSTANTIATE_TEST_SUITE_P(Logs, ManyLogsTest, ::testing::Values(140, 260));

}  // namespace
}  // namespace maillog::test
