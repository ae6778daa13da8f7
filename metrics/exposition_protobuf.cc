#include "metrics/exposition_protobuf.h"

#include <array>
#include <bit>
#include <cstdint>
#include <limits>
#include <string_view>

#include "metrics/created.h"
#include "metrics/numbers.h"

namespace maillog {
namespace {

// Numbers of the fields, by message.
enum MetricFamilyField : std::uint32_t { kName = 1, kHelp = 2, kType = 3, kMetric = 4 };
enum MetricField : std::uint32_t { kLabel = 1, kGauge = 2, kCounter = 3, kHistogram = 7 };
enum LabelField : std::uint32_t { kLabelName = 1, kLabelValue = 2 };
enum ValueField : std::uint32_t { kValue = 1, kCounterCreated = 3 };  // of gauges and counters
enum HistogramField : std::uint32_t {
  kSampleCount = 1,
  kSampleSum = 2,
  kBucket = 3,
  kHistogramCreated = 15
};
enum TimestampField : std::uint32_t { kSeconds = 1 };  // google.protobuf.Timestamp
enum BucketField : std::uint32_t { kCumulativeCount = 1, kUpperBound = 2 };

/// The wire format of protobuf (protobuf.dev/programming-guides/encoding).
class Message {
 public:
  explicit Message(std::string& bytes) : bytes_(bytes) {}

  void Number(std::uint32_t field, std::uint64_t number) {
    Varint(field << 3U);
    Varint(number);
  }
  void Double(std::uint32_t field, double number) {
    Varint((field << 3U) | 1U);
    const auto bits = std::bit_cast<std::uint64_t>(number);
    std::array<char, 8> little;
    for (unsigned i = 0; i < little.size(); ++i) {
      little[i] = static_cast<char>((bits >> (8 * i)) & 0xFFU);
    }
    bytes_.append(little.data(), little.size());
  }
  void Bytes(std::uint32_t field, std::string_view bytes) {
    Varint((field << 3U) | 2U);
    Varint(bytes.size());
    bytes_ += bytes;
  }
  void Varint(std::uint64_t number) {
    for (; number >= 0x80U; number >>= 7U) bytes_ += static_cast<char>(number | 0x80U);
    bytes_ += static_cast<char>(number);
  }

 private:
  std::string& bytes_;
};

std::uint64_t TypeNumber(RowType type) {
  constexpr std::array<std::uint64_t, 3> kNumbers{0, 1, 4};  // COUNTER, GAUGE, HISTOGRAM
  return kNumbers[static_cast<std::size_t>(type)];
}

/// A metric with what it is made of; its buffers serve for all of a family.
class MetricWriter {
 public:
  explicit MetricWriter(const RowInfo& row) : row_(row) {}

  /// `created`: when it stood at 0, Unix time; 0: not said.
  [[nodiscard]] std::string_view Write(const LabelValues& labels, const SampleValue& value,
                                       std::int64_t created) {
    metric_.clear();
    ForEachLabel(row_, labels, [this](std::string_view name, std::string_view text) {
      part_.clear();
      Message label(part_);
      label.Bytes(kLabelName, name);
      label.Bytes(kLabelValue, text);
      Message(metric_).Bytes(kLabel, part_);
    });
    part_.clear();
    if (const auto* counter = std::get_if<std::uint64_t>(&value)) {
      Message(part_).Double(kValue, InBaseUnit(static_cast<double>(*counter), row_.unit));
      WriteCreated(kCounterCreated, created);
      Message(metric_).Bytes(kCounter, part_);
    } else if (const auto* gauge = std::get_if<double>(&value)) {
      Message(part_).Double(kValue, InBaseUnit(*gauge, row_.unit));
      Message(metric_).Bytes(kGauge, part_);
    } else {
      WriteHistogram(std::get<HistogramValue>(value));
      WriteCreated(kHistogramCreated, created);
      Message(metric_).Bytes(kHistogram, part_);
    }
    return metric_;
  }

 private:
  void WriteCreated(std::uint32_t field, std::int64_t created) {
    if (created == 0) return;
    time_.clear();
    Message(time_).Number(kSeconds, static_cast<std::uint64_t>(created));
    Message(part_).Bytes(field, time_);
  }
  void WriteHistogram(const HistogramValue& histogram) {
    Message message(part_);
    message.Number(kSampleCount, histogram.count);
    message.Double(kSampleSum, InBaseUnit(static_cast<double>(histogram.sum), row_.unit));
    std::uint64_t cumulative = 0;
    for (std::size_t i = 0; i < histogram.buckets.size(); ++i) {
      cumulative += histogram.buckets[i];
      bucket_.clear();
      Message bucket(bucket_);
      bucket.Number(kCumulativeCount, cumulative);
      bucket.Double(kUpperBound, i < row_.bounds.size()
                                     ? InBaseUnit(static_cast<double>(row_.bounds[i]), row_.unit)
                                     : std::numeric_limits<double>::infinity());
      message.Bytes(kBucket, bucket_);
    }
  }

  const RowInfo& row_;
  std::string metric_;
  std::string part_;
  std::string bucket_;
  std::string time_;
};

}  // namespace

void AppendProtobuf(const Samples::Family& family, std::int64_t started, std::string& bytes) {
  const std::size_t start = bytes.size();
  Message message(bytes);
  message.Bytes(kName, family.row.name);
  message.Bytes(kHelp, family.row.help);
  message.Number(kType, TypeNumber(family.row.type));
  MetricWriter writer(family.row);
  const CreatedTimes created(family, started);
  std::size_t place = 0;
  for (const auto& [labels, value] : family.series) {
    message.Bytes(kMetric, writer.Write(labels, value, created.At(place++)));
  }
  std::string length;
  Message(length).Varint(bytes.size() - start);
  bytes.insert(start, length);
}

}  // namespace maillog
