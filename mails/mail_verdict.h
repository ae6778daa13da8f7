// What a mail was, from what its lines have set: two tables.
#pragma once

#include <cstdint>

#include "mails/mail.h"
#include "mails/mail_end.h"

namespace maillog {

/// `flags` are those of the mail and its parts.
[[nodiscard]] MailDirection DirectionOf(MailOrigin origin, std::uint32_t flags);
[[nodiscard]] MailOutcome OutcomeOf(std::uint32_t flags);

}  // namespace maillog
