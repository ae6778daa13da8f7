#include "exporter/report/log_names.h"

#include <algorithm>
#include <functional>
#include <tuple>
#include <variant>

#include "absl/time/civil_time.h"
#include "activity/activity_event.h"
#include "activity/login_names.h"
#include "exporter/count/stamp_time.h"
#include "exporter/report/message_names.h"
#include "exporter/report/text_hash.h"
#include "metrics/expand.h"

namespace maillog {
namespace {

// What all stamps of one hour have in common: `Nov 21 17`, `2026-11-21T17` with its zone. Empty for
// other forms, and if minutes or seconds are not numbers.
struct HourText {
  std::string_view front;
  std::string_view zone;
};
HourText HourTextOf(std::string_view stamp) {
  if (stamp.size() == 15 && StartsLike<":00:00">(stamp.substr(9))) return {stamp.substr(0, 9), {}};
  if (stamp.size() < 19 || !StartsLike<":00:00">(stamp.substr(13))) return {};
  std::string_view zone = stamp.substr(19);
  zone.remove_prefix(FindOneOf(zone, '+', '-', 'Z'));
  return {stamp.substr(0, 13), zone};
}

std::uint64_t MailOf(std::string_view host, std::string_view queue_id) {
  return FoldHash(HashOfText(queue_id), HashOfText(host)) | 1U;
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

// What is counted here: most lines are about something else. Expand makes nothing of other events
// that has an hour; the logins that an SMTP session's end tells of were successful.
constexpr std::uint64_t kOfReports =
    internal::BitsOfEvents<Delivery, MtaReport, FinalDelivery, QueueActivation, SmtpMessage,
                           MessageSubmitted, SmtpReject, SmtpReply, SmtpSession, AuthAttempt,
                           Pop3Command, ImapCommand>();

// So many lines about mails are compared with those of other threads at once; more if another is at
// it just then, but no more than these.
constexpr std::size_t kMailLinesTogether = 64;
constexpr std::size_t kMaxMailLines = 1024;

bool IsLessSlow(const SlowDelivery& a, const SlowDelivery& b) { return a.delay > b.delay; }

}  // namespace

LogNames::LogNames(MailsOfLog& mails, absl::TimeZone zone)
    : RecordObserver(kOfReports), mails_(mails), zone_(zone) {}

void LogNames::EndText() {
  CountLines();
  SettleMails(std::unique_lock(mails_.mutex));
  text_ = {};
}

// The frequent ones wait: a delivery is one fact that has an hour, as is a message; an activation
// is none.
void LogNames::SeeWanted(const Record& record, const Event& event) {
  Line& line = lines_[waiting_];
  if (const auto* delivery = std::get_if<Delivery>(&event)) {
    line.what = HourCountOf(*delivery);
    if (!line.what) return;
    line.delay = delivery->delay;
  } else if (const auto* active = std::get_if<QueueActivation>(&event)) {
    line.what = std::nullopt;
    line.recipients = active->recipients.value_or(0);
    line.size_bytes = active->size_bytes.value_or(0);
  } else if (std::holds_alternative<SmtpMessage>(event) ||
             std::holds_alternative<MessageSubmitted>(event)) {
    line.what = HourCount::kReceived;
  } else {
    return SeeRare(record, event);
  }
  line.stamp = record.stamp;
  line.host = record.host;
  line.message = record.message;
  line.times = record.times;
  ++waiting_;
  if (!LiesIn(record.stamp, text_) || !LiesIn(record.host, text_) ||
      !LiesIn(record.message, text_)) {
    CountLines();
    return SettleMails(std::unique_lock(mails_.mutex));
  }
  if (waiting_ == lines_.size()) CountLines();
}

[[gnu::noinline]] void LogNames::CountLines() {
  for (std::size_t i = 0; i < waiting_; ++i) CountLine(lines_[i]);
  waiting_ = 0;
  if (mail_lines_.size() < kMailLinesTogether) return;
  std::unique_lock lock(mails_.mutex, std::try_to_lock);
  if (!lock.owns_lock()) {
    if (mail_lines_.size() < kMaxMailLines) return;
    lock.lock();
  }
  SettleMails(std::move(lock));
}

void LogNames::CountLine(const Line& line) {
  if (!line.what) return AddActivation(line);
  Count(line.stamp, *line.what, line.times);
  if (*line.what == HourCount::kReceived) return AddMessage(line);
  AddDelivery(line, *line.what);
}

[[gnu::noinline]] void LogNames::SeeRare(const Record& record, const Event& event) {
  // By the facts that the metrics count, so that the sums are the same.
  const auto count = [&](const auto& fact, std::uint64_t n = 1) {
    if (const auto what = HourCountOf(fact)) Count(record.stamp, *what, n * record.times);
  };
  std::visit(
      [&](const auto& one) {
        DelForm memory = DelForm::kNotShown;
        Expand(one, memory, count);
      },
      event);
  if (std::holds_alternative<SmtpReject>(event)) return AddReject(record);
  if (const std::uint32_t failures = FailedLogins(event); failures > 0)
    return AddFailures(record, event, failures);
  if (const auto* attempt = std::get_if<AuthAttempt>(&event)) AddLogin(record, *attempt);
}

void LogNames::Count(std::string_view stamp, HourCount what, std::uint64_t times) {
  const HourText hour = HourTextOf(stamp);
  const bool same = !hour.front.empty() && last_counts_ != nullptr &&
                    SameText(hour.front, last_hour_) && SameText(hour.zone, last_hour_zone_);
  if (!same) BeginHour(stamp);
  (*last_counts_)[static_cast<std::size_t>(what)] += times;
}

[[gnu::noinline]] void LogNames::BeginHour(std::string_view stamp) {
  last_hour_.clear();
  last_counts_ = &without_hour_;
  const std::optional<absl::Time> time = StampTime(stamp, zone_, written_);
  if (!time) return;  // others that begin like this one may be of an hour
  const HourText hour = HourTextOf(stamp);
  last_hour_ = hour.front;
  last_hour_zone_ = hour.zone;
  const absl::CivilHour civil = absl::ToCivilHour(*time, zone_);
  const std::int64_t at = absl::ToUnixSeconds(absl::FromCivil(civil, zone_));
  if (hours_.contains(at) || hours_.size() < kMaxHours) last_counts_ = &hours_[at];
}

void LogNames::AddDelivery(const Line& line, HourCount what) {
  const std::size_t column = what == HourCount::kSent ? 0 : what == HourCount::kDeferred ? 1 : 2;
  DeliveryNames names;
  if (!NamesOfDelivery(line.message, names)) return;
  if (const std::string_view domain = names.to.domain; !domain.empty())
    of(NameList::kDomains).Add(domain, column, line.times);
  if (!names.has_relay) return;
  const std::string_view relay = names.relay;
  if (!relay.empty() && relay != "none") of(NameList::kRelays).Add(relay, column, line.times);
  if (column == 0 && line.delay) AddSlow(line.stamp, *line.delay, names.to.text, relay);
}

void LogNames::AddSlow(std::string_view stamp, Micros delay, std::string_view to,
                       std::string_view relay) {
  if (slow_.size() == kMaxSlow) {
    if (delay <= slow_.front().delay) return;
    std::pop_heap(slow_.begin(), slow_.end(), IsLessSlow);
    slow_.pop_back();
  }
  slow_.push_back({delay, std::string(stamp), std::string(to.substr(0, NameTable::kMaxName)),
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

void LogNames::AddActivation(const Line& line) {
  QueuedNames names;
  if (!internal::NamesOfUsualQueued(line.message, names)) names = NamesOfQueued(line.message);
  // A queue id that comes again is another mail's.
  mail_lines_.push_back({.id = MailOf(line.host, names.id),
                         .attempt = HashOfText(names.mail),
                         .recipients = line.recipients,
                         .size_bytes = line.size_bytes,
                         .name = names.sender.empty() ? "<>" : names.sender,
                         .times = line.times,
                         .has_name = names.has_sender});
}

void LogNames::AddMessage(const Line& line) {
  std::string_view text = line.message;
  if (!SkipPastRare(text, ": client=")) return;
  const std::string_view client = TakeUntil(text, ',');
  of(NameList::kClients).Add(client, 0, line.times);
  if (!SkipPast(text, ", sasl_username=")) return;
  const std::string_view user = TakeUntil(text, ", ");
  of(NameList::kUsers).Add(user, 0, line.times);
  const std::string_view queue_id = line.message.substr(0, FindOneOf(line.message, ':'));
  mail_lines_.push_back(
      {.id = MailOf(line.host, queue_id), .name = user, .times = line.times, .has_name = true});
}

void LogNames::SettleMails(std::unique_lock<std::mutex> lock) {
  for (const MailLine& line : mail_lines_) {
    if (line.attempt != 0) mails_.seen.Prefetch(line.attempt);
    mails_.of_users.Prefetch(line.id);
  }
  for (MailLine& line : mail_lines_) {
    if (line.attempt == 0) {
      const std::optional<std::uint64_t> recipients = mails_.of_users.Begin(line.id, line.name);
      line.counts = recipients.has_value();
      line.recipients = recipients.value_or(0);
    } else {
      line.counts = mails_.seen.Add(line.attempt);
      if (!line.counts) continue;
      std::string user = mails_.of_users.Queue(line.id, line.recipients);
      if (user.empty()) continue;
      mail_users_.push_back(std::move(user));
      line.user = static_cast<std::uint32_t>(mail_users_.size());
    }
  }
  lock.unlock();
  for (const MailLine& line : mail_lines_) {
    if (line.counts) CountMail(line);
  }
  mail_lines_.clear();
  mail_users_.clear();
}

void LogNames::CountMail(const MailLine& line) {
  const std::uint64_t recipients = line.recipients * line.times;
  if (line.attempt == 0) return of(NameList::kUsers).Add(line.name, 1, recipients);
  if (line.user != 0) of(NameList::kUsers).Add(mail_users_[line.user - 1], 1, recipients);
  if (!line.has_name) return;
  of(NameList::kSenders)
      .AddRow(line.name, {line.times, recipients, line.size_bytes * line.times},
              line.times + recipients);
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
