// The rules of each family of daemons, in a file of its own; daemons.cc says whose they are. All
// take any line of their programs except warnings and worse, with its text after `ref`, and return
// Unknown if no rule matches. In collected logs another word can be where a queue id was: they are
// then asked for what comes after it, as if it had been one.
#pragma once

#include "parser/dialect/postfix/line.h"

namespace maillog::postfix {

/// smtpd: sessions, messages begun, lost connections.
[[nodiscard]] Event ParseSmtpd(const Line& line, QueueRef ref, std::string_view text);

/// qmgr, oqmgr, nqmgr: activations, removals, expiry.
[[nodiscard]] Event ParseQmgr(const Line& line, QueueRef ref, std::string_view text);

/// cleanup: message ids, content checks, milters.
[[nodiscard]] Event ParseCleanup(const Line& line, QueueRef ref, std::string_view text);

/// smtp, lmtp, local, virtual, pipe, error, discard: deliveries.
[[nodiscard]] Event ParseDeliveryAgent(const Line& line, QueueRef ref, std::string_view text);

/// postscreen and dnsblog: what happens before smtpd is asked.
[[nodiscard]] Event ParsePostscreen(const Line& line, QueueRef ref, std::string_view text);
[[nodiscard]] Event ParseDnsblog(const Line& line, QueueRef ref, std::string_view text);

/// tlsproxy: TLS for postscreen (inbound) and for smtp's reused connections (outbound, logged by
/// smtp as well).
[[nodiscard]] Event ParseTlsproxy(const Line& line, QueueRef ref, std::string_view text);

/// bounce, defer, trace: notices, and (bounce with soft_bounce) deliveries.
[[nodiscard]] Event ParseBounce(const Line& line, QueueRef ref, std::string_view text);

/// pickup and qmqpd: mail that comes in by other ways than SMTP.
[[nodiscard]] Event ParsePickup(const Line& line, QueueRef ref, std::string_view text);
[[nodiscard]] Event ParseQmqpd(const Line& line, QueueRef ref, std::string_view text);

/// postsuper: what the administrator does with the queue.
[[nodiscard]] Event ParsePostsuper(const Line& line, QueueRef ref, std::string_view text);

/// master, and the scripts around it: start, stop, reload.
[[nodiscard]] Event ParseMaster(const Line& line, QueueRef ref, std::string_view text);

/// All others: forms are all that their lines have.
[[nodiscard]] Event ParseOther(const Line& line, QueueRef ref, std::string_view text);

}  // namespace maillog::postfix
