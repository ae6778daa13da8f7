#include "exporter/history/history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include "exporter/history/day_files.h"

namespace maillog::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

constexpr std::int64_t kDay = 86'400;
// 2026-11-21 00:00 UTC.
constexpr std::int64_t kMidnight = 20'778 * kDay;

class HistoryTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::remove_all(folder_);
    ASSERT_TRUE(PrepareDayFiles(folder_).ok());
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void Removed(int times = 1) {
    for (int i = 0; i < times; ++i)
      shard_.Consume({.messages = "Nov 21 10:00:00 mx postfix/qmgr[7663]: 031B97815E: removed\n"});
  }
  std::string Text(const std::string& name) {
    std::stringstream text;
    text << std::ifstream(folder_ + "/" + name).rdbuf();
    return text.str();
  }
  /// Moments since midnight, in seconds, with the value then.
  std::vector<std::pair<std::int64_t, std::string>> Samples(const std::string& name,
                                                            const std::string& series = kSeries) {
    std::vector<std::pair<std::int64_t, std::string>> samples;
    std::stringstream lines(Text(name));
    for (std::string line; std::getline(lines, line);) {
      if (!line.starts_with(series + " ")) continue;
      std::stringstream rest(line.substr(series.size()));
      std::string value;
      std::int64_t moment = 0;
      rest >> value >> moment;
      samples.emplace_back(moment - kMidnight, value);
    }
    return samples;
  }

  static constexpr auto kSeries =
      "maillog_queue_removed_total{server=\"postfix\",syslog_name=\"postfix\",job=\"mail\"}";
  const std::string folder_ = testing::TempDir() + "history_test_" +
                              testing::UnitTest::GetInstance()->current_test_info()->name();
  Shard shard_{"log", SteadyClock()};
  History history_{{.directory = folder_, .step = 60, .labels = {{"job", "mail"}}}, {&shard_}};
};

