// Asks showq(8) what is in the queue, once: it begins to answer as soon as it is connected to.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

#include "absl/status/status.h"
#include "exporter/queue/address.h"
#include "exporter/queue/listing.h"

namespace maillog {

/// More than ten million messages make. An answer without an end is given up here at the latest.
inline constexpr std::uint64_t kMostListingBytes = 4ULL * 1024 * 1024 * 1024;

struct QueueReading {
  /// One sentence that names the socket, for whoever looks after it; it quotes nothing of the
  /// answer.
  absl::Status status;
  QueueFault fault = QueueFault::kConnect;  ///< where the status is not OK
};

/// Gives every message to `sink`, in 64 kB of memory. Ends after `timeout` at the latest, whatever
/// the other side does (except for the time that the system takes to resolve a host name), and
/// within a tenth of a second once `stop` is set, which counts as a timeout. What came before a
/// fault has been given to `sink`.
[[nodiscard]] QueueReading ReadQueue(const QueueAddress& address, std::chrono::milliseconds timeout,
                                     const std::atomic<bool>& stop, ListingSink& sink);

/// Whether it can be connected to now; nothing is read.
[[nodiscard]] absl::Status WhyNotConnect(const QueueAddress& address,
                                         std::chrono::milliseconds timeout);

}  // namespace maillog
