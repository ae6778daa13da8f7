#include "parser/dialect/postfix/forms.h"

#include <algorithm>
#include <cstdint>

#include "parser/dialect/postfix/daemons.h"
#include "parser/dialect/postfix/delivery.h"
#include "parser/dialect/postfix/families.h"
#include "parser/value_word.h"

namespace maillog::postfix {
namespace {

constexpr const FormFamily* kFamilies[] = {
    &kPostscreenForms, &kSmtpdForms,   &kSmtpForms,    &kTlsForms,    &kOtherForms, &kQmgrForms,
    &kLocalForms,      &kCleanupForms, &kLibraryForms, &kTablesForms, &kSaslForms,
};

/// The daemon's own family is asked first; the others as well, since the forms of a library can
/// come from any program that is linked with it.
bool Has(Daemon daemon, Lead lead, std::string_view text) {
  const auto has = [=](const FormFamily* family) {
    const FormLookup* const forms = family->After(lead);
    return forms != nullptr && forms->Has(text);
  };
  const FormFamily* const own = RulesOf(daemon).forms;
  return has(own) ||
         std::any_of(std::begin(kFamilies), std::end(kFamilies),
                     [=](const FormFamily* other) { return other != own && has(other); });
}

/// How much of the text is left where the form that came furthest stopped.
std::size_t LeftOf(Lead lead, std::string_view text) {
  std::size_t read = 0;
  for (const FormFamily* const family : kFamilies) {
    const FormLookup* const forms = family->After(lead);
    if (forms != nullptr) read = std::max(read, forms->Read(text));
  }
  return text.size() - read;
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

/// Takes the lead of a message off.
Lead TakeLead(std::string_view& text) {
  if (TakeQueueRef(text) != QueueRef::kNone) return Lead::kQueueId;
  if (TakeFunction(text)) return Lead::kFunction;
  return TakeClient(text) ? Lead::kClient : Lead::kNothing;
}

/// Whether there is a form after a word that stands in for a lead.
bool HasAfterStandIn(Daemon daemon, std::string_view text) {
  const std::string_view word = TakeStandIn(text);
  if (word.empty()) return false;
  if (!IsValueWord(word)) {
    // Where a level word is missing, warnings of any program begin like this one of smtp's; smtpd's
    // lines may lack a NOQUEUE.
    const bool may_lack_words = daemon == Daemon::kSmtpd || StartsWith(text, "connect to ");
    return !may_lack_words && Has(daemon, Lead::kQueueId, text);
  }
  return Has(daemon, Lead::kQueueId, text) || Has(daemon, Lead::kClient, text) ||
         Has(daemon, Lead::kFunction, text) || HasValueForm(daemon, Lead::kQueueId, text);
}

}  // namespace

Event ParseForms(const Line& line) {
  std::string_view text = line.message;
  if (Has(line.daemon, Lead::kNothing, text)) return Ignored{};
  const Lead lead = TakeLead(text);
  if (lead != Lead::kNothing && Has(line.daemon, lead, text)) return Ignored{};
  // A delivery is one, whichever program logs it; most agents' rules have looked for it before.
  if (StartsWith(text, "to=")) return ParseDelivery(line, text);
  if (HasValueForm(line.daemon, lead, text) ||
      HasValueForm(line.daemon, Lead::kNothing, line.message) ||
      HasAfterStandIn(line.daemon, line.message))
    return Ignored{};
  const std::size_t left = std::min(LeftOf(lead, text), LeftOf(Lead::kNothing, line.message));
  return Unknown{static_cast<std::uint32_t>(left)};
}

Event ParseOther(const Line& line, QueueRef /*ref*/, std::string_view /*text*/) {
  return ParseForms(line);
}

}  // namespace maillog::postfix
