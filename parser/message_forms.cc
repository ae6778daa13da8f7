#include "parser/message_forms.h"

namespace maillog {
namespace {

bool EatNumber(std::string_view& text) {
  std::string_view rest = text;
  if (!Eat(rest, '-')) (void)Eat(rest, '+');
  if (TakeWhile(rest, IsDigit).empty()) return false;
  std::string_view fraction = rest;
  if (Eat(fraction, '.') && !TakeWhile(fraction, IsDigit).empty()) rest = fraction;
  text = rest;
  return true;
}

bool EatHex(std::string_view& text) {
  std::string_view rest = text;
  (void)Eat(rest, "0x");
  if (TakeWhile(rest, IsHexDigit).empty()) return false;
  text = rest;
  return true;
}

/// Moves past what the wildcard `kind` stands for, as far as it goes.
bool EatWildcard(char kind, std::string_view& text) {
  switch (kind) {
    case 'd':
      return EatNumber(text);
    case 'x':
      return EatHex(text);
    case 'w':
      return !TakeWhile(text, [](char c) { return c != ' '; }).empty();
    default:
      return Eat(text, '%');
  }
}

/// Moves form and text past their common front, up to the next `%s` or the end of the form; or up
/// to the literal or wildcard with which the text does not go on.
bool EatToText(std::string_view& form, std::string_view& text) {
  while (true) {
    const std::string_view literal = form.substr(0, FindOneOf(form, '%'));
    if (!SameText(text.substr(0, literal.size()), literal)) return false;
    form.remove_prefix(literal.size());
    text.remove_prefix(literal.size());
    if (form.empty() || StartsWith(form, "%s")) return true;
    if (form.size() == 1 || !EatWildcard(form[1], text)) return false;
    form.remove_prefix(2);
  }
}

/// Moves form, from after a `%s`, and text past the first place where the form goes on.
bool SkipToForm(std::string_view& form, std::string_view& text) {
  const std::string_view literal = form.substr(0, FindOneOf(form, '%'));
  // A form that ends here must end with the text, so a match in the middle does not count.
  if (literal.size() == form.size()) {
    if (!text.ends_with(literal)) return false;
    form = {};
    text = {};
    return true;
  }
  for (;; text.remove_prefix(1)) {
    // An empty literal is everywhere.
    (void)TakeUntil(text, literal);
    if (text.size() < literal.size()) return false;
    std::string_view form_after = form.substr(literal.size());
    std::string_view text_after = text.substr(literal.size());
    if (EatToText(form_after, text_after) && (!form_after.empty() || text_after.empty())) {
      form = form_after;
      text = text_after;
      return true;
    }
    if (text.empty()) return false;
  }
}

}  // namespace

std::size_t ReadByForm(std::string_view form, std::string_view text) {
  const std::string_view whole = text;
  bool fits = EatToText(form, text);
  while (fits && Eat(form, "%s")) {
    if (form.empty()) return whole.size();
    // The text that a value takes is read only if what follows it is there.
    const std::string_view literal = TakeUntil(form, '%');
    fits = !literal.empty() && SkipPast(text, literal) && EatToText(form, text);
  }
  // The part of a literal that is there.
  while (!form.empty() && form.front() != '%' && Eat(text, form.front())) form.remove_prefix(1);
  return TakenFrom(whole, text).size();
}

bool HasForm(std::string_view form, std::string_view text) {
  if (!EatToText(form, text)) return false;
  while (Eat(form, "%s")) {
    if (form.empty()) return true;
    if (!SkipToForm(form, text)) return false;
  }
  return text.empty();
}

}  // namespace maillog
