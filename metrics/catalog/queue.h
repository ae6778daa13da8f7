// The queue.
#pragma once

#include <tuple>

#include "metrics/catalog/bounds.h"
#include "metrics/facts.h"
#include "metrics/row.h"

namespace maillog {

inline constexpr Counter<QueueActivation, &QueueActivation::server, &QueueActivation::syslog_name>
    kQueueActivations{
        "maillog_queue_activations_total",
        "Messages that entered the active queue; a deferred message again at each retry."};

inline constexpr Histogram<QueueActivation, &QueueActivation::size_bytes, &QueueActivation::server,
                           &QueueActivation::syslog_name>
    kMessageSize{"maillog_message_size_bytes",
                 "Size of messages, observed each time they enter the active queue.", kBytesBounds};

inline constexpr Histogram<QueueActivation, &QueueActivation::recipients, &QueueActivation::server,
                           &QueueActivation::syslog_name>
    kMessageRecipients{"maillog_message_recipients",
                       "Recipients of messages, observed each time they enter the active queue.",
                       kRecipientsBounds};

inline constexpr Counter<QueueRemoved, &QueueRemoved::server, &QueueRemoved::syslog_name>
    kQueueRemoved{"maillog_queue_removed_total",
                  "Messages that left the queue because nothing was left to do."};

inline constexpr Counter<QueueExpired, &QueueExpired::server, &QueueExpired::syslog_name>
    kQueueExpired{"maillog_queue_expired_total",
                  "Messages returned to their sender after too long a time in the queue."};

inline constexpr Sum<QueueAdmin, &QueueAdmin::messages, &QueueAdmin::server,
                     &QueueAdmin::syslog_name, &QueueAdmin::action>
    kQueueAdmin{"maillog_queue_admin_total", "What an administrator did to queued messages."};

inline constexpr Counter<BounceNotice, &BounceNotice::server, &BounceNotice::syslog_name,
                         &BounceNotice::kind>
    kBounceNotices{"maillog_bounce_notices_total",
                   "Notifications sent about messages: to the sender by kind, or to postmaster."};

inline constexpr auto kQueueRows =
    std::tuple{kQueueActivations, kMessageSize, kMessageRecipients, kQueueRemoved,
               kQueueExpired,     kQueueAdmin,  kBounceNotices};

template <class Zero>
void ZeroSet(const QueueActivation& seen, Zero&& zero) {
  const Service& service = seen;
  zero(kQueueRemoved, QueueRemoved{service});
  zero(kQueueExpired, QueueExpired{service});
}

}  // namespace maillog
