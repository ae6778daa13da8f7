#include "parser/dialect/postfix/line.h"

namespace maillog::postfix {
namespace {

bool SkipQuoted(std::string_view& text) {
  while (!text.empty()) {
    if (Eat(text, '\\')) {
      if (!text.empty()) text.remove_prefix(1);
    } else if (Eat(text, '"')) {
      return true;
    } else {
      text.remove_prefix(1);
    }
  }
  return false;
}

}  // namespace

bool SkipAnyAddress(std::string_view& text) {
  if (!Eat(text, '<')) {
    (void)TakeUntil(text, ',');
    return !text.empty();
  }
  std::string_view quoted = text;
  if (Eat(quoted, '"') && SkipQuoted(quoted) &&
      (quoted.starts_with('@') || quoted.starts_with('>')))
    text = quoted;
  if (!SkipPast(text, '>')) return false;
  (void)Eat(text, '>');  // collected logs have brackets within brackets
  return true;
}

std::string_view TakeStandIn(std::string_view& text) {
  constexpr std::size_t kMaxBytes = 512;
  std::string_view rest = text.substr(0, kMaxBytes);
  const std::string_view word = TakeUntilOneOf<':', ' '>(rest);
  if (word.empty() || !Eat(rest, ": ")) return {};
  text.remove_prefix(word.size() + 2);
  return word;
}

bool TakeClient(std::string_view& text) {
  std::string_view rest = text;
  (void)TakeWhile(rest, [](char c) { return c != '[' && c != ' ' && c != ':'; });
  if (!Eat(rest, '[')) return false;
  (void)TakeWhile(rest, [](char c) { return c != ']' && c != ' '; });
  if (!Eat(rest, ']') || !TakeUntil(rest, ' ').ends_with(':') || !Eat(rest, ' ')) return false;
  text = rest;
  return true;
}

Stage StageOf(std::string_view word) {
  struct Name {
    std::string_view word;
    Stage stage;
  };
  static constexpr Name kNames[] = {
      {"RCPT", Stage::kRcpt},         {"CONNECT", Stage::kConnect},
      {"MAIL", Stage::kMail},         {"EHLO", Stage::kHelo},
      {"HELO", Stage::kHelo},         {"LHLO", Stage::kHelo},
      {"DATA", Stage::kData},         {"BDAT", Stage::kData},
      {"AUTH", Stage::kAuth},         {"END-OF-MESSAGE", Stage::kEndOfData},
      {"STARTTLS", Stage::kStarttls}, {"ETRN", Stage::kEtrn},
      {"VRFY", Stage::kVrfy},
  };
  for (const Name& name : kNames) {
    if (name.word == word) return name.stage;
  }
  return Stage::kOther;
}

}  // namespace maillog::postfix
