#include "exporter/state/saved_series.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "exporter/count/host_tallies.h"
#include "metrics/tallies.h"
#include "parser/encoding.h"
#include "parser/label_form.h"

namespace maillog {
namespace {

using RowsByName = std::map<std::string_view, const RowInfo*, std::less<>>;

RowsByName DurableRows(const std::vector<RowInfo>& catalog) {
  RowsByName rows;
  for (const RowInfo& row : catalog) {
    if (row.lifetime != Lifetime::kDurable || row.type == RowType::kGauge) continue;
    rows[row.name] = &row;
  }
  for (const RowInfo& row : catalog) {
    if (!row.was.empty() && rows.contains(row.name)) rows.try_emplace(row.was, &row);
  }
  return rows;
}

// A value that the label cannot have in this version becomes `other`.
std::string Allowed(std::string_view label, std::string&& value) {
  const bool is_allowed = label == kLogHostLabel ? IsHostName(value) : CanBeValue(label, value);
  return is_allowed ? AsLabelValue(value) : std::string(kOtherValue);
}

// In the order of the row's labels; a label that the row no longer has is left out. Labels besides
// those of the row come after them.
LabelValues ValuesOf(const RowInfo& row, NamedLabels&& named) {
  LabelValues values(row.label_names.size());
  for (auto& [name, value] : named) {
    if (name.starts_with(kExtraMark)) {
      values.push_back(name.substr(1));
      values.push_back(Allowed(values.back(), std::move(value)));
      continue;
    }
    const auto found = std::find(row.label_names.begin(), row.label_names.end(), name);
    if (found == row.label_names.end()) continue;
    values[static_cast<std::size_t>(found - row.label_names.begin())] =
        Allowed(name, std::move(value));
  }
  return values;
}

class Loading {
 public:
  explicit Loading(const std::vector<RowInfo>& catalog) : rows_(DurableRows(catalog)) {}

  // False if the row cannot be read.
  bool Add(const StoredSeries& stored) {
    const auto found = rows_.find(stored.row.metric);
    const bool is_histogram = stored.row.sum.has_value();
    if (found == rows_.end()) {
      loaded_.unknown[stored.row.metric] += stored.row.value;
      return true;
    }
    const RowInfo& row = *found->second;
    if ((row.type == RowType::kHistogram) != is_histogram) {
      loaded_.unknown[stored.row.metric] += stored.row.value;
      loaded_.obsolete.push_back({.id = stored.id, .checksum = ChecksumOf(stored.row)});
      return true;
    }
    std::optional<NamedLabels> named = ParseLabels(stored.row.labels);
    if (!named) return false;
    LabelValues labels = ValuesOf(row, *std::move(named));
    const bool same_name =
        row.name == stored.row.metric && LabelsText(row, labels) == stored.row.labels;
    bool same_value = true;
    if (is_histogram) {
      if (!AddHistogram(row, labels, stored.row, same_value)) return false;
    } else {
      loaded_.totals->AddCounter(row, labels, stored.row.value);
    }
    Keep(stored, KeptOf(row, std::move(labels)), same_name, same_value);
    return true;
  }

  LoadedSeries Finish() {
    for (const auto& [name, family] : loaded_.totals->families()) {
      std::vector<std::int64_t> began;
      for (const auto& [labels, value] : family.series) {
        loaded_.kept.push_back(kept_.at(name).at(labels));
        began.push_back(loaded_.kept.back().began);
      }
      loaded_.totals->SetBegan(name,
                               std::make_shared<const std::vector<std::int64_t>>(std::move(began)));
    }
    return std::move(loaded_);
  }

 private:
  bool AddHistogram(const RowInfo& row, const LabelValues& labels, const SeriesRow& stored,
                    bool& same_value) {
    const std::optional<BoundedBuckets> buckets = ParseBuckets(stored.buckets);
    if (!buckets) return false;
    same_value = std::equal(row.bounds.begin(), row.bounds.end(), buckets->bounds.begin(),
                            buckets->bounds.end());
    const bool told = std::find(loaded_.rebucketed.begin(), loaded_.rebucketed.end(), row.name) !=
                      loaded_.rebucketed.end();
    if (!same_value && !told) loaded_.rebucketed.emplace_back(row.name);
    loaded_.totals->AddHistogram(row, labels,
                                 {.buckets = Rebucket(*buckets, row.bounds),
                                  .count = stored.value,
                                  .sum = stored.sum.value_or(0)});
    return true;
  }

  KeptSeries& KeptOf(const RowInfo& row, LabelValues&& labels) {
    return kept_[row.name][std::move(labels)];
  }

  void Keep(const StoredSeries& stored, KeptSeries& kept, bool same_name, bool same_value) {
    const bool is_first = kept.id == 0 && !kept.stale;
    kept.began = is_first ? stored.row.began : std::min(kept.began, stored.row.began);
    kept.stale = kept.stale || !is_first || !same_name || !same_value;
    const std::uint64_t checksum = ChecksumOf(stored.row);
    if (same_name) {
      kept.id = stored.id;
      kept.checksum = checksum;
    } else {
      loaded_.obsolete.push_back({.id = stored.id, .checksum = checksum});
    }
  }

  const RowsByName rows_;
  LoadedSeries loaded_;
  std::map<std::string_view, std::map<LabelValues, KeptSeries>> kept_;
};

}  // namespace

absl::StatusOr<LoadedSeries> LoadSeries(const std::vector<StoredSeries>& stored,
                                        const std::vector<RowInfo>& catalog) {
  Loading loading(catalog);
  for (const StoredSeries& series : stored) {
    if (!loading.Add(series)) return absl::DataLossError("damaged: a series is unreadable");
  }
  return loading.Finish();
}

}  // namespace maillog
