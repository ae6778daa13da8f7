// `count --summary`: what a person wants to know of a log, on one screen.
#pragma once

#include <string>

#include "exporter/follow/time_window.h"
#include "metrics/samples.h"

namespace maillog {

/// At most some 30 lines of 80 columns: from when to when the log goes (in `zone`), how many
/// messages there were and what became of them, deliveries, reasons, receivers, mail coming in,
/// rejects, logins, mailboxes, trouble. Each with what is most frequent first; what is not there is
/// left out.
[[nodiscard]] std::string SummaryText(const Samples& samples, const StampSpan& span,
                                      absl::TimeZone zone);

}  // namespace maillog
