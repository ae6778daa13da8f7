// A collecting host or a container runtime puts a header of its own before whole lines:
//
//   2026-11-21T10:00:00.123Z Nov 21 10:00:00 mx1 postfix/smtpd[1]: …        docker logs -t
//   Nov 21 10:00:00 192.0.2.1 Nov 21 10:00:00 mx1 postfix/smtpd[1]: …       a collecting host
//   Nov 21 10:00:00 h docker/mail[7]: Nov 21 10:00:00 mx1 postfix/smtpd[1]: …
//
// Where there is a tag, the message after it is only read as a line if the tag is that of a
// program that never writes what a client said: any other may have a client that says such a line.
#pragma once

#include <string_view>

#include "parser/record.h"
#include "parser/scan.h"

namespace maillog {

/// Whose messages are read as lines.
enum class Relays : unsigned char {
  kKnown,  ///< those of programs that IsRelay() knows
  kAll,    ///< those of any program but Postfix's daemons, since the user says so
};

/// Whether a tag is that of a container runtime or a collector: `docker/mail`, a container's id,
/// `mailu-smtp`, `rsyslogd`, or socklog's priority word.
[[nodiscard]] bool IsRelay(std::string_view program);

/// Whether a whole line begins: with a date and a time, RFC 5424's version and these, or a priority
/// before either.
[[nodiscard]] bool BeginsRelayed(std::string_view text);

/// The line that is the record's message; empty if it is a message like any other.
[[nodiscard]] std::string_view RelayedLine(const Record& record, Relays relays);

/// Whether a record's message may be a line at all. Asked for every line: nearly all are of a
/// program `postfix/…` or `dovecot`, which is not a relay, and most others are recognised by their
/// first bytes.
[[nodiscard, gnu::always_inline]] inline bool MayBeLine(const Record& record) {
  const std::string_view program = record.program;
  if (program.size() > 7 && program[7] == '/' && program[0] == 'p') return false;
  if (program.size() == 7 && program[2] == 'v') return false;
  const std::string_view message = record.message;
  if (message.size() < 8) return false;
  if (message[3] == ' ' || (message[4] == '-' && IsDigit(message[0]))) return true;
  if (message[0] != '<' && message[0] != 'p' && message[0] != 'd') return false;
  return message[0] == '<' || StartsWith(message, "postfix") || StartsWith(message, "dovecot");
}

}  // namespace maillog
