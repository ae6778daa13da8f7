// Mail going out.
#pragma once

#include <tuple>

#include "metrics/catalog/bounds.h"
#include "metrics/facts.h"
#include "metrics/row.h"

namespace maillog {

inline constexpr Counter<Delivery, &Delivery::server, &Delivery::syslog_name, &Delivery::agent,
                         &Delivery::transport, &Delivery::next_hop, &Delivery::status,
                         &Delivery::dsn_class>
    kDeliveries{"maillog_deliveries_total", "Delivery attempts, one per recipient."};

inline constexpr Counter<Delivery, &Delivery::server, &Delivery::syslog_name, &Delivery::agent,
                         &Delivery::status, &Delivery::dsn>
    kDeliveryDsn{"maillog_delivery_dsn_total",
                 "Delivery attempts by enhanced status code of the IANA registry, or 'other'."};

inline constexpr Counter<FailedDelivery, &FailedDelivery::server, &FailedDelivery::syslog_name,
                         &FailedDelivery::agent, &FailedDelivery::next_hop, &FailedDelivery::status,
                         &FailedDelivery::reason>
    kDeliveryReasons{"maillog_delivery_reasons_total",
                     "Why delivery attempts were deferred or bounced."};

inline constexpr Counter<RefusedDelivery, &RefusedDelivery::server, &RefusedDelivery::syslog_name,
                         &RefusedDelivery::status, &RefusedDelivery::receiver,
                         &RefusedDelivery::reason, &RefusedDelivery::policy>
    kDeliveryPolicies{"maillog_delivery_policies_total",
                      "Delivery attempts that were refused by a known policy of the receiver or of "
                      "a block list: what to do about each is in docs/policies."};

inline constexpr Counter<RemoteDelivery, &RemoteDelivery::server, &RemoteDelivery::status,
                         &RemoteDelivery::receiver>
    kDeliveryReceivers{"maillog_delivery_receivers_total",
                       "Delivery attempts to remote hosts, by whose servers answered."};

inline constexpr Histogram<Delivery, &Delivery::delay, &Delivery::server, &Delivery::syslog_name,
                           &Delivery::agent, &Delivery::next_hop, &Delivery::status>
    kDeliveryDelay{"maillog_delivery_delay_seconds",
                   "Time from arrival of the message to this delivery attempt.", kSecondsBounds,
                   Unit::kMicros};

inline constexpr Histogram<DeliveryPhase, &DeliveryPhase::duration, &DeliveryPhase::server,
                           &DeliveryPhase::syslog_name, &DeliveryPhase::agent,
                           &DeliveryPhase::next_hop, &DeliveryPhase::status, &DeliveryPhase::phase>
    kDeliveryPhase{"maillog_delivery_phase_seconds",
                   "Breakdown of the delay: before the queue manager, in it, connection set-up, "
                   "transmission.",
                   kSecondsBounds, Unit::kMicros};

inline constexpr Counter<ConnectionFailure, &ConnectionFailure::server,
                         &ConnectionFailure::syslog_name, &ConnectionFailure::agent,
                         &ConnectionFailure::reason>
    kConnectionFailures{"maillog_connection_failures_total",
                        "Connections to other mail servers that could not be made or were lost."};

inline constexpr Counter<MtaReport, &MtaReport::server, &MtaReport::code, &MtaReport::result>
    kMtaReports{"maillog_mta_reports_total",
                "Lines of PMailServer's MTA report: deliveries that succeeded or were given up."};

inline constexpr Counter<DeliveryRetry, &DeliveryRetry::server> kDeliveryRetries{
    "maillog_delivery_retries_total", "Mails put back into E-Post's queue to be tried again."};

inline constexpr auto kDeliveryRows = std::tuple{
    kDeliveries,    kDeliveryDsn,   kDeliveryReasons,    kDeliveryPolicies, kDeliveryReceivers,
    kDeliveryDelay, kDeliveryPhase, kConnectionFailures, kMtaReports,       kDeliveryRetries};

// ---- zero sets: shown from 0 as soon as the other labels have been seen

template <class Zero>
void ZeroSet(const Delivery& seen, Zero&& zero) {
  Delivery fact = seen;
  const auto outcome = [&](DeliveryStatus status, DsnClass dsn_class) {
    fact.status = status;
    fact.dsn_class = dsn_class;
    zero(kDeliveries, fact);
  };
  if (seen.server != Server::kPostfix) {  // they log ends only, mostly without an enhanced code
    outcome(DeliveryStatus::kSent, DsnClass::kAbsent);
    outcome(DeliveryStatus::kBounced, DsnClass::kAbsent);
    if (seen.server == Server::kEPost) outcome(DeliveryStatus::kBounced, DsnClass::kPermanent);
    return;
  }
  outcome(DeliveryStatus::kSent, DsnClass::kSuccess);
  outcome(DeliveryStatus::kDeferred, DsnClass::kTransient);
  outcome(DeliveryStatus::kBounced, DsnClass::kPermanent);
}

/// The reasons that a mail administrator is woken for, where they usually are: in what smtp(8)
/// says.
template <class Zero>
void ZeroSet(const FailedDelivery& seen, Zero&& zero) {
  if (seen.agent != Agent::kSmtp) return;
  FailedDelivery fact = seen;
  const auto reason = [&](NextHop next_hop, DeliveryStatus status, Reason why) {
    fact.next_hop = next_hop;
    fact.status = status;
    fact.reason = why;
    zero(kDeliveryReasons, fact);
  };
  reason(NextHop::kRemote, DeliveryStatus::kBounced, Reason::kUserUnknown);
  reason(NextHop::kRemote, DeliveryStatus::kBounced, Reason::kBlocklist);
  reason(NextHop::kRemote, DeliveryStatus::kBounced, Reason::kSpam);
  reason(NextHop::kRemote, DeliveryStatus::kBounced, Reason::kSenderAuth);
  if (seen.server != Server::kPostfix) {
    reason(NextHop::kRemote, DeliveryStatus::kBounced, Reason::kConnectionRefused);
    reason(NextHop::kRemote, DeliveryStatus::kBounced, Reason::kConnectionTimeout);
    reason(NextHop::kRemote, DeliveryStatus::kBounced, Reason::kHostNotFound);
    return;
  }
  reason(NextHop::kRemote, DeliveryStatus::kDeferred, Reason::kMailboxFull);
  reason(NextHop::kRemote, DeliveryStatus::kDeferred, Reason::kGreylist);
  reason(NextHop::kRemote, DeliveryStatus::kDeferred, Reason::kRateLimit);
  reason(NextHop::kRemote, DeliveryStatus::kDeferred, Reason::kReputation);
  reason(NextHop::kNone, DeliveryStatus::kDeferred, Reason::kConnectionRefused);
  reason(NextHop::kNone, DeliveryStatus::kDeferred, Reason::kConnectionTimeout);
  reason(NextHop::kNone, DeliveryStatus::kDeferred, Reason::kDnsError);
  reason(NextHop::kNone, DeliveryStatus::kBounced, Reason::kHostNotFound);
}

/// The whole table of codes.
template <class Zero>
void ZeroSet(const MtaReport& seen, Zero&& zero) {
  MtaReport fact = seen;
  for (std::size_t minus = 0; minus < MtaReportCode::kCount; ++minus) {
    fact.code = MtaReportCode(minus);
    fact.result = {fact.code};
    zero(kMtaReports, fact);
  }
}

}  // namespace maillog
