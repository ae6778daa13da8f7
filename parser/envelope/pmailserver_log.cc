// PMailServer: `[SMTP] 2005/05/18 03:10:41 [000] Connect from …`. Program is the service (`SMTP`),
// message what follows the stamp, with the thread's bracket if there is one. A line of the MTA's
// report log, whose columns are in no published order, begins with its date, an address or a code;
// it has no program, and all of it is message.
#include "parser/envelope/wrappings.h"
#include "parser/scan.h"

namespace maillog {
namespace {

constexpr ByteSet kBetween("\", \t");
constexpr ByteSet kColumnEnd("\t, ");

bool IsService(std::string_view name) {
  for (const std::string_view service : {"SMTP", "POP3", "IMAP4", "MTA"}) {
    if (EqualFold(name, service)) return true;
  }
  return false;
}

bool EatStamp(std::string_view& text) { return EatLike<"0000/00/00_00:00:00">(text); }

/// `2012/03/04 10:00:00`, also as two columns: `"2012/03/04","10:00:00"`.
bool EatColumns(std::string_view& text) {
  if (!EatLike<"0000/00/00">(text)) return false;
  const auto between = TakeWhile(text, [](char c) { return kBetween.has(c); });
  return !between.empty() && between.size() <= 3 && EatLike<"00:00:00">(text);
}

/// Whether a column that is no date can begin a line of the report: an address, no address, a code.
bool MayBegin(std::string_view line) {
  std::string_view column = TakeUntilAny(line, kColumnEnd);
  if (column.find('@') != std::string_view::npos || column == "<>") return true;
  (void)TakeWhile(column, [](char c) { return c == '"' || c == '('; });
  (void)Eat(column, '-');
  const std::size_t digits = TakeWhile(column, IsDigit).size();
  return digits >= 1 && digits <= 2 && (column.empty() || column == ")" || column == "\"");
}

bool ReadReport(std::string_view line, Record& record) {
  std::string_view text = line;
  (void)Eat(text, '"');
  std::string_view rest = text;
  if (!EatColumns(rest)) {
    if (!MayBegin(line)) return false;
    while (rest = text, !EatColumns(rest)) {
      if (text.empty()) return false;
      text.remove_prefix(1);
    }
  }
  record.stamp = TakenFrom(text, rest);
  record.message = line;
  return true;
}

}  // namespace

bool ReadPMailServerLog(std::string_view line, Record& record) {
  record.speaker = Speaker::kPMailServer;
  std::string_view text = line;
  if (!Eat(text, '[')) return ReadReport(line, record);
  record.program = TakeUntil(text, ']');
  if (!IsService(record.program) || !Eat(text, "] ")) return false;
  std::string_view rest = text;
  if (!EatStamp(rest)) return false;
  record.stamp = TakenFrom(text, rest);
  if (!rest.empty() && !Eat(rest, ' ')) return false;
  record.message = rest;
  return true;
}

}  // namespace maillog
