#include "parser/dialect/postfix/delivery.h"
#include "parser/dialect/postfix/families.h"
#include "parser/dialect/postfix/forms.h"
#include "parser/value_word.h"

namespace maillog::postfix {
namespace {

/// `sender non-delivery notification: 1B9431D8AD3`
std::optional<NoticeKind> NoticeOf(std::string_view text) {
  if (Eat(text, "sender ")) {
    if (StartsWith(text, "non-delivery notification: ")) return NoticeKind::kNonDelivery;
    if (StartsWith(text, "delay notification: ")) return NoticeKind::kDelay;
    if (StartsWith(text, "delivery status notification: ")) return NoticeKind::kSuccess;
    return std::nullopt;
  }
  if (!Eat(text, "postmaster ")) return std::nullopt;
  const bool known =
      StartsWith(text, "non-delivery notification: ") || StartsWith(text, "delay notification: ");
  return known ? std::optional(NoticeKind::kPostmaster) : std::nullopt;
}

/// What postsuper did to a message, and how it begins its total of them.
struct AdminWords {
  QueueAdminAction action;
  std::string_view of_one;
  std::string_view of_all;
};
constexpr AdminWords kAdminWords[] = {
    {QueueAdminAction::kRemoved, "removed", "Deleted: "},
    {QueueAdminAction::kHeld, "placed on hold", "Placed on hold: "},
    {QueueAdminAction::kReleased, "released from hold", "Released from hold: "},
    {QueueAdminAction::kRequeued, "requeued", "Requeued: "},
    {QueueAdminAction::kExpired, "expired", "Force-expired: "},
};

}  // namespace

// Collected logs may lack the queue id.
Event ParseBounce(const Line& line, QueueRef /*ref*/, std::string_view text) {
  if (const auto notice = NoticeOf(text)) return BounceNotice{ServiceOf(line), *notice};
  if (StartsWith(text, "to=")) return ParseDelivery(line, text);
  return ParseForms(line);
}

Event ParsePickup(const Line& line, QueueRef /*ref*/, std::string_view text) {
  // 3C34561D822: uid=0 from=<root> orig_id=…
  if (!Eat(text, "uid=")) return ParseForms(line);
  (void)TakeUntil(text, ' ');
  if (!StartsWith(text, " from=")) return StoppedAt(text);
  return MessageSubmitted{ServiceOf(line), Via::kPickup};
}

Event ParseQmqpd(const Line& line, QueueRef ref, std::string_view text) {
  // Sessions are counted for SMTP only.
  if (ref == QueueRef::kNone &&
      (StartsWith(text, "connect from ") || StartsWith(text, "disconnect from ")))
    return Ignored{};
  if (ref == QueueRef::kQueueId && StartsWith(text, "client="))
    return MessageSubmitted{ServiceOf(line), Via::kQmqpd};
  // NOQUEUE: client.example[192.0.2.1]: lost connection while receiving sender
  const bool has_client = TakeClient(text) || IsValueWord(TakeStandIn(text));
  if (ref != QueueRef::kNone && has_client && SkipPast(text, " while ")) return Ignored{};
  return ParseForms(line);
}

Event ParsePostsuper(const Line& line, QueueRef ref, std::string_view text) {
  for (const AdminWords& words : kAdminWords) {
    // 4jWzRV48XCzFNWF: placed on hold
    if (ref == QueueRef::kQueueId && text == words.of_one) return Ignored{};
    // Placed on hold: 3 messages
    if (ref != QueueRef::kNone || !Eat(text, words.of_all)) continue;
    std::uint64_t messages = 0;
    if (!TakeUint(text, messages) || !Eat(text, " message")) return StoppedAt(text);
    (void)Eat(text, "s");
    if (!text.empty()) return StoppedAt(text);
    return QueueAdmin{ServiceOf(line), words.action, messages};
  }
  return ParseForms(line);
}

}  // namespace maillog::postfix
