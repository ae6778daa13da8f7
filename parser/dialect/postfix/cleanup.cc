#include "parser/dialect/postfix/delivery.h"
#include "parser/dialect/postfix/families.h"
#include "parser/dialect/postfix/forms.h"
#include "parser/dialect/postfix/restriction.h"

namespace maillog::postfix {

Event ParseCleanup(const Line& line, QueueRef ref, std::string_view text) {
  if (ref == QueueRef::kNone && !StartsWith(text, "message-id=")) return ParseForms(line);
  // 4jX0Qy4lD0zGZBj: message-id=<20090423123116.5DBD.FCC67583@example.com>
  if (StartsWith(text, "message-id=") || StartsWith(text, "resent-message-id=")) return Ignored{};
  // 4jX0Qy4qDgzGZBj: removed (canceled)
  if (StartsWith(text, "removed (")) return Ignored{};
  if (const auto restriction = ParseRestriction(line, text)) return *restriction;
  if (StartsWith(text, "to=")) return ParseDelivery(line, text);
  // Another header than Message-ID and Resent-Message-ID.
  std::string_view rest = text;
  if (EndsWith(TakeUntilOneOf<'=', ' '>(rest), "message-id") && Eat(rest, '=')) return Ignored{};
  return ParseForms(line);
}

}  // namespace maillog::postfix
