// Which mail a record is about, what it says of that mail, and which other mail that one came from
// or went on as. Postfix only: the other servers give their mails no ids that their lines share.
//
// Texts of clients and of other servers are in these lines as well. A link is believed only
//   * in `client=…, orig_queue_id=Q` of smtpd: XFORWARD is taken from hosts that the administrator
//     names. Not after a user name, which is not quoted;
//   * in `orig_id=Q` of pickup, at the line's end: postsuper put the mail there to be queued anew;
//   * in the reply `…: queued as Q)` or `… queued as Q)` that ends the line of a delivery by smtp
//     or lmtp which was sent to this host (127.0.0.1, ::1, a socket): a content filter. The link
//     holds only if that mail then begins with a client of this host or of a private network,
//     unauthenticated;
//   * in the same reply of a host of a private network, only as far as Q has said by itself that it
//     came from this mail: by orig_queue_id;
//   * in local's own `(forwarded as Q)`, at the line's end;
//   * in bounce's `sender non-delivery notification: Q`: a mail of its own, which is about the
//     other.
// Nowhere else, whatever HELO names, addresses or replies hold.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <variant>

#include "parser/event.h"
#include "parser/record.h"

namespace maillog {

/// What a line says of its mail.
enum class MailStep : std::uint8_t {
  kMentioned,  ///< nothing that decides what becomes of it: `message-id=…`
  kBegun,      ///< smtpd: `client=…`
  kSubmitted,  ///< pickup: `uid=…`; qmqpd: `client=…`
  kQueued,     ///< qmgr: `from=…, size=…, nrcpt=… (queue active)`
  kDelivery,   ///< `to=…, … status=…`
  kExpired,    ///< qmgr: `from=…, status=expired, returned to sender`
  kRemoved,    ///< qmgr: `removed`
  kPutBack,    ///< qmgr: `status=deferred (bounce failed)`: its sender could not be told
  kNotice,     ///< bounce: `sender non-delivery notification: …`
  kRefused,    ///< the client was told that the whole message is not accepted
  kDiscarded,  ///< it was accepted and thrown away: `discard: …`
  kCanceled,   ///< cleanup: `removed (canceled)`: it never was in the queue
  kHeld,       ///< put on hold, by the administrator or a filter
  kReleased,   ///< postsuper: `released from hold`
  kRequeued,   ///< postsuper: `requeued`: it goes on under another id
  kDeleted,    ///< postsuper: `removed`
  // How many mails of no id postsuper did this to (MailEvent only): `Deleted: 3 messages`.
  kDeletedInAll,
  kHeldInAll,
  kReleasedInAll,
};

/// How the other mail belongs to this one.
enum class MailLink : std::uint8_t {
  kNone,
  kCameFrom,     ///< it is the same mail, before a filter: orig_queue_id=
  kRequeuedAs,   ///< it is the same mail, before postsuper requeued it: orig_id=
  kQueuedAs,     ///< it is the same mail, after a filter
  kForwardedAs,  ///< it is the same mail, to where local forwards it
  kNoticeIs,     ///< it is a notice about this one
  kReturnedAs,   ///< it is the same mail, after a filter on another host, if it says so itself
};

/// Views into the record.
struct MailLine {
  std::string_view queue_id;  ///< empty: the record is about no mail, or its id is masked
  std::string_view other_id;  ///< empty if there is no link
  std::string_view text;      ///< the message after `queue-id: `
  MailStep step = MailStep::kMentioned;
  MailLink link = MailLink::kNone;
};

/// Where an event's type is in the list of all.
template <class E, std::size_t kAt = 0>
[[nodiscard]] consteval std::size_t IndexOfEvent() {
  if constexpr (std::is_same_v<std::variant_alternative_t<kAt, Event>, E>) {
    return kAt;
  } else {
    return IndexOfEvent<E, kAt + 1>();
  }
}

/// `event` is what the record means, and `queue_id` what its message begins with (RecordParser).
/// Pure; reads nothing outside the record.
[[nodiscard]] MailLine ReadMailLine(const Record& record, const Event& event,
                                    std::string_view queue_id);
/// For whoever has only the event.
[[nodiscard]] MailLine ReadMailLine(const Record& record, const Event& event);

}  // namespace maillog
