// Samples: all series with their values at one moment, by row and label text. What a scrape shows
// and what is saved.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "metrics/row.h"

namespace maillog {

struct HistogramValue {
  std::vector<std::uint64_t>
      buckets;  ///< observations in each bucket (not cumulative); the last is beyond all bounds
  std::uint64_t count = 0;
  std::int64_t sum = 0;  ///< in the row's unit
  friend bool operator==(const HistogramValue&, const HistogramValue&) = default;
};

/// A counter, a gauge, a histogram: as the row's type says.
using SampleValue = std::variant<std::uint64_t, double, HistogramValue>;

/// Label values in the order of the row's label names; valid UTF-8; an empty one means that the
/// series lacks the label. After them are the labels that the series has beyond those of its
/// row, each as name and value.
using LabelValues = std::vector<std::string>;

/// Calls `visit(name, value)` for each label that a series of the row has.
template <class Visit>
void ForEachLabel(const RowInfo& row, const LabelValues& labels, Visit&& visit) {
  const std::size_t own = row.label_names.size();
  for (std::size_t i = 0; i < labels.size() && i < own; ++i) {
    if (!labels[i].empty()) visit(row.label_names[i], std::string_view(labels[i]));
  }
  for (std::size_t i = own; i + 1 < labels.size(); i += 2) {
    visit(std::string_view(labels[i]), std::string_view(labels[i + 1]));
  }
}

/// A label that is on series beyond those of their rows; valid UTF-8.
struct ExtraLabel {
  std::string name;
  std::string value;
  friend bool operator==(const ExtraLabel&, const ExtraLabel&) = default;
};

/// The series of a row, by label values. Copies share them until one is changed, so that a copy
/// costs nothing where nothing has moved. A copy may be read while another is changed.
class SharedSeries {
 public:
  using Map = std::map<LabelValues, SampleValue>;

  [[nodiscard]] Map::const_iterator begin() const { return map_->cbegin(); }
  [[nodiscard]] Map::const_iterator end() const { return map_->cend(); }
  [[nodiscard]] bool empty() const { return map_->empty(); }
  [[nodiscard]] std::size_t size() const { return map_->size(); }
  [[nodiscard]] bool contains(const LabelValues& labels) const { return map_->contains(labels); }
  [[nodiscard]] Map::const_iterator find(const LabelValues& labels) const {
    return std::as_const(*map_).find(labels);
  }
  [[nodiscard]] const SampleValue& at(const LabelValues& labels) const { return map_->at(labels); }

  /// The value at the labels, to be changed; 0 if there was none.
  [[nodiscard]] SampleValue& At(LabelValues&& labels) {
    if (map_.use_count() > 1) {
      map_ = std::make_shared<Map>(*map_);
    } else {
      // Whoever shared it before, in another thread, has read it.
      std::atomic_thread_fence(std::memory_order_acquire);
    }
    return (*map_)[std::move(labels)];
  }

 private:
  std::shared_ptr<Map> map_ = std::make_shared<Map>();
};

/// For each series of a row, in their order, a moment at which it stood at 0: Unix time. Null where
/// that is not known.
using BeganTimes = std::shared_ptr<const std::vector<std::int64_t>>;

class Samples {
 public:
  struct Family {
    RowInfo row;
    SharedSeries series;
    BeganTimes began = nullptr;
  };

  /// Adds to what the series had.
  void AddCounter(const RowInfo& row, LabelValues labels, std::uint64_t value);
  void AddHistogram(const RowInfo& row, LabelValues labels, const HistogramValue& value);
  /// Replaces what the series had.
  void SetGauge(const RowInfo& row, LabelValues labels, double value);
  /// Adds all counters and histograms of `other`, and takes its gauges; each series gets the labels
  /// `extra` that have a value.
  void Merge(const Samples& other, const std::vector<ExtraLabel>& extra = {});
  /// One for each series that the row has. Known until a series of the row is added or changed.
  void SetBegan(std::string_view row, BeganTimes began);

  /// By name, each with its series by label values.
  [[nodiscard]] const std::map<std::string_view, Family>& families() const { return families_; }
  /// Value of one counter, 0 if there is no such series. For tests and diagnostics.
  [[nodiscard]] std::uint64_t CounterValue(std::string_view row, const LabelValues& labels) const;

 private:
  SampleValue& At(const RowInfo& row, LabelValues&& labels);
  std::map<std::string_view, Family> families_;
};

}  // namespace maillog
