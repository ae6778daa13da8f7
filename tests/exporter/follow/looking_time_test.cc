// How often names are looked at where nothing is announced: seldom, if there are many sources.
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>

#include "exporter/input/open.h"
#include "tests/support/fake_file_system.h"
#include "tests/support/stepped_waker.h"

namespace maillog::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class LookingTimeTest : public ::testing::Test {
 protected:
  LookingTimeTest() { files_.Append("/log/maillog", "line\n"); }

  /// How long after a look the next one is due.
  [[nodiscard]] Duration Interval() {
    const Surroundings around{.files = files_,
                              .waker = waker_,
                              .clock = clock_,
                              .claims = std::make_shared<FileClaims>(),
                              .looking = looking_};
    const auto input = OpenInput("/log/maillog", StartAt::kBeginning, std::nullopt, around);
    while ((*input)->Next()->progress == Progress::kMore) continue;
    return (*input)->deadline() - clock_.Now();
  }

  FakeFileSystem files_;
  FakeClock clock_;
  SteppedWaker waker_;
  const std::shared_ptr<LookingTime> looking_ = std::make_shared<LookingTime>();
};

TEST_F(LookingTimeTest, IsFiveSecondsForFewSources) {
  EXPECT_EQ(Interval(), seconds(5));
  looking_->Replace({}, milliseconds(1));
  EXPECT_EQ(Interval(), seconds(5));
}

TEST_F(LookingTimeTest, GrowsWithAllSourcesToThirtySeconds) {
  looking_->Replace({}, milliseconds(4));
  EXPECT_EQ(Interval(), seconds(16));
  looking_->Replace({}, milliseconds(40));
  EXPECT_EQ(Interval(), seconds(30));
  looking_->Replace(milliseconds(44), {});
  EXPECT_EQ(Interval(), seconds(5));
}

}  // namespace
}  // namespace maillog::test
