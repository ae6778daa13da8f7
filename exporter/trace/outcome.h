// How a story ended, in numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "exporter/trace/mails.h"
#include "parser/event/delivery.h"

namespace maillog {

/// How many recipients had which end, by the last queue that each was in; notices apart.
struct StoryOutcome {
  std::size_t recipients = 0;
  std::size_t delivered = 0;
  std::size_t bounced = 0;
  std::size_t expired = 0;  ///< deferred until it was returned to the sender
  std::size_t waiting = 0;  ///< deferred, or not tried yet
  std::size_t discarded = 0;
  std::size_t deleted = 0;  ///< by the administrator
  std::size_t refused = 0;
  std::size_t canceled = 0;       ///< broken off before it was in the queue
  std::size_t deliverable = 0;    ///< of a probe, which asks about an address
  std::size_t undeliverable = 0;  ///< of a probe
  std::size_t unknown = 0;        ///< the log does not say
  std::size_t most_attempts = 0;  ///< of one that waits or expired
  std::map<Reason, std::size_t> bounce_reasons;
  std::map<Reason, std::size_t> delay_reasons;  ///< of those that wait or expired
  bool held = false;
  bool has_beginning = false;
  bool has_notice = false;
  /// From the arrival in the first queue to the last delivery, by what the queues say of it: no
  /// clock decides. Absent if nothing was delivered, or a part is not known.
  std::optional<Micros> taken;

  /// One word for programs: `delivered`, `partly`, `bounced`, `expired`, `waiting`, `discarded`,
  /// `deleted`, `refused`, `canceled`, `probe`, `unknown`.
  [[nodiscard]] std::string_view word() const;
};

[[nodiscard]] StoryOutcome OutcomeOf(const Story& story);

}  // namespace maillog
