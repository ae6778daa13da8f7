#include "metrics/samples.h"

#include <utility>

namespace maillog {

SampleValue& Samples::At(const RowInfo& row, LabelValues&& labels) {
  Family& family = families_.try_emplace(row.name, Family{row, {}}).first->second;
  family.began.reset();
  return family.series.At(std::move(labels));
}

void Samples::AddCounter(const RowInfo& row, LabelValues labels, std::uint64_t value) {
  std::get<std::uint64_t>(At(row, std::move(labels))) += value;
}

void Samples::AddHistogram(const RowInfo& row, LabelValues labels, const HistogramValue& value) {
  SampleValue& at = At(row, std::move(labels));
  if (!std::holds_alternative<HistogramValue>(at)) {
    at = value;
    return;
  }
  auto& histogram = std::get<HistogramValue>(at);
  histogram.count += value.count;
  histogram.sum += value.sum;
  for (std::size_t i = 0; i < histogram.buckets.size() && i < value.buckets.size(); ++i) {
    histogram.buckets[i] += value.buckets[i];
  }
}

void Samples::SetGauge(const RowInfo& row, LabelValues labels, double value) {
  At(row, std::move(labels)) = value;
}

void Samples::Merge(const Samples& other, const std::vector<ExtraLabel>& extra) {
  LabelValues added;
  for (const ExtraLabel& label : extra) {
    if (!label.value.empty()) added.insert(added.end(), {label.name, label.value});
  }
  for (const auto& [name, family] : other.families_) {
    for (const auto& [own, value] : family.series) {
      LabelValues labels = own;
      labels.insert(labels.end(), added.begin(), added.end());
      if (const auto* counter = std::get_if<std::uint64_t>(&value)) {
        AddCounter(family.row, std::move(labels), *counter);
      } else if (const auto* histogram = std::get_if<HistogramValue>(&value)) {
        AddHistogram(family.row, std::move(labels), *histogram);
      } else {
        SetGauge(family.row, std::move(labels), std::get<double>(value));
      }
    }
  }
}

void Samples::SetBegan(std::string_view row, BeganTimes began) {
  families_.at(row).began = std::move(began);
}

std::uint64_t Samples::CounterValue(std::string_view row, const LabelValues& labels) const {
  const auto family = families_.find(row);
  if (family == families_.end()) return 0;
  const auto series = family->second.series.find(labels);
  if (series == family->second.series.end()) return 0;
  const auto* counter = std::get_if<std::uint64_t>(&series->second);
  return counter == nullptr ? 0 : *counter;
}

}  // namespace maillog
