// The formats: text against prometheus-cpp's serializer, which writes the same lines except for
// digits, and for what it gets wrong; the others against the text.
#include "metrics/exposition.h"

#include <gtest/gtest.h>
#include <prometheus/text_serializer.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "metrics/families.h"
#include "metrics/numbers.h"
#include "parser/scan.h"

namespace maillog {
namespace {

constexpr std::array<std::string_view, 2> kLabels{"server", "n"};
constexpr std::array<std::int64_t, 4> kBounds{0, 10'000, 300'000, 3'600'000'000};
constexpr RowInfo kGauge{.name = "test_gauge", .type = RowType::kGauge};
constexpr RowInfo kCounter{
    .name = "test_lines_total", .help = "One sentence.", .label_names = kLabels};
constexpr RowInfo kTime{.name = "test_cpu_seconds_total", .help = "Time.", .unit = Unit::kMicros};
constexpr RowInfo kDelay{.name = "test_delay_seconds",
                         .help = "Two \"words\".",
                         .type = RowType::kHistogram,
                         .label_names = kLabels,
                         .bounds = kBounds,
                         .unit = Unit::kMicros};
constexpr RowInfo kSize{.name = "test_bytes", .type = RowType::kHistogram, .bounds = kBounds};
constexpr RowInfo kOfProcess{.name = "test_requests_total", .lifetime = Lifetime::kSinceStart};
constexpr RowInfo kInfo{.name = "test_build_info",
                        .help = "What it is.",
                        .type = RowType::kGauge,
                        .label_names = kLabels};

std::string Exposed(ExpositionFormat format, const Samples& samples) {
  std::string text;
  AppendExposition(format, samples, text);
  return text.append(EndOf(format));
}

Samples Gauge(double value) {
  Samples samples;
  samples.SetGauge(kGauge, {}, value);
  return samples;
}

/// A family of each kind, with numbers of any size.
Samples AllKinds() {
  std::mt19937_64 dice(1);
  Samples samples = Gauge(std::pow(10, 7.3));
  samples.SetGauge(kInfo, {"post\"fix\\", "1"}, 1);
  samples.AddCounter(kTime, {}, 1'234'567);
  for (int i = 0; i < 200; ++i) {
    const LabelValues labels{i % 3 == 0 ? "" : "post\"fix\\", std::to_string(i)};
    samples.AddCounter(kCounter, labels, dice() >> (dice() % 64U));
    HistogramValue value{
        .buckets = {}, .count = 0, .sum = static_cast<std::int64_t>(dice() >> 20U)};
    for (std::size_t k = 0; k <= kBounds.size(); ++k) {
      value.count += value.buckets.emplace_back(dice() % 1000);
    }
    samples.AddHistogram(kDelay, labels, value);
    if (i == 0) samples.AddHistogram(kSize, {}, value);
  }
  return samples;
}

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

/// A row of each lifetime, with the times at which they stood at 0; of one series that is 0.
Samples WithBeganTimes() {
  Samples samples = Gauge(1);
  samples.AddCounter(kCounter, {"a", "1"}, 5);
  samples.AddCounter(kCounter, {"b", "2"}, 6);
  samples.AddCounter(kOfProcess, {}, 7);
  samples.AddHistogram(kDelay, {"", ""}, {.buckets = {0, 1, 0, 0, 0}, .count = 1, .sum = 10'000});
  const auto times = [](std::vector<std::int64_t> list) {
    return std::make_shared<const std::vector<std::int64_t>>(std::move(list));
  };
  samples.SetBegan(kCounter.name, times({1'700'000'000, 1'700'000'100}));
  samples.SetBegan(kDelay.name, times({1'700'000'200}));
  return samples;
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

/// The fields of a message of protobuf, each with its number, in order.
struct Field {
  std::uint64_t number;
  std::uint64_t integer = 0;
  double real = 0;
  std::string_view bytes;
};

std::uint64_t TakeVarint(std::string_view& bytes) {
  std::uint64_t number = 0;
  for (unsigned shift = 0; !bytes.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    number |= std::uint64_t{byte & 0x7FU} << shift;
    if (byte < 0x80) break;
  }
  return number;
}

std::vector<Field> FieldsOf(std::string_view bytes) {
  std::vector<Field> fields;
  while (!bytes.empty()) {
    const std::uint64_t tag = TakeVarint(bytes);
    Field& field = fields.emplace_back(Field{.number = tag >> 3U});
    if ((tag & 7U) == 0) {
      field.integer = TakeVarint(bytes);
    } else if ((tag & 7U) == 1) {
      std::uint64_t bits = 0;
      for (std::size_t i = 8; i-- > 0;) bits = bits << 8U | static_cast<unsigned char>(bytes[i]);
      field.real = std::bit_cast<double>(bits);
      bytes.remove_prefix(8);
    } else {
      EXPECT_EQ(tag & 7U, 2U);
      const std::uint64_t size = TakeVarint(bytes);
      field.bytes = bytes.substr(0, size);
      bytes.remove_prefix(field.bytes.size());
    }
  }
  return fields;
}

/// What a message says, as lines of the text format.
std::string LinesOfMetric(const std::string& name, std::string_view metric) {
  std::string labels;
  std::string lines;
  const auto add = [&](const std::string& suffix, const std::string& more, auto number) {
    std::string all = labels + more;
    if (!all.empty()) all.pop_back();
    lines += name + suffix + (all.empty() ? "" : "{" + all + "}") + " ";
    AppendNumber(lines, number);
    lines += "\n";
  };
  for (const Field& field : FieldsOf(metric)) {
    const std::vector<Field> parts = FieldsOf(field.bytes);
    if (field.number == 1) {
      labels += std::string(parts.at(0).bytes) + "=\"";
      for (const char c : parts.at(1).bytes)
        labels.append(c == '"' || c == '\\' ? "\\" : "").append(1, c);
      labels += "\",";
      continue;
    }
    if (field.number != 7) {
      add("", "", parts.at(0).real);
      continue;
    }
    for (const Field& part : parts) {
      if (part.number == 1) add("_count", "", part.integer);
      if (part.number == 2) add("_sum", "", part.real);
      if (part.number != 3) continue;
      const std::vector<Field> bucket = FieldsOf(part.bytes);
      std::string bound;
      AppendCanonical(bound, bucket.at(1).real);
      add("_bucket", "le=\"" + bound + "\",", bucket.at(0).integer);
    }
  }
  return lines;
}

TEST(Protobuf, SaysWhenSeriesBegan) {
  const Samples samples = WithBeganTimes();
  std::string bytes;
  AppendExposition(ExpositionFormat::kProtobuf, samples, bytes, {.started = 1'600'000'000});
  std::vector<std::uint64_t> times;
  for (std::string_view rest = bytes; !rest.empty();) {
    const std::uint64_t size = TakeVarint(rest);
    for (const Field& field : FieldsOf(rest.substr(0, size))) {
      if (field.number != 4) continue;
      for (const Field& value : FieldsOf(field.bytes)) {
        if (value.number == 1) continue;
        for (const Field& part : FieldsOf(value.bytes)) {
          if (part.number != (value.number == 7 ? 15U : 3U) || part.bytes.empty()) continue;
          for (const Field& time : FieldsOf(part.bytes)) {
            EXPECT_EQ(time.number, 1U);
            times.push_back(time.integer);
          }
        }
      }
    }
    rest.remove_prefix(size);
  }
  EXPECT_EQ(times, (std::vector<std::uint64_t>{1'700'000'200, 1'700'000'000, 1'700'000'100,
                                               1'600'000'000}));
}

TEST(Protobuf, SaysWhatTheTextSays) {
  // Whole numbers beyond 2^53 are rounded there, as by every reader of the text.
  Samples samples = AllKinds();
  Samples counted;
  for (const auto& [labels, value] : samples.families().at(kCounter.name).series) {
    counted.AddCounter(kCounter, labels, std::get<std::uint64_t>(value) >> 12U);
  }
  std::string lines;
  const std::map<std::uint64_t, std::string> types{{0, "counter"}, {1, "gauge"}, {4, "histogram"}};
  for (const auto& [name, family] : samples.families()) {
    Samples one;
    for (const auto& [labels, value] : family.series) {
      if (const auto* gauge = std::get_if<double>(&value)) one.SetGauge(family.row, labels, *gauge);
      if (const auto* histogram = std::get_if<HistogramValue>(&value)) {
        one.AddHistogram(family.row, labels, *histogram);
      }
    }
    if (name == kCounter.name) one = counted;
    if (name == kTime.name) one.AddCounter(kTime, {}, 1'234'567);
    const std::string bytes = Exposed(ExpositionFormat::kProtobuf, one);
    std::string_view rest = bytes;
    const std::uint64_t size = TakeVarint(rest);
    ASSERT_EQ(size, rest.size());
    lines.clear();
    for (const Field& field : FieldsOf(rest)) {
      if (field.number == 1) {
        EXPECT_EQ(field.bytes, name);
      }
      if (field.number == 2) {
        EXPECT_EQ(field.bytes, family.row.help);
      }
      if (field.number == 3)
        lines += "# TYPE " + std::string(name) + " " + types.at(field.integer) + "\n";
      if (field.number == 4) lines += LinesOfMetric(std::string(name), field.bytes);
    }
    const std::string text = ExpositionText(one);
    EXPECT_EQ(lines, text.substr(text.find("# TYPE"))) << name;
  }
}

}  // namespace
}  // namespace maillog
