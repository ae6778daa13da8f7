// What is in a queue, for a person at a terminal, or as JSON. It names domains: anybody who can run
// it can read the queue anyway.
#pragma once

#include <string>
#include <vector>

#include "exporter/queue/address.h"
#include "exporter/queue/tally.h"

namespace maillog {

/// How many reasons and domains a table has; the rest is added up in one line.
inline constexpr std::size_t kMaxReasonLines = 15;
inline constexpr std::size_t kMaxDomainLines = 20;

/// Tables: the queues, why mail is deferred, and domains by age as qshape(1) has them. Safe to
/// display, whatever bytes addresses hold.
[[nodiscard]] std::string QueueTable(const QueueOptions& queue, const QueueTally& tally);

/// One JSON object, with all domains.
[[nodiscard]] std::string QueueJson(const QueueOptions& queue, const QueueTally& tally);

}  // namespace maillog
