// The readers of envelopes.cc's list, one per file. Each is given a line without its end (CR, LF,
// NUL) that begins with one of its bytes, and answers whether the line is of its form; then
// `record` is filled in. Otherwise `record` may hold anything.
//
// Each reads strictly from the left and stops where the message begins: text inside a message never
// becomes host or program.
#pragma once

#include <string_view>

#include "parser/envelope/envelopes.h"
#include "parser/record.h"

namespace maillog {

/// syslog.cc: `stamp host prog[pid]: message`, in the traditional form, ISO 8601 and journalctl's
/// short forms; and Dovecot's own files, which begin with the same stamps. Where a line of another
/// log comes after the stamp or the host, that is the message, and the speaker kRelay.
[[nodiscard]] bool ReadSyslog(std::string_view line, Record& record);

/// syslog.cc: what follows the stamp of a syslog line. The host may be missing (journalctl
/// --no-hostname, the local log socket): then the first word ends with a colon. A record without
/// `prog:` (`-- MARK --`) has an empty program, and all of it is message.
[[nodiscard]] bool ReadHostAndTag(std::string_view text, Record& record);

/// bare_tag.cc: `postfix/smtpd[110]: …` without a stamp.
[[nodiscard]] bool ReadBareTag(std::string_view line, Record& record);
/// bare_tag.cc: whether such a line begins whose program may be a server's.
[[nodiscard]] bool BeginsWithOurTag(std::string_view text);
/// bare_tag.cc: whether a program has the name of a server's: `dovecot`, `postfix/smtpd`.
[[nodiscard]] bool IsOurProgram(std::string_view name);

/// priority.cc: `<22>` and then RFC 5424 or RFC 3164.
[[nodiscard]] bool ReadPriority(std::string_view line, Record& record);

/// rfc5424.cc: what follows `<PRI>`: `1 stamp host app pid msgid [structured data] message`.
[[nodiscard]] bool ReadRfc5424(std::string_view text, Record& record);
/// rfc5424.cc: the same where a host has taken `<PRI>` off; there is a stamp.
[[nodiscard]] bool ReadBareRfc5424(std::string_view line, Record& record);

/// dovecot_file.cc: what follows the stamp of a line of Dovecot's own file. Fills in speaker,
/// program `dovecot`, and as message everything after the stamp: `imap-login: Info: Login: …`.
[[nodiscard]] bool ReadDovecotBody(std::string_view text, Record& record);

/// dovecot_file.cc: a line of Dovecot's own file with an empty log_timestamp, or of Dovecot 1.x,
/// which wrote its prefix before the stamp: `dovecot: Nov 21 10:00:00 Info: imap-login: …`; or what
/// Dovecot says to the journal (`journalctl -u dovecot -o cat`), where it names its process.
[[nodiscard]] bool ReadDovecotFile(std::string_view line, Record& record);

/// dovecot_file.cc: what any process of Dovecot says to the journal, also those that have a name
/// that others may have: `auth: …`, `master: …`.
[[nodiscard]] bool ReadDovecotProcess(std::string_view line, Record& record);

/// pmailserver_log.cc
[[nodiscard]] bool ReadPMailServerLog(std::string_view line, Record& record);

/// pmailserver_log.cc: `2026/11/21 10:00:00 …`, which nginx and programs in Go write: of no
/// program.
[[nodiscard]] bool ReadSlashStamp(std::string_view line, Record& record);

/// epost_log.cc
[[nodiscard]] bool ReadEPostLog(std::string_view line, Record& record);

/// syslog.cc: `-- Journal begins at … --`, `-- Boot … --`, tail's `==> FILE <==` and
/// grep's `--`: a record of no program.
[[nodiscard]] bool ReadJournalHeader(std::string_view line, Record& record);

/// repeated.cc: unwraps a syslog record's `message repeated N times: [ … ]`, and recognises `last
/// message repeated N times`.
[[nodiscard]] EnvelopeResult ReadRepeats(Record& record);

}  // namespace maillog
