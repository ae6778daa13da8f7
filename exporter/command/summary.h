// `count --summary`: what a person wants to know about a log, on one screen.
#pragma once

#include <string>

#include "exporter/follow/time_window.h"
#include "metrics/samples.h"

namespace maillog {

/// At most about 30 lines of 80 columns: the time that the log covers (in `zone`), how many
/// messages there were and what became of them, deliveries, reasons, receivers, mail coming in,
/// rejects, logins, mailboxes, trouble. In each, the most frequent comes first; what does not occur
/// is left out.
[[nodiscard]] std::string SummaryText(const Samples& samples, const StampSpan& span,
                                      absl::TimeZone zone);

}  // namespace maillog
