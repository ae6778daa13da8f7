// PMailServer: `[SMTP] 2005/05/18 03:10:41 [000] Connect from …`. Program is the service (`SMTP`),
// message what follows the stamp, with the thread's bracket if there is one. A line of the MTA's
// report log, whose columns are in no published order, begins with its date, an address or a code;
// it has no program, and all of it is message. Others begin a line with the same date: it is the
// report's where columns with addresses and codes follow it.
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

/// A column without what may be around it.
std::string_view Bare(std::string_view column) {
  constexpr ByteSet kAround("\"()[]{} ");
  while (!column.empty() && kAround.has(column.front())) column.remove_prefix(1);
  while (!column.empty() && kAround.has(column.back())) column.remove_suffix(1);
  return column;
}

bool IsMailAddress(std::string_view column) {
  return column.find('@') != std::string_view::npos && column.find(' ') == std::string_view::npos;
}

/// `-4`, `0`, `Code=-4`
bool IsCode(std::string_view column) {
  const std::size_t letters = TakeWhile(column, IsAlpha).size();
  if (letters > 0 && !Eat(column, '=') && !Eat(column, ':')) return false;
  SkipSpaces(column);
  (void)Eat(column, '-');
  const std::size_t digits = TakeWhile(column, IsDigit).size();
  return digits >= 1 && digits <= 2 && column.empty();
}

bool IsNobody(std::string_view column) { return column.empty() || column == "<>" || column == "-"; }

bool IsOfReport(std::string_view column) {
  return IsMailAddress(column) || IsNobody(column) || IsCode(column);
}

/// Whether a column that is not a date can begin a line of the report: an address, no address, a
/// code.
bool MayBegin(std::string_view line) {
  const std::string_view column = TakeUntilAny(line, kColumnEnd);
  return IsMailAddress(column) || column == "<>" || IsCode(Bare(column));
}

/// Whether what follows the date are columns of the report: with TAB or comma between them the
/// first is, with blanks, which others write, all of them are. One is an address.
bool HasColumns(std::string_view text) {
  (void)Eat(text, '"');
  if (text.empty()) return false;
  const char separator = text.front();
  if (separator != '\t' && separator != ',' && separator != ' ') return false;
  bool has_address = false;
  for (bool first = true; Eat(text, separator); first = false) {
    const std::string_view column = Bare(TakeUntil(text, separator));
    if ((first || separator == ' ') && !IsOfReport(column)) return false;
    has_address = has_address || IsMailAddress(column);
  }
  return has_address;
}

bool ReadReport(std::string_view line, Record& record) {
  std::string_view text = line;
  (void)Eat(text, '"');
  std::string_view rest = text;
  if (EatColumns(rest)) {
    if (!HasColumns(rest)) return false;
  } else {
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

bool ReadSlashStamp(std::string_view line, Record& record) {
  std::string_view text = line;
  if (!EatStamp(text) || (!text.empty() && IsDigit(text.front()))) return false;
  (void)Eat(text, ' ');
  record.stamp = line.substr(0, 19);
  record.message = text;
  return true;
}

}  // namespace maillog
