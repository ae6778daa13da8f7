// smtpd: what is asked for besides its usual lines (families.h).
#pragma once

#include <optional>
#include <string_view>

#include "parser/dialect/postfix/line.h"

namespace maillog::postfix {

/// `connect from …` and `disconnect from … ehlo=1 … commands=5`; Unknown for all others.
[[nodiscard]] Event ParseSmtpSession(const Line& line);

/// A warning that is an event of its own (failed logins, client DNS, rate limits), starting after
/// `warning: `. Nothing for all others.
[[nodiscard]] std::optional<Event> ParseSmtpdWarning(const Line& line, std::string_view text);

}  // namespace maillog::postfix
