#include "parser/envelope/stamp.h"
#include "parser/envelope/wrappings.h"
#include "parser/scan.h"

namespace maillog {
namespace {

/// `<22>`
bool EatPriority(std::string_view& text) {
  if (!Eat(text, '<')) return false;
  const std::size_t digits = TakeWhile(text, IsDigit).size();
  return digits >= 1 && digits <= 3 && Eat(text, '>');
}

/// RFC 3164, but its stamp may also be ISO 8601, or missing as from a program that leaves it to the
/// daemon: `<22>postfix/smtpd[1]: …`.
bool ReadRfc3164(std::string_view text, Record& record) {
  if (TakeStamp(text, record.stamp)) return ReadHostAndTag(text, record);
  std::string_view rest = text;
  return TakeUntil(rest, ' ').ends_with(':') && ReadHostAndTag(text, record);
}

}  // namespace

bool ReadPriority(std::string_view line, Record& record) {
  if (!EatPriority(line)) return false;
  SkipSpaces(line);
  return ReadRfc5424(line, record) || ReadRfc3164(line, record);
}

}  // namespace maillog
