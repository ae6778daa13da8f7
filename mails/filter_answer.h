// What content filters answer when they have taken a mail.
#pragma once

#include <string_view>

#include "parser/event/delivery.h"
#include "parser/scan.h"

namespace maillog {

/// Whether a mail was given to a filter, on this host or in its private network, that may have
/// thrown it away: SaysDiscarded then knows. Anybody else may mean anything by the same words.
[[nodiscard]] inline bool MayBeDiscarded(const Delivery& delivery) {
  const bool is_ours = delivery.next_hop == NextHop::kLoopback ||
                       delivery.next_hop == NextHop::kSocket || delivery.is_near;
  const bool by_smtp = delivery.agent == Agent::kSmtp || delivery.agent == Agent::kLmtp;
  return delivery.status == DeliveryStatus::kSent && delivery.dsn.code_class() == 2 &&
         delivery.dsn.subject() == 7 && is_ours && by_smtp;
}

/// `said` is what is in parentheses after the status. Amavis: `250 2.7.0 Ok, discarded,
/// id=03491-01 - spam`, of old `250 2.7.1 Ok, discarded, …`.
[[nodiscard]] inline bool SaysDiscarded(std::string_view said) {
  return StartsWith(said, "250 2.7.0 Ok, discarded") || StartsWith(said, "250 2.7.1 Ok, discarded");
}

}  // namespace maillog
