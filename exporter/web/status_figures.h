// What the status page shows: the same numbers as the metrics, added up.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "metrics/samples.h"

namespace maillog {

/// The samples of one collection; no family is in two of them.
using CollectedSamples = std::vector<std::shared_ptr<const Samples>>;

/// Deliveries are those to real destinations: the hop to a content filter on the same host
/// (`next_hop="loopback"`) is left out, so that no mail counts twice.
struct StatusTotals {
  std::uint64_t sent = 0;
  std::uint64_t deferred = 0;
  std::uint64_t bounced = 0;
  std::uint64_t expired = 0;   ///< given up by the queue manager
  std::uint64_t rejected = 0;  ///< of mail coming in
  std::uint64_t logins_ok = 0;
  std::uint64_t logins_failed = 0;
};

/// By count, the largest first; equal ones by name. Without those that are 0.
using Reasons = std::vector<std::pair<std::string, std::uint64_t>>;

inline constexpr std::array<std::pair<std::string_view, double>, 4> kShownQuantiles{
    {{"p50", 0.5}, {"p90", 0.9}, {"p95", 0.95}, {"p99", 0.99}}};

/// The delay of mail that was sent: seconds from arrival to the attempt that succeeded.
struct StatusDelay {
  std::vector<double> bounds;          ///< upper bounds of the buckets except the last, in seconds
  std::vector<std::uint64_t> buckets;  ///< deliveries in each; one more than bounds
  std::uint64_t count = 0;
  double sum_seconds = 0;
};

/// As Prometheus's histogram_quantile() does it: deliveries are assumed to be spread evenly over
/// their bucket, the first of which begins at 0; what lies beyond the last bound counts as that
/// bound. Nothing if there are none.
[[nodiscard]] std::optional<double> QuantileOf(const StatusDelay& delay, double quantile);

struct StatusPop3 {
  std::uint64_t sessions = 0;
  std::uint64_t top_messages = 0;
  std::uint64_t top_bytes = 0;
  std::uint64_t retrieved_messages = 0;
  std::uint64_t retrieved_bytes = 0;
  std::uint64_t deleted_messages = 0;
  std::uint64_t deleted_bytes = 0;
};

struct MtaReportCount {
  std::string code;
  std::string result;
  std::uint64_t count = 0;
};

struct StatusFigures {
  StatusTotals totals;
  Reasons deferred;
  Reasons bounced;
  Reasons rejected;
  StatusDelay delay;
  std::optional<StatusPop3> pop3;           ///< nothing if no session was seen
  std::vector<MtaReportCount> mta_reports;  ///< from code 0 down; empty if no PMailServer was seen
};
[[nodiscard]] StatusFigures FiguresOf(const CollectedSamples& samples);

/// What the metrics say about one source.
struct SourceFigures {
  std::uint64_t lines = 0;  ///< whatever became of them
  std::uint64_t unknown_lines = 0;
  std::uint64_t malformed_lines = 0;
  std::uint64_t read_bytes = 0;
  double lag_bytes = 0;
  double lag_seconds = 0;
  std::optional<double> last_record_seconds;  ///< Unix time
};
[[nodiscard]] SourceFigures FiguresOfSource(const CollectedSamples& samples,
                                            std::string_view source);

/// The one series of a gauge without labels.
[[nodiscard]] std::optional<double> GaugeOf(const CollectedSamples& samples, const RowInfo& row);

}  // namespace maillog
