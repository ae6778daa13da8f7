// Facility and level in words, as some daemons write them before a tag or a whole line.
#pragma once

#include <string_view>

namespace maillog {

/// Whether a word is `mail.info`, with the names of syslog's facilities and levels.
[[nodiscard]] bool IsPriorityWord(std::string_view word);

/// Moves past a priority that is not a word of a host or tag, and the blanks after it:
/// `<mail.info>` and `<2.6>` (FreeBSD's syslogd -v), `<22>`, `mail:info` (AIX), `mail.info<22>:`.
[[nodiscard]] bool EatMarkedPriority(std::string_view& text);

/// The same, and also `mail.info` (busybox, OpenWrt's logread), `mail.info:` (socklog) and
/// `[mail.info]`.
[[nodiscard]] bool EatPriorityWord(std::string_view& text);

/// Moves past a level's word (`info`, `NOTICE`) and the blanks after it.
[[nodiscard]] bool EatLevelWord(std::string_view& text);

}  // namespace maillog
