#include "parser/envelope/priority_word.h"

#include <algorithm>
#include <array>

#include "parser/envelope/word_list.h"
#include "parser/scan.h"

namespace maillog {
namespace {

constexpr auto kFacilities = std::to_array<std::string_view>(
    {"kern",   "user",   "mail",   "daemon",  "auth",     "security", "syslog",
     "lpr",    "news",   "uucp",   "cron",    "authpriv", "ftp",      "ntp",
     "audit",  "caa",    "aso",    "console", "local0",   "local1",   "local2",
     "local3", "local4", "local5", "local6",  "local7",   "unknown"});
constexpr auto kLevels =
    std::to_array<std::string_view>({"debug", "info", "notice", "warn", "warning", "err", "error",
                                     "crit", "alert", "emerg", "panic"});

/// `mail`, or `auth|security` as AIX writes it.
bool EatFacility(std::string_view& text) {
  do {
    if (!HasWord(kFacilities, TakeWhile(text, IsAlnum))) return false;
  } while (Eat(text, '|'));
  return true;
}

bool EatLevel(std::string_view& text) { return HasWord(kLevels, TakeWhile(text, IsLower)); }

/// `mail.info`, with this between both
bool EatWord(std::string_view& text, char between) {
  std::string_view rest = text;
  if (!EatFacility(rest) || !Eat(rest, between) || !EatLevel(rest)) return false;
  text = rest;
  return true;
}

/// `2.6`, `22`
bool EatNumber(std::string_view& text) {
  const std::size_t first = TakeWhile(text, IsDigit).size();
  if (first < 1 || first > 3) return false;
  return !Eat(text, '.') || TakeWhile(text, IsDigit).size() == 1;
}

/// `<mail.info>`, `<2.6>`, `<22>`
bool EatBracketed(std::string_view& text) {
  return Eat(text, '<') && (EatWord(text, '.') || EatNumber(text)) && Eat(text, '>');
}

bool EatMarked(std::string_view& text) {
  if (text.starts_with('<')) return EatBracketed(text);
  if (EatWord(text, ':')) return true;
  return EatWord(text, '.') && EatBracketed(text);
}

bool EatUnmarked(std::string_view& text) {
  const bool has_bracket = Eat(text, '[');
  return EatWord(text, '.') && (!has_bracket || Eat(text, ']'));
}

/// A priority ends with a blank, perhaps after a colon.
bool EatEnd(std::string_view& text) {
  (void)Eat(text, ':');
  if (!Eat(text, ' ')) return false;
  SkipSpaces(text);
  return true;
}

}  // namespace

bool IsPriorityWord(std::string_view word) { return EatWord(word, '.') && word.empty(); }

bool EatMarkedPriority(std::string_view& text) {
  std::string_view rest = text;
  if (!EatMarked(rest) || !EatEnd(rest)) return false;
  text = rest;
  return true;
}

bool EatLevelWord(std::string_view& text) {
  std::string_view rest = text;
  const std::string_view word = TakeWhile(rest, IsAlpha);
  const bool is_level = std::any_of(kLevels.begin(), kLevels.end(), [word](std::string_view level) {
    return EqualFold(level, word);
  });
  if (!is_level || !EatEnd(rest)) return false;
  text = rest;
  return true;
}

bool EatPriorityWord(std::string_view& text) {
  if (EatMarkedPriority(text)) return true;
  std::string_view rest = text;
  if (!EatUnmarked(rest) || !EatEnd(rest)) return false;
  text = rest;
  return true;
}

}  // namespace maillog
