// `count --summary`: what a person wants to know about a log, on one screen.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "exporter/follow/time_window.h"
#include "metrics/samples.h"

namespace maillog {

/// One topic of the main figures.
struct SummaryFigures {
  std::string_view title;
  /// The most frequent first: `sent`, `mailbox_full deferred`.
  std::vector<std::pair<std::string, std::uint64_t>> counts;
  /// Whether these are parts of a whole: connections and the messages in them are not.
  bool has_sum = true;
  [[nodiscard]] std::uint64_t all() const;
};
/// The topics of SummaryText, with all that it has no room for.
[[nodiscard]] std::vector<SummaryFigures> SummaryOf(const Samples& samples);

/// At most about 30 lines of 80 columns: the time that the log covers (in `zone`), how many
/// messages there were and what became of them, deliveries, reasons, receivers, mail coming in,
/// rejects, logins, mailboxes, trouble. In each, the most frequent comes first; what does not occur
/// is left out.
[[nodiscard]] std::string SummaryText(const Samples& samples, const StampSpan& span,
                                      absl::TimeZone zone);

}  // namespace maillog
