#include "mails/mail_event.h"

#include <algorithm>
#include <variant>

#include "mails/filter_answer.h"
#include "parser/address.h"
#include "parser/fold_hash.h"
#include "parser/scan.h"

namespace maillog {
namespace {

[[gnu::always_inline]] inline std::uint64_t Mix(std::uint64_t hash, std::uint64_t salt,
                                                std::string_view text) {
  hash ^= text.size() * kGoldenRatio;
  if (text.size() < 8) return FoldHash(hash ^ FirstEight(text), salt);
  const std::uint64_t last = FirstEight(AfterBytes(text, text.size() - 8));
  for (; text.size() > 8; text = AfterBytes(text, 8))
    hash = FoldHash(hash ^ FirstEight(text), salt);
  return FoldHash(hash ^ last, salt);
}

/// The address in `host[address]`.
std::string_view AddressIn(std::string_view host) {
  (void)TakeUntil(host, '[');
  if (!Eat(host, '[')) return {};
  return TakeUntil(host, ']');
}

/// `client.example[192.0.2.1]`, or the one for which a proxy speaks: `, orig_client=…`, where
/// nothing that a client chose is before it.
MailOrigin OriginOf(const SmtpMessage& message, std::string_view text) {
  if (message.sasl_method.method != AuthMethod::kUnstated) return MailOrigin::kUser;
  std::string_view client = TakeUntil(text, ',');
  if (Eat(text, ", orig_queue_id=")) (void)TakeUntil(text, ',');
  if (Eat(text, ", orig_client=")) client = TakeUntil(text, ',');
  const std::string_view address = AddressIn(client);
  if (IsLoopback(address)) return MailOrigin::kHost;
  return IsPrivate(address) ? MailOrigin::kNear : MailOrigin::kOutside;
}

/// Where a delivery goes, whatever becomes of it. What is on this host may be a filter.
std::uint32_t PlaceOf(const Delivery& delivery) {
  if (delivery.next_hop == NextHop::kLoopback) return 0;
  switch (delivery.agent) {
    case Agent::kLmtp:
    case Agent::kLocal:
    case Agent::kVirtual:
    case Agent::kPipe:
      return kMailHere;
    case Agent::kSmtp:
      return delivery.is_near ? kMailHere : kMailAway;
    default:
      return 0;
  }
}

/// What follows the status. An address may hold these words too, but the line's own are the last.
std::string_view Said(std::string_view text) {
  return TakeBack(text, "status=sent (").value_or(std::string_view());
}

void AddDelivery(const Delivery& delivery, const MailLine& line, MailEvent& made) {
  if (delivery.delay) made.delay_us = *delivery.delay;
  made.is_final = true;
  switch (delivery.status) {
    case DeliveryStatus::kSent: {
      // Where it goes is known when it is known whether it comes back. What lmtp says without an id
      // is of a mailbox.
      const bool may_come_back =
          line.link != MailLink::kNone ||
          (delivery.next_hop == NextHop::kLoopback && delivery.agent == Agent::kSmtp);
      const bool is_dropped = delivery.agent == Agent::kDiscard ||
                              (MayBeDiscarded(delivery) && SaysDiscarded(Said(line.text)));
      if (is_dropped) {
        made.flags = kMailDropped;
      } else if (line.link == MailLink::kReturnedAs) {
        // Whoever knows the other mail decides.
      } else if (may_come_back) {
        made.flags = kMailHanded;
      } else {
        made.flags = kMailSent | PlaceOf(delivery);
        if (delivery.next_hop == NextHop::kLoopback) made.flags |= kMailHere;
      }
      return;
    }
    case DeliveryStatus::kBounced:
      made.flags = kMailFailed | PlaceOf(delivery);
      return;
    case DeliveryStatus::kDeliverable:
    case DeliveryStatus::kUndeliverable:
      made.flags = kMailProbe;
      return;
    case DeliveryStatus::kDeferred:
    case DeliveryStatus::kOther:
      made.is_final = false;
      made.flags = PlaceOf(delivery);
      return;
  }
}

std::uint32_t UpToMost(std::uint64_t number) {
  constexpr std::uint64_t kMax = 1'000'000'000;
  return static_cast<std::uint32_t>(std::min(number, kMax));
}

void AddActivation(const QueueActivation& active, std::string_view text, MailEvent& made) {
  if (active.size_bytes) made.size_bytes = *active.size_bytes;
  made.recipients = UpToMost(active.recipients.value_or(0));
  if (StartsWith(text, "from=<>,")) made.flags = kMailNullSender;
  // double_bounce_sender, by default: no other line says where these come from.
  if (StartsWith(text, "from=<double-bounce@")) made.flags = kMailNullSender | kMailOwn;
}

}  // namespace

MailId MailIdOf(const MailSalt& salt, std::string_view host, std::string_view queue_id) {
  const std::uint64_t odd = (salt.second ^ kGoldenRatio) | 1;
  const std::uint64_t hash = Mix(Mix(salt.first, odd, host), odd, queue_id);
  return hash == 0 ? 1 : hash;
}

namespace {

MailStep StepOf(QueueAdminAction action) {
  switch (action) {
    case QueueAdminAction::kRemoved:
      return MailStep::kDeletedInAll;
    case QueueAdminAction::kHeld:
      return MailStep::kHeldInAll;
    case QueueAdminAction::kReleased:
      return MailStep::kReleasedInAll;
    default:
      // What is requeued comes in again, and says what it was before.
      return MailStep::kMentioned;
  }
}

}  // namespace

bool internal::MakeMailEventOf(const MailSalt& salt, const Record& record, const Event& event,
                               const MailLine& line, MailEvent& made) {
  MailStep step = line.step;
  std::uint64_t of_all = 0;
  if (line.queue_id.empty()) {
    const auto* const admin = std::get_if<QueueAdmin>(&event);
    if (admin == nullptr) return false;
    step = StepOf(admin->action);
    of_all = admin->messages;
  }
  if (step == MailStep::kMentioned) return false;
  made.id = line.queue_id.empty() ? 0 : MailIdOf(salt, record.host, line.queue_id);
  made.other = line.other_id.empty() ? 0 : MailIdOf(salt, record.host, line.other_id);
  made.delay_us = Mail::kNoTime;
  made.size_bytes = Mail::kNoSize;
  made.recipients = UpToMost(of_all);
  made.times = record.times;
  made.flags = 0;
  made.step = step;
  made.link = line.link;
  made.origin = MailOrigin::kUnknown;
  made.enters = true;
  made.is_final = false;
  made.is_admins = false;
  switch (step) {
    case MailStep::kDelivery:
      AddDelivery(*std::get_if<Delivery>(&event), line, made);
      break;
    case MailStep::kQueued:
      AddActivation(*std::get_if<QueueActivation>(&event), line.text, made);
      break;
    case MailStep::kBegun:
      made.origin = OriginOf(*std::get_if<SmtpMessage>(&event), line.text);
      // A client of a proxy filter, which has the mail.
      if (std::get_if<SmtpMessage>(&event)->origin == MessageOrigin::kProxied) return false;
      made.enters = false;
      break;
    case MailStep::kSubmitted:
      made.origin = MailOrigin::kSubmitted;
      made.enters = false;
      break;
    case MailStep::kDiscarded:
      made.enters = false;
      break;
    case MailStep::kHeld: {
      made.flags = kMailHeld;
      // Before the end of the message the client may still go away.
      const auto* const action = std::get_if<SmtpAction>(&event);
      made.enters = action == nullptr || action->stage >= Stage::kEndOfData;
      made.is_admins = action == nullptr;
      break;
    }
    case MailStep::kDeleted:
    case MailStep::kReleased:
    case MailStep::kDeletedInAll:
    case MailStep::kHeldInAll:
    case MailStep::kReleasedInAll:
      made.is_admins = true;
      break;
    default:
      break;
  }
  return true;
}

}  // namespace maillog
