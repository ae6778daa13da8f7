// The text format: against prometheus-cpp's serializer, which writes the same lines but for digits,
// and what that one gets wrong.
#include "metrics/exposition.h"

#include <gtest/gtest.h>
#include <prometheus/text_serializer.h>

#include <cmath>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "parser/scan.h"

namespace maillog {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

std::string TextOf(const MetricFamily& family) { return MakeTextExposition()->Serialize({family}); }

MetricFamily Gauge(double value) {
  MetricFamily family{"g", "", MetricType::Gauge, {}};
  family.metric.emplace_back().gauge.value = value;
  return family;
}

/// A family of each type, with numbers of any size.
std::vector<MetricFamily> AllTypes() {
  std::mt19937_64 dice(1);
  std::uniform_real_distribution<double> exponent(-12, 12);
  const auto number = [&] { return std::pow(10, exponent(dice)); };
  std::vector<MetricFamily> families;
  for (const MetricType type : {MetricType::Counter, MetricType::Gauge, MetricType::Summary,
                                MetricType::Untyped, MetricType::Histogram}) {
    MetricFamily& family = families.emplace_back();
    family.name = "family_" + std::to_string(families.size());
    family.help = families.size() % 2 == 0 ? "" : "One sentence.";
    family.type = type;
    for (int i = 0; i < 200; ++i) {
      ClientMetric& metric = family.metric.emplace_back();
      if (i > 0) metric.label = {{"server", "post\"fix\\"}, {"n", std::to_string(i)}};
      if (i > 100) metric.timestamp_ms = 1795222800123;
      metric.counter.value = metric.gauge.value = metric.untyped.value = number();
      metric.summary.sample_sum = metric.histogram.sample_sum = number();
      metric.summary.sample_count = metric.histogram.sample_count = dice();
      metric.summary.quantile = {{0.5, number()}, {0.99, number()}};
      metric.histogram.bucket = {{1, 0.07}, {2, 0.1 + 0.2}, {3, 3600}};
      if (i % 2 == 0)
        metric.histogram.bucket.push_back({dice(), std::numeric_limits<double>::infinity()});
    }
  }
  return families;
}

double NumberIn(std::string_view text) { return std::strtod(std::string(text).c_str(), nullptr); }

/// A sample apart: what stands around its numbers, and these as read.
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
  const std::vector<MetricFamily> families = AllTypes();
  const std::string ours = MakeTextExposition()->Serialize(families);
  const std::string theirs = prometheus::TextSerializer().Serialize(families);
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
  EXPECT_GT(lines, 2000);
}

TEST(Exposition, NumbersReadBackAsTheSame) {
  std::mt19937_64 dice(2);
  std::uniform_real_distribution<double> exponent(-300, 300);
  for (int i = 0; i < 10000; ++i) {
    const double number = std::pow(10, exponent(dice)) * (i % 2 == 0 ? 1 : -1);
    const std::string text = TextOf(Gauge(number));
    std::string_view rest = text;
    ASSERT_TRUE(SkipPast(rest, "\ng "));
    ASSERT_EQ(NumberIn(TakeUntil(rest, '\n')), number);
  }
}

TEST(Exposition, NumbersAreShort) {
  const auto line = [](std::string_view value) {
    return "# TYPE g gauge\ng " + std::string(value) + "\n";
  };
  EXPECT_EQ(TextOf(Gauge(0.07)), line("0.07"));
  EXPECT_EQ(TextOf(Gauge(7e4 / 1e6)), line("0.07"));
  EXPECT_EQ(TextOf(Gauge(0)), line("0"));
  EXPECT_EQ(TextOf(Gauge(-3)), line("-3"));
  EXPECT_EQ(TextOf(Gauge(3e6)), line("3000000"));
  EXPECT_EQ(TextOf(Gauge(9007199254740992)), line("9007199254740992"));
  EXPECT_EQ(TextOf(Gauge(1e300)), line("1e+300"));
  EXPECT_EQ(TextOf(Gauge(std::numeric_limits<double>::quiet_NaN())), line("NaN"));
  EXPECT_EQ(TextOf(Gauge(-std::numeric_limits<double>::infinity())), line("-Inf"));
}

/// The value of `le` that the text has for a bound.
std::string LeOf(double bound) {
  MetricFamily family{"h", "", MetricType::Histogram, {}};
  family.metric.emplace_back().histogram.bucket = {{1, bound}};
  const std::string text = TextOf(family);
  std::string_view rest = text;
  EXPECT_TRUE(SkipPast(rest, "le=\""));
  return std::string(TakeUntil(rest, '"'));
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
  for (const auto& [bound, text] : cases) EXPECT_EQ(LeOf(bound), text);
}

TEST(Exposition, QuantilesAreCanonical) {
  MetricFamily family{"s", "", MetricType::Summary, {}};
  family.metric.emplace_back().summary.quantile = {{1, 2}};
  EXPECT_NE(TextOf(family).find("s{quantile=\"1.0\"} 2\n"), std::string::npos);
}

TEST(Exposition, EscapesHelpAndLabels) {
  MetricFamily family{"g", "a\\b\n\"c\"", MetricType::Gauge, {}};
  ClientMetric& metric = family.metric.emplace_back();
  metric.label = {{"l", "a\\b\n\"c\""}};
  metric.gauge.value = 1;
  EXPECT_EQ(TextOf(family), R"(# HELP g a\\b\n"c"
# TYPE g gauge
g{l="a\\b\n\"c\""} 1
)");
}

}  // namespace
}  // namespace maillog
