// What a line means for the memory of mails: small, and with ids instead of texts, so that whoever
// has parsed a line can pass it on to whoever keeps the mails.
#pragma once

#include <cstdint>
#include <string_view>

#include "mails/mail.h"
#include "mails/mail_line.h"
#include "parser/event.h"
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

struct MailEvent {
  MailId id = 0;
  MailId other = 0;             ///< 0: no link
  std::string_view host;        ///< view into the record, as the next two
  std::string_view syslog_name;
  std::string_view stamp;
  std::int64_t delay_us = Mail::kNoTime;  ///< deliveries
  std::uint64_t size_bytes = Mail::kNoSize;
  std::uint32_t recipients = 0;
  std::uint32_t times = 1;
  std::uint32_t flags = 0;  ///< bits that the line sets (MailFlag)
  MailStep step = MailStep::kMentioned;
  MailLink link = MailLink::kNone;
  MailOrigin origin = MailOrigin::kUnknown;
  bool enters = true;     ///< it shows that the mail is in the queue, or was
  bool is_final = false;  ///< deliveries: nothing is left to do for the recipient
};

/// False: the line does nothing to a mail.
[[nodiscard]] bool MakeMailEvent(const MailSalt& salt, const Record& record, const Event& event,
                                 MailEvent& made);

}  // namespace maillog
