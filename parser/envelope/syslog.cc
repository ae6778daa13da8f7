#include "parser/envelope/stamp.h"
#include "parser/envelope/wrappings.h"
#include "parser/scan.h"

namespace maillog {
namespace {

/// `mail.info`, which busybox's and FreeBSD's syslogd write before the tag
bool IsPriorityName(std::string_view word) {
  if (!SkipPast(word, '.')) return false;
  for (const std::string_view level : {"debug", "info", "notice", "warn", "warning", "err", "error",
                                       "crit", "alert", "emerg", "panic"}) {
    if (word == level) return true;
  }
  return false;
}

/// Moves past `[pid]`, or its mask.
bool EatPid(std::string_view& text) {
  if (!Eat(text, '[')) return false;
  (void)TakeUntilOneOf<' ', ']'>(text);
  return Eat(text, ']');
}

/// Solaris: `[ID 197553 mail.info] `
void SkipMessageId(std::string_view& message) {
  if (StartsWith(message, "[ID ")) (void)SkipPast(message, "] ");
}

bool ReadTag(std::string_view text, Record& record) {
  record.message = text;
  record.program = TakeUntilOneOf<' ', '[', ':'>(text);
  if (text.empty()) return false;
  if (text.front() == ' ' || record.program.empty()) {  // `-- MARK --`, `last message repeated …`
    record.program = {};
    return true;
  }
  if (text.front() == '[' && !EatPid(text)) return false;
  (void)Eat(text, ':');
  SkipSpaces(text);
  if (text.starts_with('[')) SkipMessageId(text);
  record.message = text;
  return true;
}

/// Busybox: `host mail.info postfix/smtpd[1]: …`. Looks at one word, and only if it is no tag.
void SkipPriorityName(std::string_view& text) {
  std::string_view rest = text;
  const std::string_view word = TakeUntilOneOf<' ', '[', ':'>(rest);
  if (rest.starts_with(' ') && IsPriorityName(word)) {
    text = rest;
    SkipSpaces(text);
  }
}

/// What stands behind the host.
bool ReadBehindHost(std::string_view text, Record& record) {
  SkipSpaces(text);
  if (!ReadTag(text, record)) return false;
  if (!record.program.empty()) return true;
  SkipPriorityName(text);
  return ReadTag(text, record);
}

}  // namespace

bool ReadHostAndTag(std::string_view text, Record& record) {
  std::string_view rest = text;
  record.host = TakeUntil(rest, ' ');
  if (record.host.ends_with(':')) {
    record.host = {};
    return ReadTag(text, record);
  }
  return Eat(rest, ' ') && ReadBehindHost(rest, record);
}

bool ReadSyslog(std::string_view line, Record& record) {
  std::string_view text = line;
  if (!TakeStamp(text, record.stamp)) return false;
  // The first word tells: a host name has no such bytes but in masked logs and for IPv6, and
  // Dovecot's own files begin with `imap-login:`, `imap(user)<pid><session>:`, `Info:`, `service=`.
  std::string_view rest = text;
  record.host = TakeUntilOneOf<' ', ':', '(', '<', '='>(rest);
  if (Eat(rest, ' ')) return ReadBehindHost(rest, record);
  record.host = {};
  return ReadDovecotBody(text, record) || ReadHostAndTag(text, record);
}

bool ReadJournalHeader(std::string_view line, Record& record) {
  record.message = line;
  return StartsWith(line, "-- ") && line.ends_with(" --");
}

}  // namespace maillog
