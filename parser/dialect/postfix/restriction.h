// What access rules, milters and content checks did: rejections and other actions of smtpd, cleanup
// and postscreen.
#pragma once

#include <optional>
#include <string_view>

#include "parser/dialect/postfix/line.h"

namespace maillog::postfix {

/// `reject: RCPT from client: 550 5.1.1 <x>: …; from=<…> to=<…> proto=ESMTP helo=<…>`,
/// `milter-hold: END-OF-MESSAGE from …`, `warning: header Subject: … from client; from=<…> …:
/// text`, starting after the queue id or NOQUEUE. Nothing for other lines.
[[nodiscard]] std::optional<Event> ParseRestriction(const Line& line, std::string_view text);

/// `proxy-reject: END-OF-MESSAGE: 554 5.7.1 …; from=<…> …`: the before-queue filter's reply.
/// `proxy-accept:` is ignored: the message is in the filter's own log.
[[nodiscard]] std::optional<Event> ParseProxyReply(const Line& line, std::string_view text);

}  // namespace maillog::postfix
