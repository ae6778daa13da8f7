// Which lines begin or end a session, and which one.
#pragma once

#include <cstdint>
#include <string_view>

#include "parser/event.h"
#include "parser/record.h"

namespace maillog {

enum class SessionKind : std::uint8_t { kSmtp, kMailbox };

/// Views into the record, or into the text that it is of.
struct SessionLine {
  std::string_view name;  ///< the same in both lines; empty: the line is of none, or does not say
  SessionKind kind = SessionKind::kSmtp;
  bool is_end = false;
};

/// `event` is what the record means, `text` what was read: process ids come after the program,
/// where the record lies in the text as it was written. Names are, of
///   * Postfix's smtpd: the program with its process id, `postfix/smtpd[110]`;
///   * PMailServer's SMTP: the thread, `[000-00123]`;
///   * Dovecot: the session id, in `session=<…>` of the login and in `imap(user)<pid><session>: `.
[[nodiscard]] SessionLine ReadSessionLine(const Record& record, const Event& event,
                                          std::string_view text);

}  // namespace maillog
