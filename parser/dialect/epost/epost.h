// E-Post Mail Server and E-Post SMTP Server, and their ancestors SPA Mail Server and EMWAC IMS.
// Each log has a folder of its own; here they are recognised by the form of a line, whatever its
// file is called (parser/envelope/epost_log.cc shows the forms).
//
// A fact is in several logs, and is counted from one: connections, sessions and SMTP AUTH from
// acceptlog; messages and recipients from inlog; commands, replies, rejections and block list
// queries from receivelog; deliveries from outlog, outlocallog and faillog; retries and socket
// errors from senderlog; POP3 and IMAP commands and logins from pop3log and imap4log.
//
// Passwords can be in these logs. Nothing of a text leaves the parser.
#pragma once

#include "parser/event.h"
#include "parser/record.h"

namespace maillog::epost {

[[nodiscard]] bool Speaks(const Record& record);

[[nodiscard]] Event Parse(const Record& record);

}  // namespace maillog::epost
