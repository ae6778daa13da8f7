#include "mails/mail_line.h"

#include <algorithm>
#include <optional>
#include <variant>

#include "parser/dialect/postfix/line.h"
#include "parser/scan.h"

namespace maillog {
namespace {

using postfix::QueueRef;

/// The text if it is a queue id, without masks; else an empty one.
std::string_view QueueIdAlone(std::string_view text) {
  constexpr std::size_t kShortest = 6;
  constexpr std::size_t kLongest = 32;
  if (text.size() < kShortest || text.size() > kLongest) return {};
  bool is_short = true;
  bool is_long = true;
  for (const char c : text) {
    const bool digit = IsDigit(c);
    is_short = is_short && (digit || (c >= 'A' && c <= 'F'));
    is_long = is_long && (digit || (IsAlpha(c) && std::string_view("AEIOUaeiou").find(c) ==
                                                      std::string_view::npos));
  }
  return is_short || is_long ? text : std::string_view{};
}

/// The id between `word` and `)`, where both end the text.
std::string_view IdInReply(std::string_view text, std::string_view word) {
  constexpr std::size_t kLongest = 32;
  if (!EatBack(text, ")")) return {};
  const std::string_view end =
      text.substr(text.size() - std::min(text.size(), kLongest + word.size()));
  const std::size_t at = end.rfind(word);
  return at == std::string_view::npos ? std::string_view{}
                                      : QueueIdAlone(end.substr(at + word.size()));
}

void ReadDelivery(const Delivery& delivery, MailLine& line) {
  line.step = MailStep::kDelivery;
  if (delivery.status != DeliveryStatus::kSent) return;
  if (delivery.agent == Agent::kLocal) {
    line.other_id = IdInReply(line.text, "status=sent (forwarded as ");
    if (!line.other_id.empty()) line.link = MailLink::kForwardedAs;
  } else if (delivery.next_hop == NextHop::kLoopback) {
    line.other_id = IdInReply(line.text, " queued as ");
    if (!line.other_id.empty()) line.link = MailLink::kQueuedAs;
  }
}

void ReadBeginning(const SmtpMessage& message, MailLine& line) {
  line.step = MailStep::kBegun;
  if (message.origin != MessageOrigin::kReinjected) return;
  std::string_view text = line.text;
  (void)TakeUntil(text, ',');
  if (Eat(text, ", sasl_method=")) (void)TakeUntil(text, ',');
  if (!Eat(text, ", orig_queue_id=")) return;
  line.other_id = QueueIdAlone(TakeUntil(text, ','));
  if (!line.other_id.empty()) line.link = MailLink::kCameFrom;
}

/// `uid=0 from=<root> orig_id=4jWzRY3TvwzFNqL`
void ReadSubmission(const MessageSubmitted& message, MailLine& line) {
  line.step = MailStep::kSubmitted;
  if (message.via != Via::kPickup) return;
  std::string_view text = line.text;
  const auto id = TakeBack(text, "> orig_id=");
  line.other_id = QueueIdAlone(id.value_or(std::string_view{}));
  if (!line.other_id.empty()) line.link = MailLink::kRequeuedAs;
}

void ReadNotice(MailLine& line) {
  line.step = MailStep::kNotice;
  std::string_view text = line.text;
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
void ReadIgnored(const Record& record, MailLine& line) {
  if (line.text == "removed (canceled)") {
    line.step = MailStep::kCanceled;
  } else if (record.program.ends_with("/postsuper")) {
    if (line.text == "removed") line.step = MailStep::kDeleted;
    if (line.text == "placed on hold") line.step = MailStep::kHeld;
    if (line.text == "released from hold") line.step = MailStep::kReleased;
    if (line.text == "requeued") line.step = MailStep::kRequeued;
  }
}

/// Whether a line of the kind can be about a mail of Postfix.
bool MayBeOfAMail(const Record& record, const Event& event) {
  if (std::holds_alternative<Ignored>(event))
    return record.program.find('/') != std::string_view::npos;
  if (const auto* const begun = std::get_if<SmtpMessage>(&event))
    return begun->server == Server::kPostfix && begun->origin != MessageOrigin::kProxied;
  if (const auto* const delivery = std::get_if<Delivery>(&event))
    return delivery->server == Server::kPostfix;
  return std::holds_alternative<QueueActivation>(event) ||
         std::holds_alternative<QueueRemoved>(event) ||
         std::holds_alternative<QueueExpired>(event) ||
         std::holds_alternative<BounceNotice>(event) ||
         std::holds_alternative<MessageSubmitted>(event) ||
         std::holds_alternative<SmtpReject>(event) || std::holds_alternative<SmtpAction>(event);
}

}  // namespace

MailLine ReadMailLine(const Record& record, const Event& event) {
  MailLine line;
  if (record.speaker != Speaker::kProgram || !MayBeOfAMail(record, event)) return line;
  line.text = record.message;
  SkipSpaces(line.text);
  const std::string_view message = line.text;
  if (postfix::TakeQueueRef(line.text) != QueueRef::kQueueId) return line;
  const std::string_view id = message.substr(0, message.size() - line.text.size() - 2);
  if (id.find('*') != std::string_view::npos) return line;
  line.queue_id = id;
  if (const auto* const delivery = std::get_if<Delivery>(&event)) {
    ReadDelivery(*delivery, line);
  } else if (std::holds_alternative<Ignored>(event)) {
    ReadIgnored(record, line);
  } else if (std::holds_alternative<QueueActivation>(event)) {
    line.step = MailStep::kQueued;
  } else if (std::holds_alternative<QueueRemoved>(event)) {
    line.step = MailStep::kRemoved;
  } else if (const auto* const begun = std::get_if<SmtpMessage>(&event)) {
    ReadBeginning(*begun, line);
  } else if (const auto* const submitted = std::get_if<MessageSubmitted>(&event)) {
    ReadSubmission(*submitted, line);
  } else if (std::holds_alternative<QueueExpired>(event)) {
    line.step = MailStep::kExpired;
  } else if (std::holds_alternative<BounceNotice>(event)) {
    ReadNotice(line);
  } else if (const auto* const reject = std::get_if<SmtpReject>(&event)) {
    if (reject->stage == Stage::kEndOfData) line.step = MailStep::kRefused;
  } else if (const auto* const action = std::get_if<SmtpAction>(&event)) {
    ReadAction(*action, line);
  }
  return line;
}

}  // namespace maillog
