#include "parser/envelope/mac_log.h"
#include "parser/envelope/priority_word.h"
#include "parser/envelope/relay.h"
#include "parser/envelope/stamp.h"
#include "parser/envelope/wrappings.h"
#include "parser/scan.h"

namespace maillog {
namespace {

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

/// macOS writes the level after the tag: `postfix/smtpd[1] <Info>: `
void SkipLevel(std::string_view& text) {
  std::string_view rest = text;
  if (Eat(rest, " <") && !TakeWhile(rest, IsAlpha).empty() && Eat(rest, '>')) text = rest;
}

/// The rest of `postfix/127.0.0.1:10025/smtpd[1]`, which has the $service_name of an address in
/// master.cf; `text` begins with the port's colon. False, and nothing is taken, for other texts.
bool EatPortAndDaemon(std::string_view& text) {
  std::string_view rest = text;
  if (!Eat(rest, ':')) return false;
  const auto is_port = [](char c) { return IsAlnum(c) || c == '-'; };  // or its name, `smtp`
  if (TakeWhile(rest, is_port).empty() || !Eat(rest, '/')) return false;
  if (TakeWhile(rest, IsLower).empty() || !StartsWith(rest, "[")) return false;
  text = rest;
  return true;
}

bool ReadTag(std::string_view text, Record& record) {
  record.message = text;
  record.program = TakeUntilOneOf<' ', '[', ':'>(text);
  if (text.empty()) return false;
  if (record.program.find('/') != std::string_view::npos && EatPortAndDaemon(text))
    record.program = TakenFrom(record.message, text);
  if (text.front() == ' ' || record.program.empty()) {  // `-- MARK --`, `last message repeated …`
    record.program = {};
    return true;
  }
  if (text.front() == '[' && !EatPid(text)) {  // `milter.py[line: 221] …` is not a tag of ours
    record.program = {};
    return SkipPast(text, ']');
  }
  SkipLevel(text);
  (void)Eat(text, ':');
  SkipSpaces(text);
  if (text.starts_with('[')) SkipMessageId(text);
  record.message = text;
  return true;
}

/// A line of another log, for whoever looks inside.
bool SetRelayed(std::string_view line, Record& record) {
  record.speaker = Speaker::kRelay;
  record.message = line;
  return true;
}

bool IsAddress(std::string_view host) {
  return host.find_first_of(".:") != std::string_view::npos &&
         host.find_first_not_of("0123456789abcdef.:") == std::string_view::npos;
}

/// Whether a word between a host and a tag of ours is a host rather than a program whose text this
/// is: it has a digit, a dot or a colon, is the first one again, or comes after the address that a
/// collecting host has put there.
bool IsSecondHost(std::string_view word, std::string_view host) {
  return word == host || IsAddress(host) ||
         word.find_first_of("0123456789.:") != std::string_view::npos;
}

/// `loghost mx1 postfix/smtpd[1]: …`, of which `text` begins with the second.
bool ReadSecondHost(std::string_view text, Record& record) {
  const std::string_view host = TakeUntilOneOf<' ', '['>(text);
  if (host.empty() || host.ends_with(':') || !Eat(text, ' ')) return false;
  if (!IsSecondHost(host, record.host)) return false;
  if (!BeginsWithOurTag(text)) return false;
  record.host = host;
  return ReadTag(text, record);
}

/// AIX: `host mail:info Message forwarded from mx1: postfix/smtpd[1]: …`
bool ReadForwarded(std::string_view text, Record& record) {
  if (!Eat(text, "Message forwarded from ")) return false;
  const std::optional<std::string_view> host = TakePast(text, ": ");
  if (!host || host->find(' ') != std::string_view::npos) return false;
  record.host = *host;
  return ReadTag(text, record);
}

/// `info postfix/smtpd[1]: …`
bool EatLevelBeforeOurTag(std::string_view& text) {
  std::string_view rest = text;
  if (!EatLevelWord(rest) || !BeginsWithOurTag(rest)) return false;
  text = rest;
  return true;
}

/// What comes after the host.
bool ReadAfterHost(std::string_view text, Record& record) {
  SkipSpaces(text);
  (void)EatMarkedPriority(text);
  if (BeginsRelayed(text)) return SetRelayed(text, record);
  if (!ReadTag(text, record)) return false;
  if (!record.program.empty()) return true;
  if (EatPriorityWord(text) || EatLevelBeforeOurTag(text)) return ReadTag(text, record);
  return ReadForwarded(text, record) || ReadSecondHost(text, record) || ReadTag(text, record);
}

/// Whether the first word ends as a tag does: then what comes before it is the host, whatever it
/// looks like.
bool BeginsWithTag(std::string_view text) {
  (void)TakeUntilOneOf<' ', '[', ':'>(text);
  return !text.starts_with(' ');
}

/// The year after a stamp: `Apr 06 15:16:46 2016 gw1 postfix/qmgr: …`
void SkipYear(std::string_view line, std::string_view& text, Record& record) {
  std::string_view rest = text;
  if (!Eat(rest, "20") && !Eat(rest, "19")) return;
  if (!EatLike<"00 ">(rest) || BeginsWithTag(rest)) return;
  record.stamp = TakenFrom(line, text = rest);
  (void)EatBack(record.stamp, " ");
}

/// `Sat Nov 21 10:00:00 2026`, as OpenWrt's logread writes it, and no host after it
bool BeginsWithWeekday(std::string_view line) {
  if (StartsWithPlainStamp(line)) return false;  // of a day that may be masked: `Nov XX`
  (void)TakeUntil(line, ' ');
  return Eat(line, ' ') && !line.empty() && IsAlpha(line.front());
}

/// A priority before the host. `mail.info` before a tag is a host of that name.
void SkipPriority(std::string_view& text, std::string_view line) {
  if (EatMarkedPriority(text)) return;
  std::string_view rest = text;
  if (!EatPriorityWord(rest)) return;
  const bool has_colon = TakenFrom(text, rest).find(':') != std::string_view::npos;
  if (has_colon || !BeginsWithTag(rest) || BeginsWithWeekday(line)) text = rest;
}

}  // namespace

bool ReadHostAndTag(std::string_view text, Record& record) {
  if (BeginsRelayed(text)) return SetRelayed(text, record);
  std::string_view rest = text;
  record.host = TakeUntil(rest, ' ');
  if (record.host.ends_with(':')) {
    record.host = {};
    return ReadTag(text, record);
  }
  return Eat(rest, ' ') && ReadAfterHost(rest, record);
}

bool ReadSyslog(std::string_view line, Record& record) {
  std::string_view text = line;
  if (!TakeStamp(text, record.stamp)) return false;
  SkipYear(line, text, record);
  SkipPriority(text, line);
  if (ReadMacLog(text, record)) return true;
  if (BeginsRelayed(text)) return SetRelayed(text, record);
  // The first word decides: a host name has no such bytes except in masked logs and for IPv6, and
  // Dovecot's own files begin with `imap-login:`, `imap(user)<pid><session>:`, `Info:`, `service=`.
  std::string_view rest = text;
  record.host = TakeUntilOneOf<' ', ':', '(', '<', '='>(rest);
  if (Eat(rest, ' ')) return ReadAfterHost(rest, record);
  record.host = {};
  return ReadDovecotBody(text, record) || ReadHostAndTag(text, record);
}

bool ReadJournalHeader(std::string_view line, Record& record) {
  record.message = line;
  if (StartsWith(line, "==> ")) return EndsWith(line, " <==");
  if (line == "--") return true;
  return StartsWith(line, "-- ") && EndsWith(line, " --");
}

}  // namespace maillog
