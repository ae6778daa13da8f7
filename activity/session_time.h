// How long a session was, once it has ended.
#pragma once

#include "parser/event.h"

namespace maillog {

/// From `connect from` to `disconnect from`.
struct SmtpSessionTime : SmtpService {
  Micros seconds = 0;
};

/// From login to the end.
struct MailboxSessionTime {
  Server server = Server::kDovecot;
  AuthProtocol protocol = AuthProtocol::kOther;
  Micros seconds = 0;
};

}  // namespace maillog
