// The rows of the state database, and the texts in them. Each row has a checksum; the database
// keeps the sum of all, so that a changed, lost or added row is noticed.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "exporter/count/host_tallies.h"
#include "exporter/input/bookmark.h"
#include "metrics/samples.h"
#include "parser/event.h"

namespace maillog {

/// One counter, or one histogram.
struct SeriesRow {
  std::string metric;
  std::string labels;                              ///< `server="postfix",status="sent"`
  std::int64_t began = 0;                          ///< Unix time
  std::uint64_t value = 0;                         ///< of a histogram: the number of observations
  std::optional<std::int64_t> sum = std::nullopt;  ///< histograms only
  std::string buckets = {};  ///< histograms only: `10000:5,50000:0,+Inf:1`, not cumulative
};

/// As it is saved.
[[nodiscard]] SeriesRow RowOf(const RowInfo& row, const LabelValues& labels,
                              const SampleValue& value, std::int64_t began);

/// Sums of checksums wrap around.
[[nodiscard]] std::uint64_t ChecksumOf(const SeriesRow& row);
[[nodiscard]] std::uint64_t ChecksumOf(std::string_view source, const Bookmark& bookmark);
[[nodiscard]] std::uint64_t ChecksumOf(std::string_view source, std::uint64_t place,
                                       const KnownValue& value);
[[nodiscard]] std::uint64_t ChecksumOfSource(std::string_view name, std::string_view del_form);
[[nodiscard]] std::uint64_t ChecksumOfTime(std::int64_t saved_at);

// ---- texts; parsing returns nothing if a text does not have the form

/// In the text, the names of labels that a series has besides those of its row begin with this.
inline constexpr char kExtraMark = '+';

/// Names and values of the labels that are not empty, escaped as in the exposition.
[[nodiscard]] std::string LabelsText(const RowInfo& row, const LabelValues& labels);
using NamedLabels = std::vector<std::pair<std::string, std::string>>;
[[nodiscard]] std::optional<NamedLabels> ParseLabels(std::string_view text);

[[nodiscard]] std::string BucketsText(std::span<const std::int64_t> bounds,
                                      const std::vector<std::uint64_t>& buckets);
struct BoundedBuckets {
  std::vector<std::int64_t> bounds;    ///< ascending
  std::vector<std::uint64_t> buckets;  ///< one more than bounds
};
[[nodiscard]] std::optional<BoundedBuckets> ParseBuckets(std::string_view text);
/// The same observations under other bounds: each old bucket goes to the new one that holds its
/// upper bound. Exact where the new bounds are among the old ones.
[[nodiscard]] std::vector<std::uint64_t> Rebucket(const BoundedBuckets& from,
                                                  std::span<const std::int64_t> bounds);

[[nodiscard]] std::string_view DelFormText(DelForm form);
[[nodiscard]] std::optional<DelForm> ParseDelForm(std::string_view text);

[[nodiscard]] std::string RungsText(const Head::Saved& head);
[[nodiscard]] bool ParseRungs(std::string_view text, Head::Saved& head);

}  // namespace maillog
