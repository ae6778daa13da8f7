// What a line says of a mail, with the names in it. For commands that show a log to whoever may
// read it anyway; nothing of this becomes a label.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "parser/record.h"

namespace maillog {

/// A line of Postfix about one mail: `4B94D1B2CE8: to=<user@example.com>, …`. Views into the
/// record.
struct TraceLine {
  enum class Kind : std::uint8_t {
    kOther,      ///< shown, and nothing more
    kClient,     ///< `client=…`: it begins to come over SMTP
    kPickup,     ///< `uid=0 from=<root>`: submitted on this host
    kMessageId,  ///< `message-id=<…>`
    kQueued,     ///< `from=<…>, size=…, nrcpt=… (queue active)`
    kDelivery,   ///< `to=<…>, …, status=…`
    kNotice,     ///< `sender non-delivery notification: 7A03F1B2F73`
    kExpired,    ///< `from=<…>, status=expired, returned to sender`, also force-expired
    kRefused,    ///< `milter-reject: END-OF-MESSAGE from …`: not taken after all
    kDiscarded,  ///< `discard: …`: taken and thrown away
    kHeld,       ///< `hold: …`, or by postsuper
    kReleased,   ///< by postsuper
    kDeleted,    ///< by postsuper
    kCanceled,   ///< cleanup's `removed (canceled)`: it has never been in the queue
    kRemoved,    ///< `removed`: it has left the queue
  };
  Kind kind = Kind::kOther;
  std::string_view syslog_name;  ///< the instance: `postfix-out`
  std::string_view queue_id;     ///< empty: NOQUEUE, a line about a mail that was never queued
  std::string_view text;         ///< after the queue id
  std::string_view client;
  std::string_view user;  ///< sasl_username
  std::string_view from;  ///< without brackets; empty for `<>` too
  std::string_view to;
  std::string_view orig_to;
  std::string_view message_id;  ///< without brackets
  std::string_view relay;
  std::string_view dsn;
  std::string_view said;  ///< what is in parentheses after the status
  std::string_view
      other_id;  ///< of kClient: orig_queue_id; kPickup: orig_id; kNotice: the notice's
};

/// Nothing for lines of other programs, and of Postfix without a queue id or NOQUEUE.
[[nodiscard]] std::optional<TraceLine> ReadTraceLine(const Record& record);

/// The queue id under which the next queue has taken the mail, by the words at the end of a
/// delivery's status text: `250 2.0.0 Ok: queued as 479CE1D8AE9`, `forwarded as 7A03F1B2F73`.
/// Whoever answered chose the words. Empty if there is none.
[[nodiscard]] std::string_view QueuedAs(std::string_view said);

/// A line of Dovecot about a message in a mailbox. Views into the record.
struct MailboxLine {
  enum class Kind : std::uint8_t { kOther, kSaved, kSeen, kDeleted };
  Kind kind = Kind::kOther;
  std::string_view user;        ///< empty: the line does not tell
  std::string_view message_id;  ///< without brackets
  std::string_view mailbox;     ///< empty: the line does not tell
  std::string_view prefix;      ///< what comes before the text: has the session's id
};

/// Nothing for lines of other programs, and without a message id.
[[nodiscard]] std::optional<MailboxLine> ReadMailboxLine(const Record& record);

/// The queue id that a line of a filter or milter is about: `4B94D1B2CE8: DKIM-Signature field
/// added`, `… Queue-ID: 331B91D8AF2, …` of amavis; of smtpd before a proxy filter: `proxy-accept:
/// END-OF-MESSAGE: 250 2.0.0 Ok: queued as 42C651B23C5; …`. Empty if it is about none.
[[nodiscard]] std::string_view QueueIdInPassing(const Record& record);

}  // namespace maillog