TEST_F(HistoryTest, ASeriesBeginsAtZeroAndIsDenseAroundItsMoves) {
  Removed();
  ASSERT_TRUE(history_.Take(kMidnight + 36'000).ok());
  ASSERT_TRUE(history_.PassTo(kMidnight + 36'900).ok());
  Removed(2);
  ASSERT_TRUE(history_.Take(kMidnight + 36'900).ok());
  ASSERT_TRUE(history_.Finish().ok());
  EXPECT_THAT(
      Samples("maillog-2026-11-21.om"),
      ElementsAre(Pair(35'700, "0"), Pair(35'760, "0"), Pair(35'820, "0"), Pair(35'880, "0"),
                  Pair(35'940, "0"), Pair(36'000, "1"), Pair(36'060, "1"), Pair(36'120, "1"),
                  Pair(36'180, "1"), Pair(36'240, "1"), Pair(36'300, "1"), Pair(36'600, "1"),
                  Pair(36'660, "1"), Pair(36'720, "1"), Pair(36'780, "1"), Pair(36'840, "1"),
                  Pair(36'900, "3")));
  EXPECT_TRUE(Text("maillog-2026-11-21.om").ends_with("\n# EOF\n"));
}

TEST_F(HistoryTest, EachDayIsAFileThatBeginsWithAllSeries) {
  Removed();
  ASSERT_TRUE(history_.Take(kMidnight - 7200).ok());
  ASSERT_TRUE(history_.PassTo(kMidnight + 120).ok());
  Removed();
  ASSERT_TRUE(history_.Take(kMidnight + 120).ok());
  ASSERT_TRUE(history_.Finish().ok());
  EXPECT_EQ(history_.files(), 2);
  EXPECT_THAT(Samples("maillog-2026-11-21.om"),
              ElementsAre(Pair(0, "1"), Pair(60, "1"), Pair(120, "2")));
  EXPECT_THAT(Samples("maillog-2026-11-20.om").back(), Pair(-300, "1"));
}

TEST_F(HistoryTest, TheStepBeforeMidnightIsOfTheDayBefore) {
  Removed();
  ASSERT_TRUE(history_.Take(kMidnight).ok());
  ASSERT_TRUE(history_.Finish().ok());
  EXPECT_THAT(Samples("maillog-2026-11-20.om").back(), Pair(-60, "0"));
  EXPECT_THAT(Samples("maillog-2026-11-21.om"), ElementsAre(Pair(0, "1")));
}

TEST_F(HistoryTest, AfterADayWithoutLinesThereIsNothingUntilTheNextOne) {
  Removed();
  ASSERT_TRUE(history_.Take(kMidnight).ok());
  ASSERT_TRUE(history_.PassTo(kMidnight + 10 * kDay).ok());
  Removed();
  ASSERT_TRUE(history_.Take(kMidnight + 10 * kDay).ok());
  ASSERT_TRUE(history_.Finish().ok());
  EXPECT_EQ(history_.files(), 4);
  EXPECT_THAT(Samples("maillog-2026-11-21.om").back(), Pair(kDay - 300, "1"));
  EXPECT_THAT(Samples("maillog-2026-11-30.om").back(), Pair(10 * kDay - 60, "1"));
  EXPECT_THAT(Samples("maillog-2026-12-01.om"), ElementsAre(Pair(10 * kDay, "2")));
}

TEST_F(HistoryTest, TheLastMomentMayLieWithinAStep) {
  Removed();
  ASSERT_TRUE(history_.Take(kMidnight + 60).ok());
  Removed();
  ASSERT_TRUE(history_.Take(kMidnight + 77).ok());
  ASSERT_TRUE(history_.Finish().ok());
  EXPECT_THAT(Samples("maillog-2026-11-21.om"),
              ElementsAre(Pair(0, "0"), Pair(60, "1"), Pair(77, "2")));
}

TEST_F(HistoryTest, SeriesOfTwoSourcesAddUp) {
  Shard other("other", SteadyClock());
  other.Consume({.messages = "Nov 21 10:00:00 mx postfix/qmgr[7663]: 031B97815E: removed\n"});
  History history({.directory = folder_, .step = 60, .labels = {{"job", "mail"}}},
                  {&shard_, &other});
  Removed(2);
  ASSERT_TRUE(history.Take(kMidnight + 60).ok());
  ASSERT_TRUE(history.Finish().ok());
  EXPECT_THAT(Samples("maillog-2026-11-21.om"), ElementsAre(Pair(0, "0"), Pair(60, "3")));
}

TEST_F(HistoryTest, HistogramsAndGaugesAreThere) {
  shard_.Consume({.messages =
                      "Nov 21 00:00:01 mx postfix/smtp[7700]: 031B97815E: to=<user@example.com>, "
                      "relay=mail.example.com[192.0.2.1]:25, delay=0.58, delays=0.07/0.01/0.3/0.2, "
                      "dsn=2.0.0, status=sent (250 ok)\n"});
  ASSERT_TRUE(history_.Take(kMidnight + 300).ok());
  ASSERT_TRUE(history_.Finish().ok());
  const std::string text = Text("maillog-2026-11-21.om");
  const std::string moment = " " + std::to_string(kMidnight + 300) + "\n";
  EXPECT_THAT(text, HasSubstr("job=\"mail\",le=\"1.0\"} 1" + moment));
  EXPECT_THAT(text, HasSubstr("job=\"mail\"} 0.58" + moment));
  EXPECT_THAT(text, HasSubstr("# TYPE maillog_delivery_delay_seconds histogram\n"));
  EXPECT_THAT(
      text, HasSubstr("maillog_source_last_record_timestamp_seconds{source=\"log\",job=\"mail\"} " +
                      std::to_string(kMidnight + 1) + moment));
}

TEST_F(HistoryTest, NoFileIsReplaced) {
  std::ofstream(folder_ + "/maillog-2026-11-21.om") << "mine";
  EXPECT_THAT(std::string(PrepareDayFiles(folder_).message()), HasSubstr("of an earlier run"));
  Removed();
  ASSERT_TRUE(history_.Take(kMidnight + 60).ok());
  EXPECT_THAT(std::string(history_.Finish().message()), HasSubstr("File exists"));
  EXPECT_EQ(Text("maillog-2026-11-21.om"), "mine");
  EXPECT_FALSE(std::filesystem::exists(folder_ + "/.maillog-2026-11-21.om.unfinished"));
}

}  // namespace
}  // namespace maillog::test
