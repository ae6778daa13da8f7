#include "parser/dialect/postfix/forms.h"

namespace maillog::postfix {
namespace {

using HasForm = bool (*)(Lead, std::string_view);

constexpr HasForm kFamilies[] = {
    HasPostscreenForm, HasSmtpdForm, HasSmtpForm,    HasTlsForm,     HasOtherForm,
    HasQmgrForm,       HasLocalForm, HasCleanupForm, HasLibraryForm, HasTablesForm,
};

bool Has(Lead lead, std::string_view text) {
  for (const HasForm has_form : kFamilies) {
    if (has_form(lead, text)) return true;
  }
  return false;
}

bool TakeFunction(std::string_view& text) {
  std::string_view rest = text;
  const std::string_view name =
      TakeWhile(rest, [](char c) { return IsLower(c) || IsDigit(c) || c == '_'; });
  if (name.find('_') == std::string_view::npos) return false;
  if (Eat(rest, '[') && (!TakeUint(rest) || !Eat(rest, ']'))) return false;
  if (!Eat(rest, ": ")) return false;
  text = rest;
  return true;
}

bool TakeTable(std::string_view& text) {
  std::string_view rest = text;
  if (TakeWhile(rest, [](char c) { return IsLower(c) || IsDigit(c); }).empty()) return false;
  if (!Eat(rest, ':') || TakeUntil(rest, ' ').empty() || !Eat(rest, ' ')) return false;
  text = rest;
  return true;
}

}  // namespace

Event ParseForms(const Line& line) {
  std::string_view text = line.message;
  if (Has(Lead::kNothing, text)) return Ignored{};
  if (TakeQueueRef(text) != QueueRef::kNone) {
    if (Has(Lead::kQueueId, text)) return Ignored{};
  } else if (TakeFunction(text)) {
    if (Has(Lead::kFunction, text)) return Ignored{};
  } else if (TakeClient(text)) {
    if (Has(Lead::kClient, text)) return Ignored{};
  } else if (TakeTable(text)) {
    if (Has(Lead::kTable, text)) return Ignored{};
  }
  return Unknown{};
}

}  // namespace maillog::postfix
