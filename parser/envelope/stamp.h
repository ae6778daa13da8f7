// Where the stamp at the beginning of a line ends. Only its shape is read here, so that masked
// stamps (`Jul 25 XX:XX:XX`) and months in any language pass; parser/timestamp.h reads the numbers.
#pragma once

#include <string_view>

#include "parser/scan.h"

namespace maillog {

/// Whether the text begins with the stamp that nearly all lines have, `Nov 21 10:00:00 `, as far as
/// letters, blanks and colons go.
[[nodiscard]] inline bool StartsWithPlainStamp(std::string_view text) {
#ifdef __SSE2__
  if (text.size() >= 16) return internal::IsStampIn16(text.data());
#endif
  return StartsLike<"AAA __ __:__:__ ">(text);
}

/// Moves past it and its blank.
[[nodiscard]] inline bool TakePlainStamp(std::string_view& text, std::string_view& stamp) {
  if (!StartsWithPlainStamp(text)) return false;
  stamp = FirstBytes(text, 15);
  text = AfterBytes(text, 16);
  return true;
}

/// Moves past an ISO 8601 stamp: `2026-11-21T10:00:00`, also with a blank or svlogd's `_` for the
/// `T`, a fraction, and a zone (`Z`, `+09:00`, `+0900`, `+09`). Does not move past the blank after
/// it, which must be there.
[[nodiscard]] bool EatIsoStamp(std::string_view& text);

/// Moves past the stamp of a syslog line, a journal line or Dovecot's own file, and the blanks
/// after it; `stamp` is what was there. Besides ISO 8601, with the zone after a blank too:
///
///   Nov 21 10:00:00             the day padded with a blank, a zero or not at all; with a fraction
///   Nov 21 2026 10:00:00        2026 Nov 21 10:00:00, Nov 21, 2026 10:00:00
///   21 Nov 2026 10:00:00        21-Nov-2026 10:00:00, 21 Nov 10:00:00
///   nov. 21 10:00:00            11月 21 10:00:00, ноя 21 10:00:00: journalctl in other languages
///   Sat Nov 21 10:00:00 2026    Sat, 21 Nov 2026 10:00:00 +0900: any of these after a weekday
///   Sat 2026-11-21 10:00:00 JST journalctl -o short-full
///   1795222800.123456           journalctl -o short-unix
///   [   12.345678]              journalctl -o short-monotonic
[[nodiscard]] bool TakeStamp(std::string_view& text, std::string_view& stamp);

/// Whether the text begins with a stamp of a date and a time, and a blank.
[[nodiscard]] bool BeginsWithDate(std::string_view text);

}  // namespace maillog
