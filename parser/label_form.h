// What the values of open labels can look like. A log can name anything where a name belongs: what
// has another form is shown as `other`, whichever rule found it.
#pragma once

#include <cstddef>
#include <string_view>

namespace maillog {

/// What a value is shown as that does not have the form of its label, or is beyond the label's
/// limit.
inline constexpr std::string_view kOtherValue = "other";

/// Names of services in master.cf are some letters long; this leaves room.
inline constexpr std::size_t kMaxServiceName = 64;
/// RFC 1035.
inline constexpr std::size_t kMaxHostName = 253;

/// Whether a text is a name such as services of master.cf and instances of Postfix have (`smtps`,
/// `postfix-out`, `10025`): letters, digits and `-_.+`, the first a letter or a digit. So it is not
/// a mail address, an IPv6 address or a path. Nor is it what has these bytes and is not a name: an
/// IPv4 address (four numbers of up to three digits in a row, whatever is between them), or an
/// id of a message, a queue or a session, as far as ids can be distinguished from names.
[[nodiscard]] bool IsServiceName(std::string_view text);

/// Whether a text is the name of a host or an IP address, as syslog has them: letters, digits and
/// `-_.:%` (`mx1.example.com`, `192.0.2.1`, `fe80::1%eth0`).
[[nodiscard]] bool IsHostName(std::string_view text);

}  // namespace maillog
