// Dovecot's own files (log_path, info_log_path) look like syslog without a host. What distinguishes
// them: after the stamp is a level word (`Info: `, Dovecot 1.x), or the name of a Dovecot service,
// then `:`, `(` or `<`, and a level word after the prefix that this begins. A host is never
// followed by these: in a syslog line a blank ends it. A user can hold any text, also `): Error: `,
// but comes after the service's name, so that it cannot change what the line is; where the prefix
// ends is the dialect's to find.
#include "parser/daemon.h"
#include "parser/envelope/stamp.h"
#include "parser/envelope/wrappings.h"
#include "parser/scan.h"

namespace maillog {
namespace {

bool StartsWithLevel(std::string_view text) {
  for (const std::string_view level :
       {"Info: ", "Warning: ", "Warn: ", "Error: ", "Debug: ", "Fatal: ", "Panic: "}) {
    if (StartsWith(text, level)) return true;
  }
  return false;
}

/// Whether a level word comes after one of these ends of a prefix.
bool HasLevelAfter(std::string_view text, std::string_view prefix_end) {
  while (SkipPast(text, prefix_end)) {
    if (StartsWithLevel(text)) return true;
  }
  return false;
}

bool IsServiceByte(char c) { return IsAlnum(c) || c == '-'; }

bool IsDovecotBody(std::string_view text) {
  if (StartsWithLevel(text)) return true;
  // mail_log_prefix as hosting panels set it: `service=pop3, user=u, ip=[192.0.2.1]. Info: …`
  if (StartsWith(text, "service=")) return HasLevelAfter(text, ". ");
  const std::string_view name = TakeWhile(text, IsServiceByte);
  if (name != "dovecot" && !DovecotService(name)) return false;
  if (Eat(text, ": ")) return StartsWithLevel(text);
  if (!text.starts_with('(') && !text.starts_with('<')) return false;
  return HasLevelAfter(text, ": ");
}

/// `imap-login: …`, `imap(user)<pid><session>: …`: processes whose names no other program has.
bool BeginsWithProcess(std::string_view text) {
  const std::string_view name = TakeWhile(text, IsServiceByte);
  if (!DovecotService(name)) return false;
  if (text.starts_with('(')) return SkipPast(text, "): ") || SkipPast(text, ">: ");
  return EndsWith(name, "-login") && StartsWith(text, ": ");
}

void SetDovecot(std::string_view text, Record& record) {
  record.speaker = Speaker::kDovecot;
  record.program = "dovecot";
  record.message = text;
}

}  // namespace

bool ReadDovecotBody(std::string_view text, Record& record) {
  if (!IsDovecotBody(text)) return false;
  SetDovecot(text, record);
  return true;
}

bool ReadDovecotFile(std::string_view line, Record& record) {
  std::string_view text = line;
  if (Eat(text, "dovecot: ") && TakeStamp(text, record.stamp)) return ReadDovecotBody(text, record);
  if (StartsWithLevel(line)) return false;  // a bare `Error: …` of any program
  if (!IsDovecotBody(line) && !BeginsWithProcess(line)) return false;
  SetDovecot(line, record);
  return true;
}

bool ReadDovecotProcess(std::string_view line, Record& record) {
  std::string_view text = line;
  const std::string_view name = TakeWhile(text, IsServiceByte);
  if (!DovecotService(name) || !(StartsWith(text, ": ") || text.starts_with('('))) return false;
  SetDovecot(line, record);
  return true;
}

}  // namespace maillog
