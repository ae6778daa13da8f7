#include "exporter/report/log_names.h"

#include <algorithm>
#include <functional>
#include <tuple>
#include <variant>

#include "absl/time/civil_time.h"
#include "activity/activity_event.h"
#include "activity/login_names.h"
#include "exporter/count/stamp_time.h"
#include "metrics/expand.h"
#include "parser/dialect/postfix/line.h"

namespace maillog {
namespace {

// `to=<a@example.com>, …`: without brackets; moves past it.
std::string_view TakeAddress(std::string_view& text) {
  const std::string_view before = text;
  if (!postfix::SkipAddress(text)) return {};
  std::string_view address = TakenFrom(before, text);
  (void)Eat(address, '<');
  (void)EatBack(address, ">");
  return address;
}

std::string_view DomainOf(std::string_view address) {
  return TakeBack(address, '@').value_or(std::string_view());
}

// `mail.example.com[192.0.2.1]:25` is its name, which is the same for all its addresses.
std::string_view RelayName(std::string_view relay) {
  std::string_view name = TakeUntil(relay, '[');
  return name;
}

// What all stamps of one hour have in common: `Nov 21 17`, `2026-11-21T17` with its zone. Empty for
// other forms.
struct HourText {
  std::string_view front;
  std::string_view zone;
};
HourText HourTextOf(std::string_view stamp) {
  if (stamp.size() == 15 && stamp[9] == ':') return {stamp.substr(0, 9), {}};
  if (stamp.size() < 19 || stamp[13] != ':' || stamp[16] != ':') return {};
  const std::size_t zone = stamp.find_first_of("+-Z", 19);
  return {stamp.substr(0, 13),
          zone == std::string_view::npos ? std::string_view() : stamp.substr(zone)};
}

// `from c27.example[198.51.100.27]: 450 …`, `warning: unknown[203.0.113.30]: SASL …`: the first
// word that ends in an address in brackets, with its name.
std::string_view ClientIn(std::string_view text) {
  std::string_view rest = text;
  const std::string_view before = TakeUntil(rest, ']');
  if (rest.empty()) return {};
  std::string_view client = text.substr(0, before.size() + 1);
  const std::size_t blank = before.rfind(' ');
  if (blank != std::string_view::npos) client.remove_prefix(blank + 1);
  return client.find('[') == std::string_view::npos ? std::string_view() : client;
}

std::uint64_t HashOf(std::string_view text) {
  return std::hash<std::string_view>()(text) | 1U;  // 0 is a free place
}

// The queue id is in front of the message.
std::uint64_t MailOf(const Record& record) {
  std::string_view text = record.message;
  return (HashOf(TakeUntil(text, ':')) ^ HashOf(record.host) * kGoldenRatio) | 1U;
}

// Most facts are not counted by the hour.
template <class Fact>
std::optional<HourCount> HourCountOf(const Fact&) {
  return std::nullopt;
}
std::optional<HourCount> HourCountOf(const Delivery& delivery) {
  // What goes to a filter on the host is delivered again, to its destination.
  if (delivery.next_hop == NextHop::kLoopback) return std::nullopt;
  switch (delivery.status) {
    case DeliveryStatus::kSent:
      return HourCount::kSent;
    case DeliveryStatus::kDeferred:
      return HourCount::kDeferred;
    case DeliveryStatus::kBounced:
      return HourCount::kBounced;
    default:
      return std::nullopt;
  }
}
std::optional<HourCount> HourCountOf(const SmtpMessage&) { return HourCount::kReceived; }
std::optional<HourCount> HourCountOf(const MessageSubmitted&) { return HourCount::kReceived; }
std::optional<HourCount> HourCountOf(const SmtpReject&) { return HourCount::kRejected; }
std::optional<HourCount> HourCountOf(const AuthAttempt& attempt) {
  if (attempt.result != AuthResult::kFailure) return std::nullopt;
  return HourCount::kFailed;
}

bool IsLessSlow(const SlowDelivery& a, const SlowDelivery& b) { return a.delay > b.delay; }

}  // namespace

bool SeenMails::Add(std::uint64_t hash) {
  const std::lock_guard lock(mutex_);
  if (size_ >= kMax) return true;
  if (2 * size_ >= places_.size()) Grow();
  const std::size_t mask = places_.size() - 1;
  for (std::size_t at = (hash * kGoldenRatio >> 32U) & mask;; at = (at + 1) & mask) {
    if (places_[at] == hash) return false;
    if (places_[at] != 0) continue;
    places_[at] = hash;
    ++size_;
    return true;
  }
}

void SeenMails::Grow() {
  std::vector<std::uint64_t> before(2 * places_.size());
  before.swap(places_);
  const std::size_t mask = places_.size() - 1;
  for (const std::uint64_t hash : before) {
    if (hash == 0) continue;
    std::size_t at = (hash * kGoldenRatio >> 32U) & mask;
    while (places_[at] != 0) at = (at + 1) & mask;
    places_[at] = hash;
  }
}

void LogNames::See(const Record& record, const Event& event) {
  // By the facts that the metrics count, so that the sums are the same.
  const auto count = [&](const auto& fact, std::uint64_t n = 1) {
    if (const auto what = HourCountOf(fact)) Count(record, *what, n * record.times);
  };
  std::visit(
      [&](const auto& one) {
        DelForm memory = DelForm::kNotShown;
        Expand(one, memory, count);
      },
      event);
  if (const auto* delivery = std::get_if<Delivery>(&event)) return AddDelivery(record, *delivery);
  if (const auto* active = std::get_if<QueueActivation>(&event)) {
    return AddActivation(record, *active);
  }
  const bool is_message =
      std::holds_alternative<SmtpMessage>(event) || std::holds_alternative<MessageSubmitted>(event);
  if (is_message) return AddMessage(record);
  if (std::holds_alternative<SmtpReject>(event)) return AddReject(record);
  if (!MayBeActivity(event)) return;
  if (const std::uint32_t failures = FailedLogins(event); failures > 0)
    return AddFailures(record, event, failures);
  if (const auto* attempt = std::get_if<AuthAttempt>(&event)) AddLogin(record, *attempt);
}

void LogNames::Count(const Record& record, HourCount what, std::uint64_t times) {
  const HourText hour = HourTextOf(record.stamp);
  const bool same = !hour.front.empty() && last_counts_ != nullptr &&
                    last_hour_.size() == hour.front.size() + hour.zone.size() &&
                    last_hour_.starts_with(hour.front) && last_hour_.ends_with(hour.zone);
  if (!same) {
    const std::optional<absl::Time> time = StampTime(record.stamp, zone_, written_);
    last_hour_ = std::string(hour.front).append(hour.zone);
    last_counts_ = &without_hour_;
    if (time) {
      const absl::CivilHour civil = absl::ToCivilHour(*time, zone_);
      const std::int64_t at = absl::ToUnixSeconds(absl::FromCivil(civil, zone_));
      if (hours_.contains(at) || hours_.size() < kMaxHours) last_counts_ = &hours_[at];
    }
  }
  (*last_counts_)[static_cast<std::size_t>(what)] += times;
}

void LogNames::AddDelivery(const Record& record, const Delivery& delivery) {
  const std::optional<HourCount> what = HourCountOf(delivery);
  if (!what) return;
  const std::size_t column = *what == HourCount::kSent ? 0 : *what == HourCount::kDeferred ? 1 : 2;
  std::string_view text = record.message;
  if (!SkipPast(text, ": to=")) return;
  const std::string_view to = TakeAddress(text);
  if (const std::string_view domain = DomainOf(to); !domain.empty())
    of(NameList::kDomains).Add(domain, column, record.times);
  if (!SkipPast(text, ", relay=")) return;
  const std::string_view relay = RelayName(TakeUntil(text, ','));
  if (!relay.empty() && relay != "none") of(NameList::kRelays).Add(relay, column, record.times);
  if (column == 0 && delivery.delay) AddSlow(record, *delivery.delay, to, relay);
}

void LogNames::AddSlow(const Record& record, Micros delay, std::string_view to,
                       std::string_view relay) {
  if (slow_.size() == kMaxSlow) {
    if (delay <= slow_.front().delay) return;
    std::pop_heap(slow_.begin(), slow_.end(), IsLessSlow);
    slow_.pop_back();
  }
  slow_.push_back({delay, std::string(record.stamp), std::string(to.substr(0, NameTable::kMaxName)),
                   std::string(relay.substr(0, NameTable::kMaxName))});
  std::push_heap(slow_.begin(), slow_.end(), IsLessSlow);
}

std::vector<SlowDelivery> LogNames::Slowest() const {
  std::vector<SlowDelivery> slow = slow_;
  std::sort(slow.begin(), slow.end(), [](const SlowDelivery& a, const SlowDelivery& b) {
    return std::tie(b.delay, a.stamp, a.to, a.relay) < std::tie(a.delay, b.stamp, b.to, b.relay);
  });
  return slow;
}

void LogNames::AddActivation(const Record& record, const QueueActivation& activation) {
  std::string_view text = record.message;
  // Queue id, sender and size: an id that comes again is another mail's.
  const std::string_view before_recipients = TakeUntil(text, ", nrcpt=");
  if (!mails_.seen.Add(HashOf(before_recipients))) return;
  const std::uint64_t recipients = activation.recipients.value_or(0);
  const std::string user = mails_.of_users.Queue(MailOf(record), recipients);
  if (!user.empty()) of(NameList::kUsers).Add(user, 1, recipients * record.times);
  std::string_view sender = before_recipients;
  if (!SkipPast(sender, ": from=")) return;
  const std::string_view from = TakeAddress(sender);
  const std::string_view name = from.empty() ? std::string_view("<>") : from;
  of(NameList::kSenders).Add(name, 0, record.times);
  of(NameList::kSenders).Add(name, 1, recipients * record.times);
  of(NameList::kSenders).AddSize(name, 2, activation.size_bytes.value_or(0) * record.times);
}

void LogNames::AddMessage(const Record& record) {
  std::string_view text = record.message;
  if (!SkipPast(text, ": client=")) return;
  const std::string_view client = TakeUntil(text, ',');
  of(NameList::kClients).Add(client, 0, record.times);
  if (!SkipPast(text, ", sasl_username=")) return;
  const std::string_view user = TakeUntil(text, ", ");
  of(NameList::kUsers).Add(user, 0, record.times);
  if (const auto recipients = mails_.of_users.Begin(MailOf(record), user))
    of(NameList::kUsers).Add(user, 1, *recipients * record.times);
}

void LogNames::AddReject(const Record& record) {
  if (const std::string_view client = ClientIn(record.message); !client.empty())
    of(NameList::kClients).Add(client, 1, record.times);
}

void LogNames::AddLogin(const Record& record, const AuthAttempt& attempt) {
  if (attempt.result != AuthResult::kSuccess) return;
  const std::string_view user = NamesOfLogin(record, attempt).user;
  if (!user.empty())
    of(NameList::kUsers).Add(user, 2, std::uint64_t{attempt.attempts} * record.times);
}

void LogNames::AddFailures(const Record& record, const Event& event, std::uint64_t failures) {
  const LoginNames names = NamesOfLogin(record, event);
  const std::uint64_t times = failures * record.times;
  if (!names.client.empty()) of(NameList::kFailingClients).Add(names.client, 0, times);
  if (!names.user.empty()) of(NameList::kFailingUsers).Add(names.user, 0, times);
}

void LogNames::Merge(const LogNames& other) {
  for (std::size_t i = 0; i < tables_.size(); ++i) tables_[i].Merge(other.tables_[i]);
  const auto add = [](const HourCounts& more, HourCounts& counts) {
    std::transform(counts.begin(), counts.end(), more.begin(), counts.begin(), std::plus<>());
  };
  for (const auto& [hour, counts] : other.hours_) add(counts, hours_[hour]);
  add(other.without_hour_, without_hour_);
  slow_.insert(slow_.end(), other.slow_.begin(), other.slow_.end());
  slow_ = Slowest();
  slow_.resize(std::min(slow_.size(), kMaxSlow));
  std::make_heap(slow_.begin(), slow_.end(), IsLessSlow);
  last_counts_ = nullptr;
}

}  // namespace maillog
