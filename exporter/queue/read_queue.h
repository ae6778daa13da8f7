// Asks showq(8) once what is in the queue: it begins to answer as soon as somebody connects.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#include "absl/status/status.h"
#include "exporter/queue/address.h"
#include "exporter/queue/listing.h"

namespace maillog {

/// More than ten million messages take up. An endless answer is given up here at the latest.
inline constexpr std::uint64_t kMaxListingBytes = 4ULL * 1024 * 1024 * 1024;

struct QueueReading {
  /// One sentence that names the socket, for the administrator; it quotes nothing from the answer.
  absl::Status status;
  QueueFault fault = QueueFault::kConnect;  ///< if the status is not OK
};

/// Passes every message to `sink`, in 64 kB of memory. Ends after `timeout` at the latest, whatever
/// the other side does (except for the time that the system takes to resolve a host name), and
/// within a tenth of a second once `stop` is set, which counts as a timeout. What came before a
/// fault has been passed to `sink`.
[[nodiscard]] QueueReading ReadQueue(const QueueAddress& address, std::chrono::milliseconds timeout,
                                     const std::atomic<bool>& stop, ListingSink& sink);

/// Whether a connection is possible now; nothing is read.
[[nodiscard]] absl::Status WhyNotConnect(const QueueAddress& address,
                                         std::chrono::milliseconds timeout);

}  // namespace maillog
