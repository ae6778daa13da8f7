#include "mails/mail_line.h"

#include <optional>
#include <variant>

#include "parser/queue_id.h"
#include "parser/scan.h"

namespace maillog {
namespace {

/// The text if it is a queue id, without masks; else an empty one.
std::string_view QueueIdAlone(std::string_view text) {
  return IsQueueId(text) && !IsMaskedQueueId(text, text.size()) ? text : std::string_view{};
}

/// The id between `word`, which ends in a blank, and `)`, where both end the text.
std::string_view IdInReply(std::string_view text, std::string_view word) {
  if (!EatBack(text, ")")) return {};
  const std::string_view id = text.substr(text.rfind(' ') + 1);
  return EndsWith(FirstBytes(text, text.size() - id.size()), word) ? QueueIdAlone(id)
                                                                   : std::string_view{};
}

void ReadDelivery(const Delivery& delivery, std::string_view text, MailLine& line) {
  line.step = MailStep::kDelivery;
  if (delivery.server != Server::kPostfix) line.queue_id = {};
  if (delivery.status != DeliveryStatus::kSent) return;
  if (delivery.agent == Agent::kLocal) {
    line.other_id = IdInReply(text, "status=sent (forwarded as ");
    if (!line.other_id.empty()) line.link = MailLink::kForwardedAs;
  } else if (delivery.next_hop == NextHop::kLoopback || delivery.next_hop == NextHop::kSocket) {
    line.other_id = IdInReply(text, " queued as ");
    if (!line.other_id.empty()) line.link = MailLink::kQueuedAs;
  } else if (delivery.is_near) {
    line.other_id = IdInReply(text, " queued as ");
    if (!line.other_id.empty()) line.link = MailLink::kReturnedAs;
  }
}

void ReadBeginning(const SmtpMessage& message, std::string_view text, MailLine& line) {
  line.step = MailStep::kBegun;
  if (message.server != Server::kPostfix) line.queue_id = {};
  if (message.origin != MessageOrigin::kReinjected) return;
  (void)TakeUntil(text, ',');
  if (Eat(text, ", sasl_method=")) (void)TakeUntil(text, ',');
  if (!Eat(text, ", orig_queue_id=")) return;
  line.other_id = QueueIdAlone(TakeUntil(text, ','));
  if (!line.other_id.empty()) line.link = MailLink::kCameFrom;
}

/// `uid=0 from=<root> orig_id=4jWzRY3TvwzFNqL`
void ReadSubmission(const MessageSubmitted& message, std::string_view text, MailLine& line) {
  line.step = MailStep::kSubmitted;
  if (message.via != Via::kPickup) return;
  const auto id = TakeBack(text, "> orig_id=");
  line.other_id = QueueIdAlone(id.value_or(std::string_view{}));
  if (!line.other_id.empty()) line.link = MailLink::kRequeuedAs;
}

void ReadNotice(std::string_view text, MailLine& line) {
  line.step = MailStep::kNotice;
  const auto id = TakeBack(text, "notification: ");
  line.other_id = QueueIdAlone(id.value_or(std::string_view{}));
  if (!line.other_id.empty()) line.link = MailLink::kNoticeIs;
}

void ReadAction(const SmtpAction& action, MailLine& line) {
  if (action.action == Action::kDiscard) line.step = MailStep::kDiscarded;
  if (action.action == Action::kHold || action.action == Action::kQuarantine)
    line.step = MailStep::kHeld;
}

/// Lines that move no counter of their own: what postsuper does to one mail.
void ReadIgnored(const Record& record, std::string_view text, MailLine& line) {
  if (record.program.find('/') == std::string_view::npos) {
    line.queue_id = {};
  } else if (text == "removed (canceled)") {
    line.step = MailStep::kCanceled;
  } else if (StartsWith(text, "status=deferred (") && EndsWith(text, " failed)")) {
    if (EndsWith(record.program, "/qmgr")) line.step = MailStep::kPutBack;
  } else if (EndsWith(record.program, "/postsuper")) {
    if (text == "removed") line.step = MailStep::kDeleted;
    if (text == "placed on hold") line.step = MailStep::kHeld;
    if (text == "released from hold") line.step = MailStep::kReleased;
    if (text == "requeued") line.step = MailStep::kRequeued;
  }
}

template <class E>
constexpr std::size_t kIndexOf = IndexOfEvent<E>();

}  // namespace

MailLine ReadMailLine(const Record& record, const Event& event) {
  if (record.speaker != Speaker::kProgram) return {};
  std::string_view message = record.message;
  SkipSpaces(message);
  return ReadMailLine(record, event, message.substr(0, LeadingQueueId(message)));
}

MailLine ReadMailLine(const Record& record, const Event& event, std::string_view queue_id) {
  MailLine line;
  if (queue_id.empty()) return line;
  const std::string_view from_id =
      AfterBytes(record.message, static_cast<std::size_t>(queue_id.data() - record.message.data()));
  if (IsMaskedQueueId(from_id, queue_id.size())) return line;
  const std::string_view text = AfterBytes(from_id, queue_id.size() + 2);
  line.text = text;
  line.queue_id = queue_id;
  switch (event.index()) {
    case kIndexOf<Delivery>:
      ReadDelivery(*std::get_if<Delivery>(&event), text, line);
      break;
    case kIndexOf<Ignored>:
      ReadIgnored(record, text, line);
      break;
    case kIndexOf<QueueActivation>:
      line.step = MailStep::kQueued;
      break;
    case kIndexOf<QueueRemoved>:
      line.step = MailStep::kRemoved;
      break;
    case kIndexOf<SmtpMessage>:
      ReadBeginning(*std::get_if<SmtpMessage>(&event), text, line);
      break;
    case kIndexOf<MessageSubmitted>:
      ReadSubmission(*std::get_if<MessageSubmitted>(&event), text, line);
      break;
    case kIndexOf<QueueExpired>:
      line.step = MailStep::kExpired;
      break;
    case kIndexOf<BounceNotice>:
      ReadNotice(text, line);
      break;
    case kIndexOf<SmtpReject>:
      if (std::get_if<SmtpReject>(&event)->stage == Stage::kEndOfData)
        line.step = MailStep::kRefused;
      break;
    case kIndexOf<SmtpAction>:
      ReadAction(*std::get_if<SmtpAction>(&event), line);
      break;
    default:
      line.queue_id = {};
      break;
  }
  return line;
}

}  // namespace maillog
