#include "parser/dialect/postfix/delivery.h"
#include "parser/dialect/postfix/families.h"
#include "parser/dialect/postfix/forms.h"

namespace maillog::postfix {
namespace {

/// `1234`, up to `end`; what is not a number is counted and skipped.
[[gnu::always_inline]] inline void TakeNumber(std::string_view& text, char end,
                                              std::optional<std::uint64_t>& number,
                                              std::uint8_t& bad_values) {
  std::string_view rest = text;
  std::uint64_t value = 0;
  if (TakeUint(rest, value) && (rest.empty() || rest.front() == end)) {
    text = rest;
    number = value;
    return;
  }
  ++bad_values;
  (void)TakeUntil(text, end);
}

/// The event, from after `, size=`; `text` is left where it stopped if there is none.
[[gnu::always_inline]] inline bool TakeSizeAndRecipients(std::string_view& text,
                                                         QueueActivation& active) {
  std::string_view from_size = text;
  TakeNumber(text, ',', active.size_bytes, active.bad_values);
  if (Eat(text, ", nrcpt=")) {
    TakeNumber(text, ' ', active.recipients, active.bad_values);
    return true;
  }
  active.bad_values = 0;
  active.size_bytes.reset();
  TakeNumber(from_size, ' ', active.size_bytes, active.bad_values);
  return from_size == " (queue active)";
}

/// `, size=1234, nrcpt=1 (queue active)`, starting after the sender. The first versions did not
/// tell the number of recipients.
Event ParseActive(const Line& line, std::string_view text) {
  Event event{std::in_place_type<QueueActivation>, NewEvent<QueueActivation>{}};
  QueueActivation& active = std::get<QueueActivation>(event);
  static_cast<Service&>(active) = ServiceOf(line);
  if (!Eat(text, ", size=") || !TakeSizeAndRecipients(text, active)) event = StoppedAt(text);
  return event;
}

/// `<sender>, size=…` or `<sender>, status=expired, returned to sender`, starting after `from=`.
/// The status may also be `force-expired`.
Event ParseFrom(const Line& line, std::string_view text) {
  if (!SkipAddress(text)) return StoppedAt(text);
  if (StartsWith(text, ", status=") && EndsWith(text, ", returned to sender"))
    return QueueExpired{ServiceOf(line)};
  return ParseActive(line, text);
}

}  // namespace

Event ParseQmgr(const Line& line, QueueRef ref, std::string_view text) {
  if (ref == QueueRef::kQueueId && text == "removed") return QueueRemoved{ServiceOf(line)};
  if (Eat(text, "from=")) return ParseFrom(line, text);
  if (StartsWith(text, "to=")) return ParseDelivery(line, text);
  return ParseForms(line);
}

}  // namespace maillog::postfix
