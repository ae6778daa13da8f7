// A collecting host or a container runtime puts a header of its own before whole lines:
//
//   2026-11-21T10:00:00.123Z Nov 21 10:00:00 mx1 postfix/smtpd[1]: …        docker logs -t
//   Nov 21 10:00:00 192.0.2.1 Nov 21 10:00:00 mx1 postfix/smtpd[1]: …       a collecting host
//   Nov 21 10:00:00 h docker/mail[7]: Nov 21 10:00:00 mx1 postfix/smtpd[1]: …
//
// Where there is a tag, the message behind it is only read as a line if the tag is that of a
// program that never writes what a client said: any other may have a client that says such a line.
#pragma once

#include <cstdint>
#include <string_view>

#include "parser/record.h"
#include "parser/scan.h"

namespace maillog {

/// Whose messages are read as lines.
enum class Relays : std::uint8_t {
  kKnown,  ///< those of programs that IsRelay() knows
  kAll,    ///< those of any program but Postfix's daemons, since the user says so
};

/// Whether a tag is that of a container runtime or a collector: `docker/mail`, a container's id,
/// `mailu-smtp`, `rsyslogd`, or socklog's priority word.
[[nodiscard]] bool IsRelay(std::string_view program);

/// Whether a whole line begins: with a date and a time, or with a priority before these.
[[nodiscard]] bool BeginsRelayed(std::string_view text);

/// The line that is the record's message; empty if it is a message like any other.
[[nodiscard]] std::string_view RelayedLine(const Record& record, Relays relays);

/// Whether a message may be a line at all. Asked for every line: most are not by their first bytes.
[[nodiscard]] inline bool MayBeLine(std::string_view message) {
  constexpr std::uint64_t kPostfix = FirstEight("postfix");
  constexpr std::uint64_t kDovecot = FirstEight("dovecot");
  constexpr std::uint64_t kSeven = 0x00ffffffffffffff;
  const std::uint64_t front = FirstEight(message);
  const auto byte = [front](int place) { return static_cast<char>(front >> (8 * place)); };
  return byte(3) == ' ' || (byte(4) == '-' && IsDigit(byte(0))) || byte(0) == '<' ||
         (front & kSeven) == kPostfix || (front & kSeven) == kDovecot;
}

}  // namespace maillog
