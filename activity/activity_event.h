// What a line says of who does what: with salted hashes instead of names and addresses, so that
// whoever has parsed a line can pass it on to whoever counts.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "activity/session_line.h"
#include "mails/mail_event.h"
#include "parser/event.h"
#include "parser/record.h"

namespace maillog {

/// Who sends a mail to its first queue here.
enum class SenderKind : std::uint8_t {
  kUser,    ///< a user that has authenticated
  kClient,  ///< an unauthenticated client of a private network, by its address
  kLocal    ///< a user of this host, by number: pickup
};
inline constexpr std::array<std::string_view, 3> kSenderKinds{"user", "client", "local"};

/// What a line says.
enum class ActivityStep : std::uint8_t {
  kFailedLogin,  ///< somebody was not let in
  kMailBegun,    ///< a mail came from somebody of ours
  kMailQueued,   ///< this mail has so many recipients
  kSessionBegun,
  kSessionEnded
};

/// A salted hash of a name or an address; 0: there is none.
using WhoId = std::uint64_t;

/// `kind` tells names apart that are of different things. All bits depend on all of the text, as
/// counting by HyperLogLog needs it. 0 for an empty one.
[[nodiscard]] WhoId WhoIdOf(const MailSalt& salt, std::string_view kind, std::string_view text);

/// Not set before MakeActivityEvent has returned true. Where the line comes from is apart, as for
/// MailEvent.
struct ActivityEvent {
  std::uint64_t id;     ///< of the mail, of the session, of the client that was not let in
  WhoId who;            ///< the user, or who sent the mail
  SmtpService service;  ///< ends of SMTP sessions: views into the record, or an earlier one of the
                        ///< same text
  std::uint32_t count;  ///< recipients, attempts
  ActivityStep step;
  SenderKind sender;
  SessionKind session;
  AuthProtocol protocol;  ///< sessions with mailboxes
};

namespace internal {

/// What can be activity.
inline constexpr std::uint64_t kOfActivity =
    BitsOfEvents<AuthAttempt, SmtpSession, Pop3Command, ImapCommand, SmtpMessage, MessageSubmitted,
                 QueueActivation, SmtpConnection, SmtpDisconnection, MailboxSession, Pop3Session,
                 ImapSession>();

/// Lines about nothing else than a session.
inline constexpr std::uint64_t kOfSessions =
    BitsOfEvents<SmtpConnection, SmtpDisconnection, MailboxSession, Pop3Session, ImapSession>();

}  // namespace internal

/// Whether a line may be activity: most are not, and nothing is to be done for them.
[[nodiscard]] inline bool MayBeActivity(const Event& event) {
  return (internal::kOfActivity >> event.index() & 1) != 0;
}

/// Of a line that may be. False: it is of nothing that is counted here. `mail` is what it means for
/// a mail, or nullptr; `text` is what was read, in which or beside which the record lies.
[[nodiscard]] bool MakeActivityEvent(const MailSalt& salt, const Record& record, const Event& event,
                                     const MailEvent* mail, std::string_view text,
                                     ActivityEvent& made);

}  // namespace maillog
