// Objects in lines: alone, or as the output plugins for files write them.
//
//   2026-11-21T10:00:00+09:00<TAB>mail.postfix<TAB>{"message":…}     Fluentd
//   mail.postfix: [1795222800.123456789, {"message":…}]              Fluent Bit
#include "parser/envelope/log_fields.h"
#include "parser/scan.h"

namespace maillog {
namespace {

bool IsJsonTagByte(char c) { return IsAlnum(c) || c == '-' || c == '_' || c == '.'; }

JsonLine AfterColumns(std::string_view line) {
  if (!StartsLike<"0000-00-00T00:00:00">(line)) return {};
  const std::string_view stamp = TakeUntilOneOf<' ', '\t'>(line);
  if (!Eat(line, '\t')) return {};
  (void)TakeWhile(line, IsJsonTagByte);
  if (!Eat(line, '\t') || !line.starts_with('{')) return {};
  return {.object = line, .stamp = stamp};
}

JsonLine InArray(std::string_view line) {
  if (TakeWhile(line, IsJsonTagByte).empty() || !Eat(line, ": [")) return {};
  std::string_view text = line;
  if (TakeWhile(text, IsDigit).size() != 10) return {};
  if (Eat(text, '.')) (void)TakeWhile(text, IsDigit);
  const std::string_view stamp = TakenFrom(line, text);
  if (!Eat(text, ", ") || !text.starts_with('{')) return {};
  while (EatBack(text, "\r") || EatBack(text, " ")) continue;
  if (!EatBack(text, "]")) return {};
  return {.object = text, .stamp = stamp};
}

}  // namespace

JsonLine FindJson(std::string_view line) {
  if (line.starts_with('{')) return {.object = line, .stamp = {}};
  // Most lines that are not objects end differently.
  std::string_view end = line;
  while (EatBack(end, "\r") || EatBack(end, " ")) continue;
  if (end.ends_with('}')) return AfterColumns(line);
  return EndsWith(end, "}]") ? InArray(line) : JsonLine{};
}

}  // namespace maillog
