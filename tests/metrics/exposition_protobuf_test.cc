// Protobuf against the text.
#include "metrics/exposition_protobuf.h"

#include <gtest/gtest.h>

#include <bit>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "metrics/numbers.h"
#include "tests/metrics/made_samples.h"

namespace maillog::test {
namespace {

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
}  // namespace maillog::test
