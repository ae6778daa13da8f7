// Takes the envelope off a line: syslog (traditional, ISO 8601, RFC 3164 and RFC 5424 with PRI,
// journalctl's short forms), Dovecot's own files, the bracketed stamps of PMailServer and E-Post,
// tags without a stamp; and before these what programs that print or keep others' lines add
// (prefixes.h, relay.h). The form is recognised line by line from the first bytes, strictly from
// the left. What a container runtime wraps around these is taken off before (container.h,
// message_reader.h), and so are JSON and the journal's export (log_fields.h).
#pragma once

#include <array>
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

/// What a configuration may say that a source holds. Lines of another form are malformed there.
enum class Format : std::uint8_t {
  kAuto,     ///< every line is recognised by its form
  kSyslog,   ///< syslog files, journalctl's short forms, with or without a priority
  kRfc5424,  ///< a priority in front: RFC 5424, and RFC 3164
  kDovecot,  ///< Dovecot's own files
  kPMailServer,
  kEPost,
  kCri,      ///< a container's log, as containerd and CRI-O write it; any form inside
  kDocker,   ///< a container's log as Docker's json-file; any form inside
  kCompose,  ///< printed by docker compose or kubectl, a name before each line; any form inside
  kTai64n,   ///< kept by multilog, svlogd or s6-log, TAI64N before each line; any form inside
  kRelayed,  ///< syslog in which the message of any program that is not Postfix's may be a line of
             ///< another log: only if no program that writes there repeats what clients say
  kBare,     ///< no stamps: tags, or Dovecot's processes
  kJson,     ///< an object a line, of journalctl or a collector; any form inside
  kJournal,  ///< entries of `journalctl -o export`
};
/// By Format, as they are written in configurations.
inline constexpr std::array<std::string_view, 14> kFormatNames{
    "auto",   "syslog",  "rfc5424", "dovecot", "pmailserver", "epost", "cri",
    "docker", "compose", "tai64n",  "relayed", "bare",        "json",  "journal_export"};

/// Reads one line (or the joined content of a container's fragments) that is not itself a container
/// line, JSON, or a part of an entry. Tolerates masked stamps (`XX:XX:XX`), pids (`[XXXXX]`) and
/// hosts (`ms**`, Japanese text), CRLF, NUL runs. Never allocates, never throws; the views in
/// `record` point into `line`.
[[nodiscard]] EnvelopeResult ParseEnvelope(std::string_view line, Record& record,
                                           Format format = Format::kAuto);

/// Puts a line of another log in the record's place, if that is what its message is, and reads
/// `message repeated N times`: what ParseEnvelope() does with a record whose tag was read.
[[nodiscard]] EnvelopeResult FinishRecord(Record& record, Format format);

/// Whether a line is what a container's runtime or supervisor prints for an empty one: its prefix
/// and nothing else.
[[nodiscard]] bool IsEmptyAfterPrefix(std::string_view line);

/// What is wrapped around a line's message, from the outside.
struct EnvelopeNames {
  static constexpr std::size_t kMax = 5;
  std::array<std::string_view, kMax> names{};  ///< `compose`, `syslog`, `dovecot_file`, …
  std::size_t count = 0;                       ///< 0 for a malformed line
};
[[nodiscard]] EnvelopeNames EnvelopesOf(std::string_view line);

}  // namespace maillog
