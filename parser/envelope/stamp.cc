#include "parser/envelope/stamp.h"

#include <cstddef>

#include "parser/scan.h"

namespace maillog {
namespace {

/// A number as logged, or masked.
constexpr bool IsFieldByte(char c) { return IsDigit(c) || c == 'X' || c == 'x' || c == '*'; }

bool EatField(std::string_view& text, std::size_t most) {
  const std::size_t length = TakeWhile(text, IsFieldByte).size();
  return length >= 1 && length <= most;
}

void SkipFraction(std::string_view& text) {
  if (StartsLike<".0">(text) || StartsLike<",0">(text)) {
    text.remove_prefix(1);
    (void)TakeWhile(text, IsDigit);
  }
}

bool EatTime(std::string_view& text) {
  if (!EatField(text, 2) || !Eat(text, ':') || !EatField(text, 2) || !Eat(text, ':') ||
      !EatField(text, 2)) {
    return false;
  }
  SkipFraction(text);
  return true;
}

/// `Nov`, or `11月` as journalctl writes it for a Japanese reader.
bool EatMonth(std::string_view& text) {
  return EatLike<"AAA ">(text) || (EatField(text, 2) && Eat(text, "月 "));
}

/// `Nov  1 10:00:00`, `Nov 1 2026 10:00:00.123`
bool EatUncommonSyslogStamp(std::string_view& text) {
  if (!EatMonth(text)) return false;
  SkipSpaces(text);
  if (!EatField(text, 2) || !Eat(text, ' ')) return false;
  std::string_view after_year = text;
  if (EatField(after_year, 4) && Eat(after_year, ' ')) text = after_year;
  return EatTime(text);
}

/// `Sat 2026-11-21 10:00:00 JST`
bool EatShortFullStamp(std::string_view& text) {
  return EatLike<"AAA ">(text) && EatIsoStamp(text) && Eat(text, ' ') &&
         !TakeWhile(text, [](char c) {
            return IsAlpha(c) || c == '+' || c == '-' || IsDigit(c);
          }).empty();
}

/// `1795222800.123456`
bool EatUnixStamp(std::string_view& text) { return EatLike<"0000000000.000000">(text); }

template <class EatStamp>
bool Take(std::string_view& text, std::string_view& stamp, EatStamp eat) {
  std::string_view rest = text;
  if (!eat(rest)) return false;
  const std::string_view taken = TakenFrom(text, rest);
  if (!Eat(rest, ' ')) return false;
  stamp = taken;
  text = rest;
  return true;
}

}  // namespace

bool EatIsoStamp(std::string_view& text) {
  if (!StartsLike<"____-__-_____:__:__">(text) || !IsFieldByte(text.front())) return false;
  if (text[10] != 'T' && text[10] != ' ' && text[10] != 't') return false;
  text.remove_prefix(19);
  SkipFraction(text);
  if (!Eat(text, 'Z') && !Eat(text, 'z') && !EatLike<"+00:00">(text) && !EatLike<"-00:00">(text)) {
    if (!EatLike<"+0000">(text)) (void)EatLike<"-0000">(text);
  }
  return text.starts_with(' ');
}

bool TakeStamp(std::string_view& text, std::string_view& stamp) {
  if (StartsLike<"AAA __ __:__:__ ">(text)) {
    stamp = text.substr(0, 15);
    text.remove_prefix(16);
    return true;
  }
  return Take(text, stamp, EatIsoStamp) || Take(text, stamp, EatUncommonSyslogStamp) ||
         Take(text, stamp, EatShortFullStamp) || Take(text, stamp, EatUnixStamp);
}

}  // namespace maillog
