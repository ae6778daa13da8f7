// What a line means for the memory of mails: small, and with ids instead of texts, so that whoever
// has parsed a line can pass it on to whoever keeps the mails.
#pragma once

#include <cstdint>
#include <string_view>

#include "mails/mail.h"
#include "mails/mail_line.h"
#include "parser/event.h"
#include "parser/find.h"
#include "parser/record.h"

namespace maillog {

/// Chosen at random for each state, so that nobody can choose queue ids whose hashes collide.
struct MailSalt {
  std::uint64_t first = 0;
  std::uint64_t second = 0;
  friend bool operator==(const MailSalt&, const MailSalt&) = default;
};

/// Never 0.
[[nodiscard]] MailId MailIdOf(const MailSalt& salt, std::string_view host,
                              std::string_view queue_id);

/// Not set before MakeMailEvent has returned true. Where the line comes from is apart (LineOrigin):
/// many lines in a row have it in common.
struct MailEvent {
  MailId id;                 ///< 0: k…InAll
  MailId other;              ///< 0: no link
  std::int64_t delay_us;     ///< deliveries; else Mail::kNoTime
  std::uint64_t size_bytes;  ///< or Mail::kNoSize
  std::uint32_t recipients;  ///< of k…InAll: mails
  std::uint32_t times;
  std::uint32_t flags;  ///< bits that the line sets (MailFlag)
  MailStep step;
  MailLink link;
  MailOrigin origin;
  bool enters;     ///< it shows that the mail is in the queue, or was
  bool is_final;   ///< deliveries: nothing is left to do for the recipient
  bool is_admins;  ///< of what rules may do as well: postsuper says it
};

namespace internal {

template <class... Events>
[[nodiscard]] consteval std::uint64_t BitsOfEvents() {
  return ((std::uint64_t{1} << IndexOfEvent<Events>()) | ...);
}
/// What can be about a mail.
inline constexpr std::uint64_t kOfMails =
    BitsOfEvents<Delivery, SmtpMessage, MessageSubmitted, QueueActivation, QueueRemoved,
                 QueueExpired, BounceNotice, SmtpReject, SmtpAction, QueueAdmin>();

[[nodiscard]] bool MakeMailEventOf(const MailSalt& salt, const Record& record, const Event& event,
                                   const MailLine& line, MailEvent& made);

}  // namespace internal

/// Whether a record may do something to a mail: many do not, and need not be looked at.
[[nodiscard]] inline bool MayBeOfMail(const Record& record, const Event& event) {
  return (internal::kOfMails >> event.index() & 1) != 0 ||
         (std::holds_alternative<Ignored>(event) &&
          (EndsWith(record.program, "/postsuper") || EndsWith(record.message, "ed)")));
}

/// False: the line does nothing to a mail. `queue_id` is what its message begins with
/// (RecordParser).
[[nodiscard]] inline bool MakeMailEvent(const MailSalt& salt, const Record& record,
                                        const Event& event, std::string_view queue_id,
                                        MailEvent& made) {
  return MayBeOfMail(record, event) &&
         internal::MakeMailEventOf(salt, record, event, ReadMailLine(record, event, queue_id),
                                   made);
}
/// For whoever has only the event.
[[nodiscard]] inline bool MakeMailEvent(const MailSalt& salt, const Record& record,
                                        const Event& event, MailEvent& made) {
  return MayBeOfMail(record, event) &&
         internal::MakeMailEventOf(salt, record, event, ReadMailLine(record, event), made);
}

}  // namespace maillog
