#include "exporter/command/progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "exporter/follow/count_to_end.h"
#include "tests/support/fake_file_system.h"

namespace maillog::test {
namespace {

using std::chrono::milliseconds;

class SteppedClock final : public Clock {
 public:
  [[nodiscard]] TimePoint Now() const override { return now_; }
  void Advance(Duration by) { now_ += by; }

 private:
  TimePoint now_{};
};

// What is on the line once everything has been written, where a carriage return starts to overwrite
// it.
std::string OnScreen(const std::string& written) {
  std::string line;
  std::size_t at = 0;
  for (const char c : written) {
    if (c == '\r') {
      at = 0;
      continue;
    }
    if (at == line.size()) line.push_back(' ');
    line[at++] = c;
  }
  return line.substr(0, line.find_last_not_of(' ') + 1);
}

class ProgressTest : public testing::Test {
 protected:
  FakeFileSystem files_;
  std::ostringstream terminal_;
  SteppedClock clock_;
};

TEST_F(ProgressTest, SaysHowMuchOfAllHasBeenRead) {
  files_.Append("/log/a", std::string(600'000, 'x'));
  files_.Append("/log/b", std::string(400'000, 'x'));
  {
    ProgressFiles files({"/log/a", "/log/b"}, files_, terminal_, clock_);
    auto file = files.Open("/log/a");
    ASSERT_TRUE(file.ok());
    std::string room(300'000, '\0');
    EXPECT_TRUE((*file)->ReadAt(0, room).ok());
    EXPECT_EQ(terminal_.str(), "") << "short work shows nothing";
    clock_.Advance(ProgressFiles::kInterval);
    EXPECT_TRUE((*file)->ReadAt(0, room).ok());
    EXPECT_EQ(terminal_.str(), "") << "nothing new was read";
    EXPECT_TRUE((*file)->ReadAt(300'000, room).ok());
    EXPECT_EQ(OnScreen(terminal_.str()), "read 600 kB of 1.0 MB, 60 %");
    file = files.Open("/log/b");
    EXPECT_TRUE((*file)->ReadAt(0, room).ok());
    EXPECT_EQ(OnScreen(terminal_.str()), "read 600 kB of 1.0 MB, 60 %") << "not too often";
    clock_.Advance(ProgressFiles::kInterval);
    EXPECT_TRUE((*file)->ReadAt(300'000, room).ok());
    EXPECT_EQ(OnScreen(terminal_.str()), "read 1.0 MB of 1.0 MB, 100 %");
  }
  EXPECT_EQ(OnScreen(terminal_.str()), "") << "the line is gone at the end";
}

TEST_F(ProgressTest, WithoutASizeItSaysHowMuchThereWas) {
  ProgressFiles files({"/log/a", "-"}, files_, terminal_, clock_);
  files_.Append("/log/a", std::string(2000, 'x'));
  clock_.Advance(ProgressFiles::kInterval);
  std::string room(5000, '\0');
  EXPECT_EQ(*(*files.Open("/log/a"))->ReadAt(0, room), 2000U);
  EXPECT_EQ(OnScreen(terminal_.str()), "read 2.0 kB");
}

TEST_F(ProgressTest, ALogThatGrowsIsNeverReadToMoreThanAll) {
  files_.Append("/log/a", "x");
  ProgressFiles files({"/log"}, files_, terminal_, clock_);
  files_.Append("/log/a", std::string(999, 'x'));
  clock_.Advance(ProgressFiles::kInterval);
  std::string room(5000, '\0');
  EXPECT_TRUE((*files.Open("/log/a"))->ReadAt(0, room).ok());
  EXPECT_EQ(OnScreen(terminal_.str()), "read 1.0 kB of 1.0 kB, 100 %");
}

TEST_F(ProgressTest, CountsThroughItAreTheSame) {
  files_.Append("/log/a", "Apr 23 12:31:16 mx postfix/qmgr[1]: 031B97815E: removed\n");
  ProgressFiles files({"/log/a"}, files_, terminal_, clock_);
  const auto counted = CountToEnd({"/log/a"}, files);
  ASSERT_TRUE(counted.ok());
  EXPECT_EQ(counted->CounterValue("maillog_records_total", {"/log/a", "counted"}), 1U);
}

TEST(BytesTextTest, HasThreeDigitsAtMost) {
  EXPECT_EQ(BytesText(0), "0 bytes");
  EXPECT_EQ(BytesText(999), "999 bytes");
  EXPECT_EQ(BytesText(1000), "1.0 kB");
  EXPECT_EQ(BytesText(9949), "9.9 kB");
  EXPECT_EQ(BytesText(9950), "10 kB");
  EXPECT_EQ(BytesText(999'499), "999 kB");
  EXPECT_EQ(BytesText(999'500), "1.0 MB");
  EXPECT_EQ(BytesText(1'234'567'890), "1.2 GB");
  EXPECT_EQ(BytesText(123'456'000'000'000), "123 TB");
}

}  // namespace
}  // namespace maillog::test
