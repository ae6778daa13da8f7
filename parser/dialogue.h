// What clients and mail servers say to each other, if a server logs it as it came: commands and
// replies of SMTP, POP3 and IMAP. All of these may hold any bytes of a client's choice after their
// first words, and only the first words are read.
#pragma once

#include <optional>
#include <string_view>

#include "parser/codes.h"
#include "parser/event.h"

namespace maillog {

/// The command that a line of a client begins with, in any case: `MAIL FROM:<…>`, `quit`. Commands
/// that have no value of their own (EXPN, TURN …) are kUnknown; what is not a command is nothing.
[[nodiscard]] std::optional<SmtpVerb> SmtpCommandIn(std::string_view line);

/// One line of a reply: `250-SIZE`, `550 5.1.1 <…>... User unknown.`.
struct SmtpReplyLine {
  ReplyClass reply_class = ReplyClass::kSuccess;
  bool is_last = true;    ///< false for `250-…`, which more lines follow
  std::string_view code;  ///< three digits
  std::string_view dsn;   ///< `5.1.1`, empty if there is none
  std::string_view text;  ///< what follows these
};

/// Nothing if the line does not begin with a reply code of 200 to 599.
[[nodiscard]] std::optional<SmtpReplyLine> ReadSmtpReply(std::string_view line);

/// The command of this name, in any case; nothing for other words.
[[nodiscard]] std::optional<Pop3Verb> Pop3VerbOf(std::string_view word);
[[nodiscard]] std::optional<ImapVerb> ImapVerbOf(std::string_view word);

/// `RETR 1`
[[nodiscard]] std::optional<Pop3Verb> Pop3CommandIn(std::string_view line);
/// `+OK …`, `-ERR …`, `+ challenge`
[[nodiscard]] bool IsPop3Reply(std::string_view line);

/// `a001 SELECT INBOX`, `SELECT INBOX`, `DONE`. Only tags with a digit are read.
[[nodiscard]] std::optional<ImapVerb> ImapCommandIn(std::string_view line);
/// `* 3 EXISTS`, `* OK …`, `a001 NO …`, `BAD …`, `+ idling`
[[nodiscard]] bool IsImapReply(std::string_view line);

}  // namespace maillog
