#include "parser/address.h"
#include "parser/dialect/epost/logs.h"
#include "parser/dialogue.h"
#include "parser/reason.h"
#include "parser/scan.h"

namespace maillog::epost {
namespace {

/// What goes out was made by the server itself if it has no sender, or is a branch for an error:
/// E001 goes to the sender, EP001 to the postmaster. Automatic answers (Y001) and notices to lists
/// have no sender either.
std::optional<NoticeKind> NoticeOf(std::string_view branch, std::string_view sender) {
  if (StartsWith(branch, "EP")) return NoticeKind::kPostmaster;
  if (StartsWith(branch, "E")) return NoticeKind::kNonDelivery;
  const bool is_answer = !branch.empty() && !IsDigit(branch.front()) && !StartsWith(branch, "R") &&
                         !StartsWith(branch, "C");
  const bool has_sender = !sender.empty() && sender != "-" && sender != "<>";
  if (has_sender || is_answer) return std::nullopt;
  return NoticeKind::kNonDelivery;
}

FinalDelivery Remote(DeliveryStatus status) {
  auto delivery = Ours<FinalDelivery>();
  delivery.agent = Agent::kSmtp;
  delivery.next_hop = NextHop::kRemote;
  delivery.status = status;
  return delivery;
}

/// outlog and outlocallog have one form: a mail that went to this host itself, or to no host, was
/// delivered locally.
void SetTarget(std::string_view own_host, std::string_view target, FinalDelivery& delivery) {
  const std::string_view ip = TakeUntil(target, ' ');
  SkipSpaces(target);
  const bool is_local = (ip.empty() && target.empty()) || IsLoopback(ip) ||
                        (!own_host.empty() && EqualFold(target, own_host));
  if (is_local) {
    delivery.agent = Agent::kLocal;
    delivery.next_hop = NextHop::kLocal;
  } else {
    delivery.receiver = ReceiverOf(target);
  }
}

/// `a@example.jp to b@example.net c@example.net`, ` to b@example.net`. A sender may hold ` to ` as
/// well: the last one is it.
bool SetAddresses(const MessageId& id, std::string_view text, FinalDelivery& delivery) {
  std::string_view recipients = text;
  std::string_view sender;
  if (const auto found = TakeBack(text, " to ")) {
    recipients = *found;
    sender = text;
  } else if (!Eat(recipients, "to ")) {
    return false;
  }
  delivery.recipients = CountWords(recipients);
  delivery.notice = NoticeOf(id.last_branch, sender);
  return delivery.recipients > 0;
}

/// What comes before the reason of a failure, ` [550 User Unknown]`, which follows a recipient.
std::string_view TakeAddresses(std::string_view& text) {
  const std::string_view whole = text;
  (void)SkipPast(text, "to ");
  (void)TakeUntil(text, " [");
  return TakenFrom(whole, text);
}

/// `203.0.113.25 mx.example.net from a@example.jp to b@example.net`, after `to `
Event SentEvent(const MessageId& id, std::string_view own_host, std::string_view text) {
  std::string_view target;
  if (!Eat(text, "from ")) {
    const auto found = TakePast(text, " from ");
    if (!found) return Unknown{};
    target = *found;
    SkipSpaces(target);
  }
  FinalDelivery delivery = Remote(DeliveryStatus::kSent);
  SetTarget(own_host, target, delivery);
  if (!SetAddresses(id, text, delivery)) return Unknown{};
  return delivery;
}

/// A of `451 Requested action aborted: error in processing. (code=A/B)`, which E-Post says itself.
std::optional<std::uint64_t> OwnErrorIn(std::string_view text) {
  if (!SkipPast(text, "error in processing. (code=")) return std::nullopt;
  return TakeUint(text);
}

Reason OwnReason(std::string_view text) {
  if (text.find("Cannot resolve") != std::string_view::npos) return Reason::kHostNotFound;
  return Reason::kNetwork;  // no contact at all
}

void SetReason(std::string_view text, FinalDelivery& delivery) {
  const auto reply = ReadSmtpReply(text);
  if (const auto error = OwnErrorIn(text)) {
    delivery.reason = ReasonOfSocketError(*error);
  } else if (text.empty() || StartsWith(text, "Unable to deliver to destination domain")) {
    delivery.reason = OwnReason(text);
  } else if (reply) {
    delivery.dsn = DsnCode::Of(reply->dsn);
    delivery.dsn_class = DsnClassOf(reply->dsn);
    const Refusal refusal = RefusalOf(text, delivery.dsn, ReplyCode::Of(reply->code));
    delivery.reason = refusal.reason;
    delivery.policy = refusal.policy;
    delivery.receiver = refusal.receiver;
  } else {
    delivery.reason = ReasonOf(text, DsnCode{}, ReplyCode{});
  }
}

/// `a@example.jp to b@example.net [550 User Unknown]`, after `from `
Event FailedEvent(const MessageId& id, std::string_view text) {
  const std::string_view addresses = TakeAddresses(text);
  FinalDelivery delivery = Remote(DeliveryStatus::kBounced);
  if (!SetAddresses(id, addresses, delivery)) return Unknown{};
  // Builds before September 2007 gave no reason.
  if (!Eat(text, " [")) return delivery;
  (void)EatBack(text, "]");
  SetReason(text, delivery);
  return delivery;
}

}  // namespace

Event OutLogEvent(std::string_view text) {
  const auto id = TakeMessageId(text);
  if (!id) return Unknown{};
  std::string_view host;
  if (Eat(text, '@')) host = TakeUntil(text, ' ');
  const bool is_sent = Eat(text, " sent on [");
  if (!is_sent && !Eat(text, " send fail on [")) return Unknown{};
  if (!SkipPast(text, "] ")) return Unknown{};
  if (is_sent) return Eat(text, "to ") ? SentEvent(*id, host, text) : Unknown{};
  return Eat(text, "from ") ? FailedEvent(*id, text) : Unknown{};
}

}  // namespace maillog::epost
