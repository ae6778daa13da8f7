// Where the stamp at the beginning of a line ends. Only its shape is read here, so that masked
// stamps (`Jul 25 XX:XX:XX`) pass; parser/timestamp.h reads the numbers.
#pragma once

#include <string_view>

namespace maillog {

/// Moves past an ISO 8601 stamp: `2026-11-21T10:00:00`, also with a blank for the `T`, a fraction,
/// and a zone (`Z`, `+09:00`, `+0900`). Does not move past the blank behind it, which must be
/// there.
[[nodiscard]] bool EatIsoStamp(std::string_view& text);

/// Moves past the stamp of a syslog line, a journal line or Dovecot's own file, and the blank
/// behind it; `stamp` is what was there. Besides ISO 8601: `Nov 21 10:00:00`, the day padded with a
/// blank, a zero or not at all, with the year before the time, with a fraction, with the month as
/// `11月`; and journalctl's short-full (`Sat 2026-11-21 10:00:00 JST`) and short-unix
/// (`1795222800.123456`).
[[nodiscard]] bool TakeStamp(std::string_view& text, std::string_view& stamp);

}  // namespace maillog
