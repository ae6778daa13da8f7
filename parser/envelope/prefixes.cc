#include "parser/envelope/prefixes.h"

#include "parser/envelope/priority_word.h"
#include "parser/envelope/relay.h"
#include "parser/envelope/wrappings.h"
#include "parser/scan.h"

namespace maillog {
namespace {

bool IsServiceNameByte(char c) { return IsAlnum(c) || c == '-' || c == '_' || c == '.'; }
bool IsHexByte(char c) { return IsDigit(c) || (c >= 'a' && c <= 'f'); }
bool IsBlankOrTab(char c) { return c == ' ' || c == '\t'; }

/// A name that is recognisably a file's.
bool IsPath(std::string_view name) {
  return name.find_first_of("/.") != std::string_view::npos || name.ends_with("log") ||
         name == "messages";
}

/// What grep -n writes after the name.
void SkipLineNumber(std::string_view& line, char end) {
  std::string_view rest = line;
  if (!TakeWhile(rest, IsDigit).empty() && Eat(rest, end) && BeginsRelayed(rest)) line = rest;
}

/// `\x1b[33m`: a colour of a terminal, or its end.
void SkipColour(std::string_view& text) {
  std::string_view rest = text;
  if (!Eat(rest, "\x1b[")) return;
  (void)TakeWhile(rest, [](char c) { return IsDigit(c) || c == ';'; });
  if (Eat(rest, 'm')) text = rest;
}

/// A name of a process or a container, in brackets or without; with that of its node.
bool EatServiceName(std::string_view& text) {
  const bool has_bracket = Eat(text, '[');
  if (TakeWhile(text, IsServiceNameByte).empty()) return false;
  if (Eat(text, '@') && TakeWhile(text, IsServiceNameByte).empty()) return false;
  return !has_bracket || Eat(text, ']');
}

/// `mail.log-`, `mail.log-17-`: what grep -A writes before lines beside those it has found.
bool EatPathOfContext(std::string_view& line) {
  std::string_view text = line;
  while (true) {
    (void)TakeUntilOneOf<' ', '-'>(text);
    const std::string_view name = TakenFrom(line, text);
    if (!Eat(text, '-')) return false;
    std::string_view rest = text;
    SkipLineNumber(rest, '-');
    if (!IsPath(name) || !BeginsRelayed(rest)) continue;
    line = rest;
    return true;
  }
}

/// `192.0.2.1: `, as socklog writes before what other hosts sent.
bool EatAddress(std::string_view& text) {
  std::string_view address = TakeUntil(text, ' ');
  return EatBack(address, ":") && address.find_first_of(".:") != std::string_view::npos &&
         Eat(text, ' ');
}

}  // namespace

bool EatCompose(std::string_view& line, std::string_view& /*stamp*/) {
  std::string_view text = line;
  SkipColour(text);
  if (!EatServiceName(text) || !Eat(text, ' ')) return false;
  SkipSpaces(text);
  if (!Eat(text, '|')) return false;
  SkipColour(text);
  (void)Eat(text, ' ');
  SkipColour(text);
  line = text;
  return true;
}

bool EatPod(std::string_view& line, std::string_view& /*stamp*/) {
  std::string_view text = line;
  if (!Eat(text, "[pod/")) return false;
  const std::string_view name =
      TakeWhile(text, [](char c) { return IsServiceNameByte(c) || c == '/'; });
  if (name.empty() || !Eat(text, "] ")) return false;
  line = text;
  return true;
}

bool EatPodAndContainer(std::string_view& line, std::string_view& /*stamp*/) {
  std::string_view text = line;
  for (int i = 0; i < 2; ++i) {
    SkipColour(text);
    if (TakeWhile(text, IsServiceNameByte).empty()) return false;
    SkipColour(text);
    if (!Eat(text, ' ')) return false;
  }
  SkipColour(text);
  if (!BeginsRelayed(text)) return false;
  line = text;
  return true;
}

bool EatTai64n(std::string_view& line, std::string_view& stamp) {
  std::string_view text = line;
  if (!Eat(text, '@')) return false;
  const std::size_t digits = TakeWhile(text, IsHexByte).size();
  if (digits != 24 && digits != 16) return false;
  const std::string_view taken = TakenFrom(line, text);
  if (!Eat(text, ' ')) return false;
  SkipSpaces(text);
  stamp = taken;
  line = text;
  return true;
}

bool EatPath(std::string_view& line, std::string_view& /*stamp*/) {
  std::string_view text = line;
  bool is_path = Eat(text, "(standard input)");
  if (!is_path) {
    // A message's text comes after a blank.
    const std::string_view name = TakeUntilOneOf<' ', ':'>(text);
    const bool is_number = !name.empty() && name.find_first_not_of("0123456789") == name.npos;
    is_path = IsPath(name) || is_number;
  }
  if (!is_path || !Eat(text, ':')) return EatPathOfContext(line);
  SkipLineNumber(text, ':');
  if (!BeginsRelayed(text) && !BeginsWithOurTag(text)) return EatPathOfContext(line);
  line = text;
  return true;
}

bool EatPriorityPrefix(std::string_view& line, std::string_view& /*stamp*/) {
  std::string_view text = line;
  if (!EatPriorityWord(text) && !(EatAddress(text) && EatPriorityWord(text))) return false;
  if (!BeginsRelayed(text) && !BeginsWithOurTag(text)) return false;
  line = text;
  return true;
}

bool EatArchiveColumns(std::string_view& line, std::string_view& /*stamp*/) {
  std::string_view text = line;
  // The alert's class or a hyphen, the second, the day, the node.
  (void)TakeUntil(text, ' ');
  if (!EatLike<" 0000000000 0000.00.00 ">(text)) return false;
  if (TakeUntil(text, ' ').empty() || !Eat(text, ' ') || !BeginsRelayed(text)) return false;
  line = text;
  return true;
}

bool EatKiwi(std::string_view& line, std::string_view& stamp) {
  std::string_view text = line;
  if (!EatLike<"0000-00-00_00:00:00">(text)) return false;
  const std::string_view taken = TakenFrom(line, text);
  if (!Eat(text, '\t') || TakeWhile(text, IsAlnum).empty() || !Eat(text, '.')) return false;
  if (TakeWhile(text, IsAlpha).empty() || !Eat(text, '\t')) return false;
  if (TakeUntilOneOf<' ', '\t'>(text).empty() || !Eat(text, '\t')) return false;
  if (!BeginsRelayed(text) && !BeginsWithOurTag(text)) return false;
  stamp = taken;
  line = text;
  return true;
}

bool EatLineNumber(std::string_view& line, std::string_view& /*stamp*/) {
  std::string_view text = line;
  if (TakeWhile(text, IsDigit).empty() || TakeWhile(text, IsBlankOrTab).empty()) return false;
  if (!BeginsRelayed(text)) return false;
  line = text;
  return true;
}

bool EatBlanks(std::string_view& line, std::string_view& /*stamp*/) {
  return !TakeWhile(line, IsBlankOrTab).empty();
}

}  // namespace maillog
