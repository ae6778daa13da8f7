// Deliveries: smtp, lmtp, local, virtual, pipe, error, discard, and the same line from qmgr,
// cleanup and bounce.
#pragma once

#include <string_view>

#include "parser/dialect/postfix/line.h"

namespace maillog::postfix {

/// `to=<…>, [orig_to=<…>,] relay=…, [conn_use=n,] delay=…, [delays=…,] [tls=…,] [dsn=…,]
/// status=sent (…)`, starting after the queue id. Read strictly from the left: nothing inside an
/// address or a reply is taken for a field. Unknown if one of to=, relay= and status= is missing.
[[nodiscard]] Event ParseDelivery(const Line& line, std::string_view text);

}  // namespace maillog::postfix
