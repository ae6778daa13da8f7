#include "parser/envelope/stamp.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "parser/month_names.h"
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

/// `Nov`, `nov.`, `ноя`: a word as a locale abbreviates months and weekdays.
bool EatName(std::string_view& text) {
  constexpr std::size_t kMaxBytes = 16;  // bytes of the longest such names in UTF-8
  const std::size_t length = TakeWhile(text, IsLetterByte).size();
  (void)Eat(text, '.');
  return length >= 2 && length <= kMaxBytes;
}

/// `Nov`, or `11月` and `11월` as journalctl writes it for readers of Chinese, Japanese and Korean.
bool EatMonth(std::string_view& text) {
  std::string_view number = text;
  if (EatField(number, 2) && (Eat(number, "月") || Eat(number, "월"))) {
    text = number;
    return true;
  }
  return EatName(text);
}

bool EatYear(std::string_view& text) { return EatLike<"0000">(text); }

/// `Nov  1`, `2026 Nov 1`, `Nov 1 2026`, `Nov 1, 2026`
bool EatMonthAndDay(std::string_view& text) {
  std::string_view rest = text;
  if (EatYear(rest) && Eat(rest, ' ')) text = rest;
  if (!EatMonth(text) || !Eat(text, ' ')) return false;
  SkipSpaces(text);
  if (!EatField(text, 2)) return false;
  rest = text;
  (void)Eat(rest, ',');
  if (Eat(rest, ' ') && EatYear(rest) && rest.starts_with(' ')) text = rest;
  return true;
}

/// `21 Nov`, `21. Nov 2026`, `21-Nov-2026`
bool EatDayAndMonth(std::string_view& text) {
  SkipSpaces(text);
  if (!EatField(text, 2)) return false;
  (void)Eat(text, '.');
  const char between = text.starts_with('-') ? '-' : ' ';
  if (!Eat(text, between) || !EatMonth(text)) return false;
  std::string_view rest = text;
  if (Eat(rest, between) && EatYear(rest) && rest.starts_with(' ')) text = rest;
  return true;
}

/// ` +0900`, ` +09:00`, ` UTC`: what is not a host.
void SkipZone(std::string_view& text) {
  std::string_view rest = text;
  if (!Eat(rest, ' ')) return;
  const bool is_zone = EatLike<"+0000">(rest) || EatLike<"-0000">(rest) ||
                       EatLike<"+00:00">(rest) || EatLike<"-00:00">(rest) || Eat(rest, "UTC") ||
                       Eat(rest, "GMT") || Eat(rest, "JST");
  if (is_zone && rest.starts_with(' ')) text = rest;
}

/// `Nov 21 2026 10:00:00.123`, `21 Nov 10:00:00`
bool EatDateAndTime(std::string_view& text) {
  std::string_view rest = text;
  if (!EatMonthAndDay(rest) && (rest = text, !EatDayAndMonth(rest))) return false;
  if (!Eat(rest, ' ') || !EatTime(rest)) return false;
  text = rest;
  return true;
}

/// The short names of weekdays that are ASCII, in lower case: English, German and Dutch, French,
/// Spanish, Italian, Portuguese. A host may have any other name.
constexpr auto kWeekdays = std::to_array<std::string_view>(
    {"sun", "mon", "tue", "wed", "thu", "fri", "sat", "so",  "mo",  "di",  "mi",  "do",
     "fr",  "sa",  "zo",  "ma",  "wo",  "vr",  "za",  "dim", "lun", "mar", "mer", "jeu",
     "ven", "sam", "dom", "jue", "vie", "gio", "sab", "seg", "ter", "qua", "qui", "sex"});

bool IsWeekday(std::string_view name) {
  if (std::any_of(name.begin(), name.end(), [](char c) { return !IsAlpha(c); })) return true;
  return std::any_of(kWeekdays.begin(), kWeekdays.end(),
                     [name](std::string_view day) { return EqualFold(day, name); });
}

/// `Sat `, `Sat, `, `sam. `, `土 `
bool EatWeekday(std::string_view& text) {
  std::string_view rest = text;
  if (!IsWeekday(TakeWhile(rest, IsLetterByte)) || !EatName(text)) return false;
  (void)Eat(text, ',');
  return Eat(text, ' ');
}

/// Any of these after a weekday, where the year may also come after the time:
/// `Sat Nov 21 10:00:00 2026`, `Sat Nov 21 10:00:00 JST 2026`
bool EatStampOfWeekday(std::string_view& text) {
  if (!EatWeekday(text) || !EatDateAndTime(text)) return false;
  SkipZone(text);
  std::string_view rest = text;
  if (Eat(rest, ' ') && EatYear(rest) && rest.starts_with(' ')) text = rest;
  return true;
}

/// `2026-11-21 10:00:00 +0900`; after a `T` it would be a host.
bool EatIsoStampAndZone(std::string_view& text) {
  const bool has_blank = text.size() > 10 && text[10] == ' ';
  if (!EatIsoStamp(text)) return false;
  if (has_blank) SkipZone(text);
  return true;
}

/// `Sat 2026-11-21 10:00:00 JST`
bool EatShortFullStamp(std::string_view& text) {
  return EatWeekday(text) && EatIsoStamp(text) && Eat(text, ' ') &&
         !TakeWhile(text, [](char c) {
            return IsAlpha(c) || c == '+' || c == '-' || IsDigit(c);
          }).empty();
}

/// `[   12.345678]`
bool EatMonotonicStamp(std::string_view& text) {
  if (!Eat(text, '[')) return false;
  SkipSpaces(text);
  return !TakeWhile(text, IsDigit).empty() && EatLike<".000000]">(text);
}

/// `1795222800.123456`
bool EatUnixStamp(std::string_view& text) { return EatLike<"0000000000.000000">(text); }

/// `+0900`, `+09`
void SkipUncommonZone(std::string_view& text) {
  if (EatLike<"+0000">(text) || EatLike<"-0000">(text) || EatLike<"+00">(text)) return;
  (void)EatLike<"-00">(text);
}

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

bool TakeDate(std::string_view& text, std::string_view& stamp) {
  return Take(text, stamp, EatIsoStampAndZone) || Take(text, stamp, EatDateAndTime) ||
         Take(text, stamp, EatStampOfWeekday) || Take(text, stamp, EatShortFullStamp);
}

}  // namespace

bool EatIsoStamp(std::string_view& text) {
  if (!StartsLike<"____-__-_____:__:__">(text) || !IsFieldByte(text.front())) return false;
  if (text[10] != 'T' && text[10] != ' ' && text[10] != 't' && text[10] != '_') return false;
  text.remove_prefix(19);
  SkipFraction(text);
  if (!Eat(text, 'Z') && !Eat(text, 'z') && !EatLike<"+00:00">(text) && !EatLike<"-00:00">(text)) {
    if (!text.starts_with(' ')) SkipUncommonZone(text);
  }
  return text.starts_with(' ');
}

bool TakeStamp(std::string_view& text, std::string_view& stamp) {
  return TakePlainStamp(text, stamp) || TakeDate(text, stamp) || Take(text, stamp, EatUnixStamp) ||
         Take(text, stamp, EatMonotonicStamp);
}

bool BeginsWithDate(std::string_view text) {
  std::string_view stamp;
  return StartsWithPlainStamp(text) || TakeDate(text, stamp);
}

}  // namespace maillog
