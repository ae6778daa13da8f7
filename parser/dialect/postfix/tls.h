// TLS sessions and failed handshakes, as smtpd, smtp, lmtp and tlsproxy log them.
#pragma once

#include <optional>
#include <string_view>

#include "parser/dialect/postfix/line.h"

namespace maillog::postfix {

/// `Trusted TLS connection established to …: TLSv1.3 with cipher … (256/256 bits) …`, `SSL_accept
/// error from …: lost connection`, `TLSRPT: status=…`. Nothing for all other lines.
[[nodiscard]] std::optional<Event> ParseTls(const Line& line, std::string_view text);

}  // namespace maillog::postfix
