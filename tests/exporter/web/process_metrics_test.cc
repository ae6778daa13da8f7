#include "exporter/web/process_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "exporter/os/version.h"
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
  EXPECT_DOUBLE_EQ(facts.threads, 66);
  EXPECT_DOUBLE_EQ(facts.resident_bytes, 2560 * static_cast<double>(::sysconf(_SC_PAGESIZE)));
}

TEST(ProcessMetricsTest, NetStatIsReadByTheNamesOfItsNumbers) {
  NetworkFacts facts;
  ASSERT_TRUE(
      ParseNetStat("TcpExt: A B\nTcpExt: 1 2\nIpExt: InNoRoutes InOctets OutOctets X\n"
                   "IpExt: 3 4500 67 8\nMPTcpExt: InOctets\nMPTcpExt: 9\n",
                   facts));
  EXPECT_EQ(facts.received_bytes, 4500U);
  EXPECT_EQ(facts.sent_bytes, 67U);
  for (const std::string_view text :
       {"", "IpExt: InOctets OutOctets\n", "IpExt: InOctets\nIpExt: 1\n",
        "IpExt: InOctets OutOctets\nIpExt: 1 x\n"}) {
    EXPECT_FALSE(ParseNetStat(text, facts)) << text;
  }
}

TEST(ProcessMetricsTest, CutStatIsRefused) {
  ProcessFacts facts;
  EXPECT_FALSE(ParseProcessStat("", 0, facts));
  EXPECT_FALSE(ParseProcessStat("1 (x", 0, facts));
  EXPECT_FALSE(ParseProcessStat("1 (x) S 1 2", 0, facts));
}

TEST(ProcessMetricsTest, ThisProcessHasAll) {
  Samples samples;
  AddProcess(samples);
  std::vector<std::string> names;
  for (const auto& [name, family] : samples.families()) {
    names.emplace_back(name);
    EXPECT_EQ(family.series.size(), 1U) << name;
  }
  EXPECT_THAT(names,
              testing::ElementsAre("process_cpu_seconds_total", "process_max_fds",
                                   "process_network_receive_bytes_total",
                                   "process_network_transmit_bytes_total", "process_open_fds",
                                   "process_resident_memory_bytes", "process_start_time_seconds",
                                   "process_threads", "process_virtual_memory_bytes",
                                   "process_virtual_memory_max_bytes"));
}

TEST(ProcessMetricsTest, BuildInfoNamesTheVersion) {
  Samples samples;
  AddBuildInfo(samples);
  const LabelValues labels{std::string(Version()), std::string(Compiler())};
  EXPECT_EQ(samples.families().at("maillog_build_info").series.at(labels), SampleValue(1.0));
  EXPECT_EQ(labels.size(), kBuildInfo.label_names.size());
  EXPECT_NE(labels.front(), "");
}

}  // namespace
}  // namespace maillog
