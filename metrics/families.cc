#include "metrics/families.h"

#include <limits>
#include <string>
#include <utility>

#include "metrics/numbers.h"

namespace maillog {
namespace {

prometheus::MetricType TypeOf(RowType type) {
  switch (type) {
    case RowType::kCounter:
      return prometheus::MetricType::Counter;
    case RowType::kGauge:
      return prometheus::MetricType::Gauge;
    case RowType::kHistogram:
      break;
  }
  return prometheus::MetricType::Histogram;
}

prometheus::ClientMetric::Histogram HistogramOf(const HistogramValue& value, const RowInfo& row) {
  prometheus::ClientMetric::Histogram histogram;
  histogram.sample_count = value.count;
  histogram.sample_sum = InBaseUnit(static_cast<double>(value.sum), row.unit);
  std::uint64_t cumulative = 0;
  for (std::size_t i = 0; i < value.buckets.size(); ++i) {
    cumulative += value.buckets[i];
    const double bound = i < row.bounds.size()
                             ? InBaseUnit(static_cast<double>(row.bounds[i]), row.unit)
                             : std::numeric_limits<double>::infinity();
    histogram.bucket.push_back({cumulative, bound});
  }
  return histogram;
}

prometheus::ClientMetric MetricOf(const LabelValues& labels, const SampleValue& value,
                                  const RowInfo& row) {
  prometheus::ClientMetric metric;
  ForEachLabel(row, labels, [&metric](std::string_view name, std::string_view text) {
    metric.label.push_back({std::string(name), std::string(text)});
  });
  if (const auto* counter = std::get_if<std::uint64_t>(&value)) {
    metric.counter.value = InBaseUnit(static_cast<double>(*counter), row.unit);
  } else if (const auto* gauge = std::get_if<double>(&value)) {
    metric.gauge.value = InBaseUnit(*gauge, row.unit);
  } else {
    metric.histogram = HistogramOf(std::get<HistogramValue>(value), row);
  }
  return metric;
}

}  // namespace

std::vector<prometheus::MetricFamily> FamiliesOf(const Samples& samples) {
  std::vector<prometheus::MetricFamily> families;
  families.reserve(samples.families().size());
  for (const auto& [name, family] : samples.families()) {
    prometheus::MetricFamily& out = families.emplace_back();
    out.name = family.row.name;
    out.help = family.row.help;
    out.type = TypeOf(family.row.type);
    out.metric.reserve(family.series.size());
    for (const auto& [labels, value] : family.series) {
      out.metric.push_back(MetricOf(labels, value, family.row));
    }
  }
  return families;
}

}  // namespace maillog
