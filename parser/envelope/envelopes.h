// Takes the envelope off a line: syslog (traditional, ISO 8601, RFC 3164 and RFC 5424 with PRI,
// journalctl's short forms), Dovecot's own files, CRI, Docker JSON, the bracketed stamps of
// PMailServer and E-Post. The form is recognised line by line from the first bytes; envelopes nest
// (CRI around syslog).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "parser/record.h"

namespace maillog {

/// Longest message that is parsed. Longer ones count as malformed. rsyslog's default limit is 8
/// KiB, Postfix's own is 2 KiB; a container runtime splits at 16 KiB and is joined up to this.
inline constexpr std::size_t kMaxMessageBytes = 64 * 1024;

/// Which stream of a container a line came from. Fragments are joined per stream.
enum class Stream : std::uint8_t { kNone, kStdout, kStderr };

/// What a line of a container runtime's log holds (CRI: `stamp stdout F text`; Docker:
/// `{"log":"text\n",…}`).
struct ContainerLine {
  std::string_view
      content;  ///< the text; points into the line, or into `scratch` where JSON had escapes
  std::string_view stamp;
  Stream stream = Stream::kNone;  ///< kNone: this line is not from a container runtime
  bool partial = false;           ///< the message goes on in the next line of the same stream
};

/// Recognises a CRI or Docker JSON line. `scratch` takes unescaped JSON text; 64 KiB are enough, a
/// longer text counts as none of these. Never allocates. Works for lines with or without their
/// newline.
[[nodiscard]] ContainerLine ParseContainerLine(std::string_view line, std::span<char> scratch);

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
