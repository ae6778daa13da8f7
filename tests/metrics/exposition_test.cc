// Text against prometheus-cpp's serializer, which writes the same lines except for digits, and for
// what it gets wrong; OpenMetrics against the text.
#include "metrics/exposition.h"

#include <gtest/gtest.h>
#include <prometheus/text_serializer.h>

#include <cmath>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "metrics/families.h"
#include "metrics/numbers.h"
#include "parser/scan.h"
#include "tests/metrics/made_samples.h"

namespace maillog::test {
namespace {

double NumberIn(std::string_view text) { return std::strtod(std::string(text).c_str(), nullptr); }

/// A sample apart: the text around its numbers, and these as read.
struct Sample {
  std::string words;
  std::vector<double> numbers;
};

Sample SampleOf(std::string_view line) {
  Sample sample;
  if (line.starts_with('#')) return {std::string(line), {}};
  for (const std::string_view key : {"le=\"", "quantile=\""}) {
    if (line.find(key) == std::string_view::npos) continue;
    sample.words += std::string(*TakePast(line, key)) + std::string(key);
    sample.numbers.push_back(NumberIn(TakeUntil(line, '"')));
  }
  const std::string_view labels = TakeUntil(line, ' ');
  sample.words += labels;
  while (Eat(line, ' ')) sample.numbers.push_back(NumberIn(TakeUntil(line, ' ')));
  return sample;
}

TEST(Exposition, SaysWhatTheOtherSerializerSays) {
  const Samples samples = AllKinds();
  const std::string ours = ExpositionText(samples);
  const std::string theirs = prometheus::TextSerializer().Serialize(FamiliesOf(samples));
  std::string_view our_rest = ours;
  std::string_view their_rest = theirs;
  int lines = 0;
  for (; !our_rest.empty(); ++lines) {
    const std::string_view line = TakeLine(our_rest);
    const Sample our = SampleOf(line);
    const Sample their = SampleOf(TakeLine(their_rest));
    ASSERT_EQ(our.words, their.words);
    ASSERT_EQ(our.numbers.size(), their.numbers.size()) << line;
    for (std::size_t i = 0; i < our.numbers.size(); ++i)
      ASSERT_DOUBLE_EQ(our.numbers[i], their.numbers[i]) << line;
  }
  EXPECT_TRUE(their_rest.empty());
  EXPECT_GT(lines, 1500);
}

TEST(Exposition, NumbersReadBackAsTheSame) {
  std::mt19937_64 dice(2);
  std::uniform_real_distribution<double> exponent(-300, 300);
  for (int i = 0; i < 10000; ++i) {
    const double number = std::pow(10, exponent(dice)) * (i % 2 == 0 ? 1 : -1);
    std::string text;
    AppendNumber(text, number);
    ASSERT_EQ(NumberIn(text), number);
  }
}

TEST(Exposition, NumbersAreShort) {
  const auto line = [](std::string_view value) {
    return "# TYPE test_gauge gauge\ntest_gauge " + std::string(value) + "\n";
  };
  EXPECT_EQ(ExpositionText(Gauge(0.07)), line("0.07"));
  EXPECT_EQ(ExpositionText(Gauge(7e4 / 1e6)), line("0.07"));
  EXPECT_EQ(ExpositionText(Gauge(0)), line("0"));
  EXPECT_EQ(ExpositionText(Gauge(-3)), line("-3"));
  EXPECT_EQ(ExpositionText(Gauge(3e6)), line("3000000"));
  EXPECT_EQ(ExpositionText(Gauge(9007199254740992)), line("9007199254740992"));
  EXPECT_EQ(ExpositionText(Gauge(1e300)), line("1e+300"));
  EXPECT_EQ(ExpositionText(Gauge(std::numeric_limits<double>::quiet_NaN())), line("NaN"));
  EXPECT_EQ(ExpositionText(Gauge(-std::numeric_limits<double>::infinity())), line("-Inf"));
}

// The examples are those of OpenMetrics 1.0.0, "Canonical Numbers", and bounds of the catalog.
TEST(Exposition, BoundsAreCanonical) {
  const struct {
    double bound;
    std::string_view text;
  } cases[] = {{0, "0.0"},
               {1, "1.0"},
               {10, "10.0"},
               {-10, "-10.0"},
               {0.01, "0.01"},
               {0.25, "0.25"},
               {2.5, "2.5"},
               {60, "60.0"},
               {432000, "432000.0"},
               {100000, "100000.0"},
               {262144, "262144.0"},
               {999999, "999999.0"},
               {999999.5, "999999.5"},
               {1e6, "1e+06"},
               {1048576, "1.048576e+06"},
               {104857600, "1.048576e+08"},
               {1e10, "1e+10"},
               {1e100, "1e+100"},
               {0.0001, "0.0001"},
               {0.00001, "1e-05"},
               {1e-10, "1e-10"},
               {std::numeric_limits<double>::infinity(), "+Inf"}};
  for (const auto& [bound, text] : cases) {
    std::string written;
    AppendCanonical(written, bound);
    EXPECT_EQ(written, text);
  }
}

TEST(Exposition, EscapesLabels) {
  Samples samples;
  samples.AddCounter(kCounter, {"a\\b\n\"c\"", ""}, 1);
  EXPECT_EQ(ExpositionText(samples), R"(# HELP test_lines_total One sentence.
# TYPE test_lines_total counter
test_lines_total{server="a\\b\n\"c\""} 1
)");
}

TEST(Exposition, OnlyWhatTheFilterLetsThrough) {
  std::string text;
  AppendExposition(ExpositionFormat::kText, AllKinds(), text,
                   {.filter = [](const RowInfo& row) { return row.name == kTime.name; }});
  EXPECT_EQ(text,
            "# HELP test_cpu_seconds_total Time.\n# TYPE test_cpu_seconds_total counter\n"
            "test_cpu_seconds_total 1.234567\n");
}

TEST(OpenMetrics, NamesFamiliesUnitsAndItsEnd) {
  Samples samples = Gauge(1);
  samples.AddCounter(kCounter, {"a", "b"}, 1);
  samples.AddCounter(kTime, {}, 2'500'000);
  samples.SetGauge(kInfo, {"a", "b"}, 1);
  samples.AddHistogram(kDelay, {"", ""}, {.buckets = {0, 1, 0, 0, 0}, .count = 1, .sum = 10'000});
  EXPECT_EQ(Exposed(ExpositionFormat::kOpenMetrics, samples), R"(# TYPE test_build info
# HELP test_build What it is.
test_build_info{server="a",n="b"} 1
# TYPE test_cpu_seconds counter
# UNIT test_cpu_seconds seconds
# HELP test_cpu_seconds Time.
test_cpu_seconds_total 2.5
# TYPE test_delay_seconds histogram
# UNIT test_delay_seconds seconds
# HELP test_delay_seconds Two \"words\".
test_delay_seconds_count 1
test_delay_seconds_sum 0.01
test_delay_seconds_bucket{le="0.0"} 0
test_delay_seconds_bucket{le="0.01"} 1
test_delay_seconds_bucket{le="0.3"} 1
test_delay_seconds_bucket{le="3600.0"} 1
test_delay_seconds_bucket{le="+Inf"} 1
# TYPE test_gauge gauge
test_gauge 1
# TYPE test_lines counter
# HELP test_lines One sentence.
test_lines_total{server="a",n="b"} 1
# EOF
)");
}

std::string WithoutComments(std::string_view text) {
  std::string rest;
  while (!text.empty()) {
    const std::string_view line = TakeLine(text);
    if (!line.starts_with('#')) rest.append(line).append("\n");
  }
  return rest;
}

TEST(OpenMetrics, HasTheSeriesOfTheText) {
  const Samples samples = AllKinds();
  EXPECT_EQ(WithoutComments(Exposed(ExpositionFormat::kOpenMetrics, samples)),
            WithoutComments(ExpositionText(samples)));
}

std::vector<std::string> CreatedLinesIn(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::string_view line = TakeLine(text);
    if (line.find("_created") != std::string_view::npos) lines.emplace_back(line);
  }
  return lines;
}

TEST(OpenMetrics, SaysWhenSeriesBeganIfAsked) {
  const Samples samples = WithBeganTimes();
  const auto lines = [&](ExpositionFormat format, const ExpositionOptions& options) {
    std::string text;
    AppendExposition(format, samples, text, options);
    return CreatedLinesIn(text);
  };
  const ExpositionOptions asked{.created_lines = CreatedLines::kYes, .started = 1'600'000'000};
  using Lines = std::vector<std::string>;
  EXPECT_EQ(lines(ExpositionFormat::kOpenMetrics, asked),
            (Lines{"test_delay_seconds_created 1700000200",
                   "test_lines_created{server=\"a\",n=\"1\"} 1700000000",
                   "test_lines_created{server=\"b\",n=\"2\"} 1700000100",
                   "test_requests_created 1600000000"}));
  EXPECT_EQ(lines(ExpositionFormat::kOpenMetrics, {.started = 1'600'000'000}), Lines{});
  EXPECT_EQ(lines(ExpositionFormat::kText, asked), Lines{});
}

TEST(OpenMetrics, SaysNothingOfSeriesWhoseBeginningIsUnknown) {
  Samples samples = WithBeganTimes();
  samples.AddCounter(kCounter, {"c", "3"}, 1);  // so the times are no longer those of the series
  std::string text;
  AppendExposition(ExpositionFormat::kOpenMetrics, samples, text,
                   {.created_lines = CreatedLines::kYes});
  EXPECT_EQ(CreatedLinesIn(text),
            std::vector<std::string>{"test_delay_seconds_created 1700000200"});
}

}  // namespace
}  // namespace maillog::test
