#include "exporter/process_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <set>
#include <string>
#include <vector>

#include "exporter/version.h"
#include "metrics/catalog/exporter.h"

namespace maillog {
namespace {

constexpr std::string_view kStat =
    "4242 (a ) b (c) S 1 4242 4242 0 -1 4194560 1000 0 3 0 250 50 0 0 20 0 66 0 12300 104857600 "
    "2560 "
    "18446744073709551615 1 1 0 0 0 0 0 4096 16386 0 0 0 17 1 0 0 0 0 0 0 0 0 0 0 0 0 0\n";

TEST(ProcessMetricsTest, StatIsReadPastAnyProgramName) {
  ProcessFacts facts;
  ASSERT_TRUE(ParseProcessStat(kStat, 1000, facts));
  const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
  EXPECT_DOUBLE_EQ(facts.cpu_seconds, 300 / ticks);
  EXPECT_DOUBLE_EQ(facts.start_time_seconds, 1000 + 12300 / ticks);
  EXPECT_DOUBLE_EQ(facts.virtual_bytes, 104857600);
  EXPECT_DOUBLE_EQ(facts.resident_bytes, 2560 * static_cast<double>(::sysconf(_SC_PAGESIZE)));
}

TEST(ProcessMetricsTest, CutStatIsRefused) {
  ProcessFacts facts;
  EXPECT_FALSE(ParseProcessStat("", 0, facts));
  EXPECT_FALSE(ParseProcessStat("1 (x", 0, facts));
  EXPECT_FALSE(ParseProcessStat("1 (x) S 1 2", 0, facts));
}

TEST(ProcessMetricsTest, ThisProcessHasAll) {
  std::set<std::string> names;
  for (const prometheus::MetricFamily& family : ProcessFamilies()) {
    names.insert(family.name);
    const prometheus::ClientMetric& metric = family.metric.at(0);
    EXPECT_GE(metric.gauge.value + metric.counter.value, 0) << family.name;
  }
  EXPECT_THAT(names,
              testing::ElementsAre("process_cpu_seconds_total", "process_max_fds",
                                   "process_open_fds", "process_resident_memory_bytes",
                                   "process_start_time_seconds", "process_virtual_memory_bytes"));
}

TEST(ProcessMetricsTest, BuildInfoNamesTheVersion) {
  const prometheus::MetricFamily family = BuildInfoFamily();
  EXPECT_EQ(family.name, "maillog_build_info");
  EXPECT_EQ(family.metric.at(0).gauge.value, 1);
  EXPECT_EQ(family.metric.at(0).label.at(0).name, "version");
  EXPECT_NE(family.metric.at(0).label.at(0).value, "");
}

// METRICS.md is made from the row, the page from the family.
TEST(ProcessMetricsTest, BuildInfoHasTheLabelsOfItsRow) {
  std::vector<std::string> names;
  const prometheus::MetricFamily family = BuildInfoFamily();
  for (const auto& label : family.metric.at(0).label) names.push_back(label.name);
  EXPECT_THAT(names, testing::ElementsAreArray(kBuildInfo.label_names));
}

}  // namespace
}  // namespace maillog
