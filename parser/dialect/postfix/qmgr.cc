#include "parser/dialect/postfix/delivery.h"
#include "parser/dialect/postfix/families.h"
#include "parser/dialect/postfix/forms.h"

namespace maillog::postfix {
namespace {

/// `1234`, up to `end`; what is no number is counted and passed over.
std::optional<std::uint64_t> TakeNumber(std::string_view& text, char end,
                                        std::uint8_t& bad_values) {
  std::string_view rest = text;
  const auto value = TakeUint(rest);
  if (value && (rest.empty() || rest.front() == end)) {
    text = rest;
    return value;
  }
  ++bad_values;
  static_cast<void>(TakeUntil(text, end));
  return std::nullopt;
}

/// `, size=1234, nrcpt=1 (queue active)`, from behind the sender.
Event ParseActive(const Line& line, std::string_view text) {
  QueueActivation active{ServiceOf(line)};
  if (!Eat(text, ", size=")) return Unknown{};
  active.size_bytes = TakeNumber(text, ',', active.bad_values);
  if (!Eat(text, ", nrcpt=")) return Unknown{};
  active.recipients = TakeNumber(text, ' ', active.bad_values);
  return active;
}

/// `<sender>, size=…` or `<sender>, status=expired, returned to sender`, from behind `from=`.
Event ParseFrom(const Line& line, std::string_view text) {
  if (!SkipAddress(text)) return Unknown{};
  if (text == ", status=expired, returned to sender" ||
      text == ", status=force-expired, returned to sender")
    return QueueExpired{ServiceOf(line)};
  return ParseActive(line, text);
}

}  // namespace

Event ParseQmgr(const Line& line) {
  std::string_view text = line.message;
  if (TakeQueueRef(text) != QueueRef::kQueueId) return ParseForms(line);
  if (text == "removed") return QueueRemoved{ServiceOf(line)};
  if (Eat(text, "from=")) return ParseFrom(line, text);
  if (StartsWith(text, "to=")) return ParseDelivery(line, text);
  return ParseForms(line);
}

}  // namespace maillog::postfix
