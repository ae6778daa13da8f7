// Lines without a stamp: `postfix/smtpd[110]: …`, `dovecot: …`, of containers that leave the stamp
// to the runtime, and of log templates that have none. With a pid it is the tag of any program;
// without one only the names of ours are, since `Error: …` is nobody's.
#include "parser/daemon.h"
#include "parser/envelope/wrappings.h"
#include "parser/scan.h"

namespace maillog {
namespace {

bool IsTagByte(char c) {
  return IsAlnum(c) || c == '/' || c == '-' || c == '_' || c == '.' || c == '@' || c == '+';
}

/// `[110]`
bool EatBarePid(std::string_view& text) {
  return Eat(text, '[') && !TakeWhile(text, IsDigit).empty() && Eat(text, ']');
}

}  // namespace

bool IsOurProgram(std::string_view name) {
  if (name == "postfix" || name == "dovecot" || StartsWith(name, "dovecot-")) return true;
  const std::size_t slash = name.rfind('/');
  return slash != std::string_view::npos && PostfixDaemon(name.substr(slash + 1)).has_value();
}

bool BeginsWithOurTag(std::string_view text) {
  Record record;
  return ReadBareTag(text, record) && IsOurProgram(record.program);
}

bool ReadBareTag(std::string_view line, Record& record) {
  std::string_view text = line;
  record.program = TakeWhile(text, IsTagByte);
  if (record.program.empty()) return false;
  if (!EatBarePid(text) && !IsOurProgram(record.program)) return false;
  if (!Eat(text, ": ")) return false;
  SkipSpaces(text);
  record.message = text;
  return true;
}

}  // namespace maillog
