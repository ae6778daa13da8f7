#include "exporter/trace/queued_mails.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <variant>

#include "mails/filter_answer.h"

namespace maillog {
namespace {

using Kind = TraceLine::Kind;

// Whether the line cannot be about what is known as this mail.
bool BeginsAnother(const TraceLine& line, const QueuedMail& mail) {
  switch (line.kind) {
    case Kind::kClient:
    case Kind::kPickup:
      return !mail.client.empty() || mail.is_pickup || mail.removed;
    case Kind::kMessageId:
      return mail.removed || (!mail.message_id.empty() && mail.message_id != line.message_id);
    default:
      return false;  // the last delivery may be logged after `removed`
  }
}

void AddQueued(const TraceLine& line, const Event& event, QueuedMail& mail) {
  mail.has_sender = true;
  mail.from = line.from;
  const auto* const activation = std::get_if<QueueActivation>(&event);
  if (activation == nullptr) return;
  mail.size_bytes = activation->size_bytes;
  mail.recipient_count = std::max(mail.recipient_count, activation->recipients.value_or(0));
}

}  // namespace

Record RecordOf(const TracedText& text) {
  return {.host = text.host, .program = text.program, .message = text.message};
}

std::size_t QueuedMails::MailOf(const TracedText& text, const TraceLine& line) {
  std::string key = text.host;
  key.append(" ").append(line.syslog_name).append(" ").append(line.queue_id);
  const auto [at, is_new] = latest_.try_emplace(std::move(key), mails_.size());
  if (!is_new && !line.queue_id.empty() && !BeginsAnother(line, mails_[at->second])) {
    return at->second;
  }
  at->second = mails_.size();
  QueuedMail& mail = mails_.emplace_back();
  mail.host = text.host;
  mail.syslog_name = line.syslog_name;
  mail.queue_id = line.queue_id;
  mail.begun = text.time;
  // Postfix's own mail begins so; of another one there is a line before.
  mail.has_beginning = line.kind == Kind::kMessageId;
  return at->second;
}

void QueuedMails::Add(const TracedText& text, std::size_t index, const TraceLine& line) {
  const std::size_t at = MailOf(text, line);
  QueuedMail& mail = mails_[at];
  mail.lines.push_back(index);
  mail.matches = mail.matches || what_.Matches(line);
  switch (line.kind) {
    case Kind::kClient:
      mail.has_beginning = true;
      mail.client = line.client;
      mail.user = line.user;
      mail.orig_queue_id = line.other_id;
      break;
    case Kind::kPickup:
      mail.has_beginning = true;
      mail.is_pickup = true;
      mail.from = line.from;
      mail.orig_queue_id = line.other_id;
      break;
    case Kind::kMessageId:
      mail.message_id = line.message_id;
      break;
    case Kind::kQueued:
      AddQueued(line, parser_.Parse(RecordOf(text)), mail);
      break;
    case Kind::kDelivery:
      AddDelivery(text, index, line, at);
      break;
    case Kind::kNotice:
      mail.notices.emplace_back(line.other_id);
      break;
    case Kind::kExpired:
      mail.expired = true;
      break;
    case Kind::kRefused:
    case Kind::kDiscarded:
      (line.kind == Kind::kRefused ? mail.refused : mail.discarded) = true;
      if (mail.from.empty()) mail.from = line.from;
      if (mail.queue_id.empty()) mail.recipients.push_back({.to = std::string(line.to)});
      break;
    case Kind::kHeld:
    case Kind::kReleased:
      mail.held = line.kind == Kind::kHeld;
      break;
    case Kind::kDeleted:
      mail.deleted = true;
      mail.removed = true;
      break;
    case Kind::kCanceled:
      mail.canceled = true;
      mail.removed = true;
      break;
    case Kind::kRemoved:
      mail.removed = true;
      break;
    case Kind::kOther:
      break;
  }
}

void QueuedMails::AddDelivery(const TracedText& text, std::size_t index, const TraceLine& line,
                              std::size_t mail) {
  const Event event = parser_.Parse(RecordOf(text));
  const auto* const delivery = std::get_if<Delivery>(&event);
  if (delivery == nullptr) return;
  std::vector<TracedRecipient>& all = mails_[mail].recipients;
  const auto [at, is_new] = recipients_.try_emplace(
      std::tuple(mail, std::string(line.to), std::string(line.orig_to)), all.size());
  const auto is_over = [](const TracedRecipient& recipient) {
    return recipient.status == DeliveryStatus::kSent ||
           recipient.status == DeliveryStatus::kBounced;
  };
  // Who has the mail, or will not get it, and is tried again is named twice among the recipients.
  if (!is_new && is_over(all[at->second])) at->second = all.size();
  if (at->second == all.size()) {
    all.push_back({.to = std::string(line.to), .orig_to = std::string(line.orig_to)});
  }
  TracedRecipient* const recipient = &all[at->second];
  ++recipient->attempts;
  recipient->status = delivery->status;
  recipient->agent = delivery->agent;
  recipient->discarded =
      delivery->agent == Agent::kDiscard || (MayBeDiscarded(*delivery) && SaysDiscarded(line.said));
  recipient->reason = delivery->reason;
  recipient->next_hop = delivery->next_hop;
  recipient->dsn = line.dsn;
  recipient->relay = line.relay;
  recipient->said = line.said;
  const bool sent = delivery->status == DeliveryStatus::kSent;
  recipient->next_id = sent ? QueuedAs(line.said) : std::string_view();
  recipient->line = index;
  recipient->time = text.time;
  recipient->delay = delivery->delay;
  recipient->before_queue = delivery->delays.front();
}

}  // namespace maillog
