// How long a session was, once it has ended.
#pragma once

#include "activity/activity_event.h"
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

/// Calls `count` with the fact that the session of the event has lasted so long.
template <class Count>
void CountSessionTime(const ActivityEvent& event, Micros seconds, Count&& count) {
  if (event.session == SessionKind::kSmtp) {
    count(SmtpSessionTime{event.service, seconds});
  } else {
    count(MailboxSessionTime{Server::kDovecot, event.protocol, seconds});
  }
}

}  // namespace maillog
