// What a record says. One record becomes exactly one event; Ignored, Foreign, Unknown and Malformed
// are events too. All views point into the record, and live as long as it does. Numbers are as
// logged; what could not be read as a number is absent and counted in `bad_values`.
#pragma once

#include <cstdint>
#include <type_traits>
#include <variant>

#include "parser/event/delivery.h"
#include "parser/event/incoming.h"
#include "parser/event/mailbox.h"
#include "parser/event/postscreen.h"
#include "parser/event/queue.h"
#include "parser/event/tls.h"
#include "parser/event/trouble.h"

namespace maillog {

// ---- lines that move nothing but the count of records

/// A rule written for that very message matched; it moves nothing.
struct Ignored {
  static constexpr Wording kWording{"ignored"};
};
/// The program is not a daemon of the four servers.
struct Foreign {
  static constexpr Wording kWording{"foreign"};
};
/// Program or line form is ours, and no rule matched.
struct Unknown {
  static constexpr std::uint32_t kAll = 0xffffffff;
  /// How much of the end of the message is left from where reading stopped; kAll where no rule
  /// began to read. For whoever wants to know why a line is unknown; counts nothing.
  std::uint32_t left = kAll;
  static constexpr Wording kWording{"unknown"};
};
/// Reading stopped at `text`, the end of a message.
[[nodiscard]] constexpr Unknown StoppedAt(std::string_view text) {
  return {static_cast<std::uint32_t>(text.size())};
}
/// No envelope could be read, or a limit was exceeded.
struct Malformed {
  static constexpr Wording kWording{"malformed"};
};

// ---- all events

using Event =
    std::variant<Ignored, Foreign, Unknown, Malformed, Delivery, ConnectionFailure, SmtpConnection,
                 SmtpDisconnection, SmtpMessage, MessageSubmitted, SmtpReject, SmtpAction,
                 SmtpLostConnection, SmtpRateLimit, ClientDnsFailure, PostscreenEvent, DnsblLookup,
                 TlsConnection, TlsError, AuthAttempt, QueueActivation, QueueRemoved, QueueExpired,
                 QueueAdmin, BounceNotice, MailboxSession, Pop3Session, ImapSession, LdaAction,
                 LogProblem, ServiceEvent, LastRepeated, MtaReport, FinalDelivery, DeliveryRetry,
                 SmtpCommand, SmtpReply, SmtpSession, AccessDecision, Pop3Command, ImapCommand>;

static_assert(std::is_trivially_copyable_v<Event>);
static_assert(sizeof(Event) <= 272, "an event is returned by value for every line");

/// What makes a new event of a type within an Event: `Event{std::in_place_type<E>, NewEvent<E>{}}`.
/// Without an argument, all of its bytes would be cleared before its members are set.
template <class E>
struct NewEvent {
  explicit operator E() const {
    E event;
    return event;
  }
};

[[nodiscard]] inline Outcome OutcomeOf(const Event& event) {
  if (std::holds_alternative<Ignored>(event)) return Outcome::kIgnored;
  if (std::holds_alternative<Foreign>(event)) return Outcome::kForeign;
  if (std::holds_alternative<Unknown>(event)) return Outcome::kUnknown;
  if (std::holds_alternative<Malformed>(event)) return Outcome::kMalformed;
  return Outcome::kCounted;
}

}  // namespace maillog
