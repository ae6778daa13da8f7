// The series over time, written as OpenMetrics with timestamps, a file a day (UTC), as
// `promtool tsdb create-blocks-from openmetrics` takes them.
//
// A series has a sample at each step from five minutes before it moves to five minutes after
// (kRefresh), so that rates and increases are what they would be with all samples; while it stands
// still, one in five minutes, since Prometheus does not look back further. One that is seen for the
// first time was 0 before. Each file begins with all of them.
//
// What is kept of a day is a few bytes for each sample.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "exporter/count/shard.h"
#include "metrics/samples.h"

namespace maillog {

class History {
 public:
  /// No series goes longer without a sample, unless the log does for kMaxSilence. Seconds.
  static constexpr std::int64_t kRefresh = 300;
  /// After so long without a line in the log, nothing is written until there is one. Seconds.
  static constexpr std::int64_t kMaxSilence = 86'400;

  struct Options {
    std::string directory;
    std::int64_t step = 60;          ///< seconds; at most kRefresh, a day is divisible by it
    std::vector<ExtraLabel> labels;  ///< of every series
  };
  /// The shards must outlive this; no others count.
  History(Options options, std::vector<const Shard*> shards);
  ~History();

  /// Takes samples: what the shards have counted by now was written before `moment` (Unix time, in
  /// seconds), which is later than the one before.
  [[nodiscard]] absl::Status Take(std::int64_t moment);
  /// The same, if nothing has been counted since the last one. From then up to `until`, which is
  /// left out, as often as is needed.
  [[nodiscard]] absl::Status PassTo(std::int64_t until);
  /// Writes what is left.
  [[nodiscard]] absl::Status Finish();

  [[nodiscard]] std::uint64_t files() const { return files_; }
  [[nodiscard]] std::uint64_t samples() const { return samples_; }

 private:
  struct Series;
  struct Family;
  struct Reference;

  [[nodiscard]] bool IsRefresh(std::int64_t moment) const;
  [[nodiscard]] Series& SeriesOf(const RowInfo& row, LabelValues labels);
  void FindSeries();
  void AddUp();
  [[nodiscard]] absl::Status TakeGauges(std::int64_t moment);
  [[nodiscard]] absl::Status GoTo(std::int64_t moment);
  void AppendActive(std::int64_t moment);
  void AppendAll(std::int64_t moment);
  void AppendBefore(Series& series, std::int64_t moment);
  void Append(Series& series, std::int64_t moment, const std::uint64_t* numbers);
  [[nodiscard]] absl::Status WriteDay();

  const Options options_;
  const std::vector<const Shard*> shards_;
  std::map<std::string_view, Family> families_;
  std::vector<Series*> counted_;       // counters and histograms, in the order of their numbers
  std::vector<std::uint64_t> totals_;  // of these, at the last moment
  std::vector<std::uint64_t> now_;
  std::vector<Reference> references_;  // where the shards' numbers belong
  std::vector<std::size_t> known_;     // how many series each shard had then
  std::vector<std::uint64_t> numbers_;
  std::int64_t last_ = 0;          // the last moment; 0: none
  std::int64_t active_until_ = 0;  // the last of Series::active_until
  std::int64_t day_ = 0;           // that is being collected
  std::uint64_t files_ = 0;
  std::uint64_t samples_ = 0;
};

}  // namespace maillog
