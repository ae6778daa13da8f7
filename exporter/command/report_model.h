// What a report says, whatever it is written as.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "exporter/command/summary.h"
#include "exporter/follow/time_window.h"
#include "exporter/report/log_names.h"
#include "metrics/samples.h"

namespace maillog {

struct ReportTable {
  std::string_view key;
  std::string_view group;
  std::vector<std::string_view> columns;
  std::vector<NameTable::Row> rows;
  std::optional<NameTable::Counts> others;  ///< the sum of all that are not in `rows`
};

struct Report {
  std::optional<absl::Time> first;  ///< of the log's messages
  std::optional<absl::Time> last;
  absl::TimeZone zone;
  TimeWindow asked = {};                                 ///< what the report is about
  std::vector<SummaryFigures> totals;                    ///< from the metrics' own counts
  std::vector<std::pair<std::string, HourCounts>> days;  ///< `2026-11-21`
  std::array<HourCounts, 24> hours{};                    ///< of the day
  std::optional<HourCounts> without_time;
  std::vector<ReportTable> tables;  ///< those that have rows
  std::vector<SlowDelivery> slowest;
};

/// When the messages were logged; without any, the part that was asked for, if it has both ends.
/// Empty: nobody knows.
[[nodiscard]] std::string SpanText(const Report& report, std::string_view between);

/// `most`: rows of a table.
[[nodiscard]] Report MakeReport(const Samples& samples, const StampSpan& span, absl::TimeZone zone,
                                const LogNames& names, std::size_t most);

/// Puts `user-1@domain-2`, `client-3` in the place of names and addresses: the same for the same
/// name everywhere in this report.
void MakeAnonymous(Report& report);

}  // namespace maillog
