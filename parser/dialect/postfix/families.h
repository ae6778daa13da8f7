// The rules of the smaller families, each in a file of its own. All take any line of their programs
// except warnings and worse, and return Unknown if no rule matches.
#pragma once

#include "parser/dialect/postfix/line.h"

namespace maillog::postfix {

/// qmgr, oqmgr, nqmgr: activations, removals, expiry.
[[nodiscard]] Event ParseQmgr(const Line& line);

/// cleanup: message ids, content checks, milters.
[[nodiscard]] Event ParseCleanup(const Line& line);

/// postscreen and dnsblog: what happens before smtpd is asked.
[[nodiscard]] Event ParsePostscreen(const Line& line);
[[nodiscard]] Event ParseDnsblog(const Line& line);

/// bounce, defer, trace: notices, and (bounce with soft_bounce) deliveries.
[[nodiscard]] Event ParseBounce(const Line& line);

/// pickup and qmqpd: mail that comes in by other ways than SMTP.
[[nodiscard]] Event ParsePickup(const Line& line);
[[nodiscard]] Event ParseQmqpd(const Line& line);

/// postsuper: what the administrator does with the queue.
[[nodiscard]] Event ParsePostsuper(const Line& line);

/// master, and the scripts around it: start, stop, reload.
[[nodiscard]] Event ParseMaster(const Line& line);

/// The same, starting after the queue id, or after a word that stands in for one (kQueueId).
[[nodiscard]] Event ParseQmgr(const Line& line, QueueRef ref, std::string_view text);
[[nodiscard]] Event ParseCleanup(const Line& line, QueueRef ref, std::string_view text);
[[nodiscard]] Event ParsePostscreen(const Line& line, QueueRef ref, std::string_view text);
[[nodiscard]] Event ParseBounce(const Line& line, QueueRef ref, std::string_view text);
[[nodiscard]] Event ParsePickup(const Line& line, QueueRef ref, std::string_view text);
[[nodiscard]] Event ParseQmqpd(const Line& line, QueueRef ref, std::string_view text);
[[nodiscard]] Event ParsePostsuper(const Line& line, QueueRef ref, std::string_view text);

}  // namespace maillog::postfix
