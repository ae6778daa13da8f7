// Facts: what rows count. Most events are facts themselves; one event can also be many facts (a
// disconnect's command tallies, the phases of a delivery), and one row can have many feeders.
// Expand() says which event is which facts.
#pragma once

#include <cstdint>

#include "parser/event.h"

namespace maillog {

/// A delivery attempt that was deferred or bounced: it has a reason.
struct FailedDelivery : Service {
  Agent agent = Agent::kOther;
  NextHop next_hop = NextHop::kNone;
  DeliveryStatus status = DeliveryStatus::kOther;
  Reason reason = Reason::kOther;
};

/// A delivery attempt that was refused by a policy that the receiver named.
struct RefusedDelivery : Service {
  DeliveryStatus status = DeliveryStatus::kOther;
  Receiver receiver = Receiver::kOther;
  Reason reason = Reason::kOther;
  Policy policy = Policy::kOther;
};

/// A delivery attempt that a remote host answered: it has a receiver.
struct RemoteDelivery {
  Server server = Server::kPostfix;
  DeliveryStatus status = DeliveryStatus::kOther;
  Receiver receiver = Receiver::kOther;
};

struct DeliveryPhase : Service {
  Agent agent = Agent::kOther;
  NextHop next_hop = NextHop::kNone;
  DeliveryStatus status = DeliveryStatus::kOther;
  Phase phase = Phase::kBeforeQueue;
  Micros duration = 0;
};

/// A recipient of a message that came in.
struct SmtpRecipient {
  Server server = Server::kEPost;
};

/// A field that should be a number and is not.
struct BadValue {
  Server server = Server::kPostfix;
};

/// A POP3 session, when it is known what the m of its `del=n/m` means.
struct Pop3Figures {
  Server server = Server::kDovecot;
  std::uint64_t top_messages = 0;
  std::uint64_t top_bytes = 0;
  std::uint64_t retrieved_messages = 0;
  std::uint64_t retrieved_bytes = 0;
  std::uint64_t deleted_messages = 0;
  std::uint64_t deleted_bytes = 0;                ///< 0 where m is not bytes
  std::optional<std::uint64_t> session_bytes;     ///< bytes of retr=
  std::optional<std::uint64_t> mailbox_bytes;     ///< size=
  std::optional<std::uint64_t> mailbox_messages;  ///< m, where it is messages
};

struct ImapBytes {
  Server server = Server::kDovecot;
  ByteDirection direction = ByteDirection::kIn;
  std::uint64_t bytes = 0;
};

struct ImapMessages {
  Server server = Server::kDovecot;
  ImapMessageAction action = ImapMessageAction::kDeleted;
  std::uint64_t messages = 0;
};

/// What this POP3 session's own figures show about the meaning of `del=n/m`; kNotShown where they
/// fit both.
[[nodiscard]] constexpr DelForm DelFormOf(const Pop3Session& session) {
  if (!session.deleted_messages || !session.deleted_of) return DelForm::kNotShown;
  const std::uint64_t n = *session.deleted_messages;
  const std::uint64_t m = *session.deleted_of;
  const std::uint64_t size = session.mailbox_bytes.value_or(0);
  if (n == 0 && m > 0) return DelForm::kMailboxMessages;  // nothing deleted has no bytes
  if (n == 0 && size > 0) return DelForm::kDeletedBytes;  // a mailbox with bytes has messages
  // No message is smaller than some 100 bytes: as messages, m would not fit into the mailbox.
  if (session.mailbox_bytes && m > size / 100 && m > 0) return DelForm::kDeletedBytes;
  return DelForm::kNotShown;
}

}  // namespace maillog
