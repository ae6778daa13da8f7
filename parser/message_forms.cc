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

/// Moves form and text past their common front, up to the next `%s` or the end of the form.
bool EatToText(std::string_view& form, std::string_view& text) {
  while (!form.empty() && !StartsWith(form, "%s")) {
    if (!Eat(form, '%')) {
      if (!Eat(text, form.front())) return false;
    } else if (form.empty() || !EatWildcard(form.front(), text)) {
      return false;
    }
    form.remove_prefix(1);
  }
  return true;
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
  return TakenFrom(whole, text).size();
}

bool HasForm(std::string_view form, std::string_view text) {
  if (!EatToText(form, text)) return false;
  while (Eat(form, "%s")) {
    if (form.empty()) return true;
    std::string_view form_after = form;
    std::string_view text_after = text;
    // A form that ends here must end with the text, so a match in the middle does not count.
    while (!EatToText(form_after, text_after) || (form_after.empty() && !text_after.empty())) {
      if (text.empty()) return false;
      text.remove_prefix(1);
      form_after = form;
      text_after = text;
    }
    form = form_after;
    text = text_after;
  }
  return text.empty();
}

}  // namespace maillog
