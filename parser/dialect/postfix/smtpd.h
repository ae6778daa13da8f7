// smtpd: sessions, messages begun, lost connections, and its warnings about clients.
#pragma once

#include <optional>
#include <string_view>

#include "parser/dialect/postfix/line.h"

namespace maillog::postfix {

/// `connect from …` and `disconnect from … ehlo=1 … commands=5`; Unknown for all others.
[[nodiscard]] Event ParseSmtpSession(const Line& line);

/// All lines of smtpd except warnings and worse.
[[nodiscard]] Event ParseSmtpd(const Line& line);

/// The same, starting after a queue id or NOQUEUE.
[[nodiscard]] Event ParseSmtpd(const Line& line, QueueRef ref, std::string_view text);

/// A warning that is an event of its own (failed logins, client DNS, rate limits), starting after
/// `warning: `. Nothing for all others.
[[nodiscard]] std::optional<Event> ParseSmtpdWarning(const Line& line, std::string_view text);

}  // namespace maillog::postfix
