#include "exporter/trace/outcome.h"

#include <algorithm>

namespace maillog {
namespace {

class Outcomes {
 public:
  explicit Outcomes(const Story& story) : story_(story) {}

  [[nodiscard]] StoryOutcome Sum() {
    for (const QueuedMail& mail : story_.mails) {
      if (mail.is_notice && !IsAlone(mail)) {
        sum_.has_notice = true;
        continue;
      }
      sum_.has_beginning = sum_.has_beginning || mail.has_beginning;
      sum_.held = sum_.held || (mail.held && !mail.removed && !mail.requeued);
      for (const TracedRecipient& recipient : mail.recipients) Add(mail, recipient);
      AddUntried(mail);
    }
    return sum_;
  }

 private:
  // The user asked for a notice of which the first mail is not in the log.
  [[nodiscard]] bool IsAlone(const QueuedMail& mail) const {
    return std::all_of(story_.mails.begin(), story_.mails.end(),
                       [&](const QueuedMail& other) { return other.is_notice || &other == &mail; });
  }

  void Add(const QueuedMail& mail, const TracedRecipient& recipient) {
    if (recipient.goes_on || (mail.requeued && recipient.status == DeliveryStatus::kDeferred))
      return;
    ++sum_.recipients;
    if (mail.refused && recipient.attempts == 0) {
      ++sum_.refused;
      return;
    }
    switch (recipient.status) {
      case DeliveryStatus::kSent:
        ++(recipient.discarded ? sum_.discarded : sum_.delivered);
        if (!recipient.discarded) AddTime(mail, recipient);
        break;
      case DeliveryStatus::kBounced:
        ++sum_.bounced;
        ++sum_.bounce_reasons[recipient.reason];
        break;
      case DeliveryStatus::kDeferred:
        AddDeferred(mail, recipient);
        break;
      case DeliveryStatus::kDeliverable:
        ++sum_.deliverable;
        break;
      case DeliveryStatus::kUndeliverable:
        ++sum_.undeliverable;
        break;
      case DeliveryStatus::kOther:
        ++sum_.unknown;
    }
  }

  void AddDeferred(const QueuedMail& mail, const TracedRecipient& recipient) {
    ++(mail.expired ? sum_.expired : mail.deleted ? sum_.deleted : sum_.waiting);
    ++sum_.delay_reasons[recipient.reason];
    sum_.most_attempts = std::max(sum_.most_attempts, recipient.attempts);
  }

  // Those of whom no delivery is logged.
  void AddUntried(const QueuedMail& mail) {
    if (mail.requeued) return;
    const std::size_t known = mail.recipients.size();
    const std::size_t all = std::max<std::size_t>(mail.recipient_count, known == 0 ? 1 : known);
    const std::size_t untried = all - known;
    if (untried == 0) return;
    sum_.recipients += untried;
    std::size_t& what = mail.deleted                   ? sum_.deleted
                        : mail.discarded               ? sum_.discarded
                        : mail.refused                 ? sum_.refused
                        : mail.canceled                ? sum_.canceled
                        : mail.removed                 ? sum_.unknown
                        : mail.has_sender || mail.held ? sum_.waiting
                                                       : sum_.unknown;
    what += untried;
  }

  // The mail that was handed on to this one; nullptr: there is none.
  [[nodiscard]] const TracedRecipient* Before(const QueuedMail& mail, const QueuedMail*& of) const {
    for (const QueuedMail& other : story_.mails) {
      for (const TracedRecipient& recipient : other.recipients) {
        if (!recipient.goes_on || recipient.next_id != mail.queue_id || &other == &mail) continue;
        of = &other;
        return &recipient;
      }
    }
    return nullptr;
  }

  // In the first queue up to being handed on; then in each without the part in which it arrived,
  // since the one before was waiting for that.
  void AddTime(const QueuedMail& mail, const TracedRecipient& recipient) {
    std::optional<Micros> taken = recipient.delay;
    const QueuedMail* at = &mail;
    const TracedRecipient* here = &recipient;
    for (std::size_t hops = 0; taken && hops < story_.mails.size(); ++hops) {
      const QueuedMail* of = nullptr;
      const TracedRecipient* const before = Before(*at, of);
      if (before == nullptr) break;
      if (!before->delay) return;
      *taken += *before->delay - std::min(here->before_queue.value_or(0), here->delay.value_or(0));
      at = of;
      here = before;
    }
    if (taken) sum_.taken = std::max(sum_.taken.value_or(0), *taken);
  }

  const Story& story_;
  StoryOutcome sum_;
};

}  // namespace

std::string_view StoryOutcome::word() const {
  struct Word {
    std::size_t count;
    std::string_view word;
  };
  const Word words[] = {{waiting, "waiting"},    {delivered, "delivered"}, {bounced, "bounced"},
                        {expired, "expired"},    {discarded, "discarded"}, {deleted, "deleted"},
                        {refused, "refused"},    {canceled, "canceled"},   {deliverable, "probe"},
                        {undeliverable, "probe"}};
  if (waiting > 0) return "waiting";
  if (delivered > 0 && delivered < recipients) return "partly";
  for (const Word& one : words) {
    if (one.count > 0) return one.word;
  }
  return "unknown";
}

StoryOutcome OutcomeOf(const Story& story) { return Outcomes(story).Sum(); }

}  // namespace maillog
