// Takes the envelope off a line: syslog (traditional, ISO 8601, RFC 3164 and RFC 5424 with PRI,
// journalctl's short forms), Dovecot's own files, the bracketed stamps of PMailServer and E-Post.
// The form is recognised line by line from the first bytes, strictly from the left. What a
// container runtime wraps around these is taken off before (container.h, message_reader.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "parser/record.h"

namespace maillog {

/// Longest message that is parsed. Longer ones count as malformed. rsyslog's default limit is 8
/// KiB, Postfix's own is 2 KiB; a container runtime splits at 16 KiB and is joined up to this.
inline constexpr std::size_t kMaxMessageBytes = 64 * 1024;

enum class EnvelopeResult : std::uint8_t {
  kRecord,        ///< `record` is filled in
  kLastRepeated,  ///< syslogd's `last message repeated N times`; `record.times` is N (at most
                  ///< kMaxRepeats)
  kMalformed,     ///< no envelope could be read, or a limit was exceeded
};

/// Reads one line (or the joined content of a container's fragments) that is not itself a container
/// line. Tolerates masked stamps (`XX:XX:XX`), pids (`[XXXXX]`) and hosts (`ms**`, Japanese text),
/// CRLF, NUL runs. Never allocates, never throws; the views in `record` point into `line`.
[[nodiscard]] EnvelopeResult ParseEnvelope(std::string_view line, Record& record);

}  // namespace maillog
