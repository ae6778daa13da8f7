// A mail's story for a terminal, and as JSON.
#pragma once

#include <string>

#include "absl/time/time.h"
#include "exporter/command/color.h"
#include "exporter/trace/mails.h"

namespace maillog {

/// A heading, the lines in the order of time, and how it ended in plain words. Safe to display,
/// whatever bytes the log holds.
[[nodiscard]] std::string StoryBlock(const Story& story, const TraceFindings& findings,
                                     const Palette& palette, absl::TimeZone zone);

/// One object, described in docs/tracing.md.
[[nodiscard]] std::string StoryJson(const Story& story, const TraceFindings& findings,
                                    absl::TimeZone zone);

}  // namespace maillog
