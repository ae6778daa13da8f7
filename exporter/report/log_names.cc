#include "exporter/report/log_names.h"

#include <algorithm>
#include <functional>
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

}  // namespace

LogNames::LogNames(MailsOfLog& mails, absl::TimeZone zone, absl::Time now, const LogNames* front)
    : RecordObserver(kOfReports),
      mails_(mails),
      zone_(zone),
      now_(now),
      front_(front),
      written_(now) {}

void LogNames::BeginText(const ObservedText& text) {
  text_ = text.text;
  number_ = text.number;
  settled_.store(text.number - 1, std::memory_order_release);  // another source may begin
  const absl::Time written =
      text.written_ns == 0 ? now_ : std::min(now_, absl::FromUnixNanos(text.written_ns));
  if (written != written_) last_hour_.Forget();  // it may be that of another year
  written_ = written;
}

inline void LogNames::Count(std::string_view stamp, HourCount what, std::uint64_t times) {
  if (!last_hour_.Has(stamp)) BeginHour(stamp);
  (*last_counts_)[static_cast<std::size_t>(what)] += times;
}

void LogNames::EndText() {
  CountDeliveries();
  CountOfQueue();
  SettleMails();
  text_ = {};
}

void LogNames::EndPart() {
  CountDeliveries();
  CountOfQueue();
  if (!MaySettle()) return;
  SettleMails();
  settled_.store(number_, std::memory_order_release);
}

// What the first attempt to deliver a mail says of it counts, and whose it is says the last client
// before: the mails of the front come first.
bool LogNames::MaySettle() const {
  return front_ == nullptr || front_->settled_.load(std::memory_order_acquire) >= number_;
}

// The frequent ones wait: a delivery is one fact that has an hour, as is a message; an activation
// is none.
void LogNames::SeeWanted(const Record& record, const Event& event) {
  if (const auto* delivery = std::get_if<Delivery>(&event)) return SeeDelivery(record, *delivery);
  if (const auto* active = std::get_if<QueueActivation>(&event)) return SeeOfQueue(record, active);
  if (!std::holds_alternative<SmtpMessage>(event) &&
      !std::holds_alternative<MessageSubmitted>(event))
    return SeeRare(record, event);
  Count(record.stamp, HourCount::kReceived, record.times);
  SeeOfQueue(record, nullptr);
}

void LogNames::SeeDelivery(const Record& record, const Delivery& delivery) {
  const std::optional<HourCount> what = HourCountOf(delivery);
  if (!what) return;
  Count(record.stamp, *what, record.times);
  if (*what == HourCount::kSent && delivery.delay && slow_.MayHold(*delivery.delay))
    slow_.Add(record, *delivery.delay);
  DeliveryLine& line = deliveries_[waiting_deliveries_++];
  line.message = record.message;
  line.times = record.times;
  line.column = static_cast<std::uint32_t>(*what) - static_cast<std::uint32_t>(HourCount::kSent);
  if (waiting_deliveries_ == deliveries_.size()) CountDeliveries();
  Await(LiesIn(record.message, text_));
}

// `active`: nullptr if a message has come.
void LogNames::SeeOfQueue(const Record& record, const QueueActivation* active) {
  QueueLine& line = queue_lines_[waiting_of_queue_++];
  line.message = record.message;
  line.host = record.host;
  line.times = record.times;
  line.is_activation = active != nullptr;
  if (active != nullptr) {
    line.recipients = active->recipients.value_or(0);
    line.size_bytes = active->size_bytes.value_or(0);
  }
  Await(LiesIn(record.message, text_) && LiesIn(record.host, text_));
}

// So that names get into each table in the order in which they always did: which are forgotten,
// once there are too many, depends on it.
inline void LogNames::Await(bool lies_in_text) {
  ++awaited_;
  if (!lies_in_text) {
    CountDeliveries();
    CountOfQueue();
    return SettleMails();
  }
  if (awaited_ == queue_lines_.size()) CountOfQueue();
}

[[gnu::noinline]] void LogNames::CountDeliveries() {
  for (std::size_t i = 0; i < waiting_deliveries_; ++i) AddDelivery(deliveries_[i]);
  waiting_deliveries_ = 0;
}

[[gnu::noinline]] void LogNames::CountOfQueue() {
  for (std::size_t i = 0; i < waiting_of_queue_; ++i) {
    const QueueLine& line = queue_lines_[i];
    line.is_activation ? AddActivation(line) : AddMessage(line);
  }
  waiting_of_queue_ = 0;
  awaited_ = 0;
  if (mail_lines_.size() < kMailLinesTogether || !MaySettle()) return;
  std::unique_lock lock(mails_.mutex, std::try_to_lock);
  if (!lock.owns_lock()) {
    if (mail_lines_.size() < kMaxMailLines) return;
    lock.lock();
  }
  SettleMails(std::move(lock));
}

[[gnu::noinline]] void LogNames::SeeRare(const Record& record, const Event& event) {
  if (std::holds_alternative<SmtpReject>(event)) {
    Count(record.stamp, HourCount::kRejected, record.times);
    return AddReject(record);
  }
  if (const auto* attempt = std::get_if<AuthAttempt>(&event)) {
    const std::uint64_t times = std::uint64_t{attempt->attempts} * record.times;
    if (attempt->result == AuthResult::kSuccess) return AddLogin(record, event, times);
    if (attempt->result != AuthResult::kFailure) return;
    Count(record.stamp, HourCount::kFailed, times);
    if (times > 0) AddFailures(record, event, times);
    return;
  }
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
  if (const std::uint32_t failures = FailedLogins(event); failures > 0)
    AddFailures(record, event, std::uint64_t{failures} * record.times);
}

[[gnu::noinline]] void LogNames::BeginHour(std::string_view stamp) {
  last_hour_.Forget();
  last_counts_ = &without_hour_;
  const std::optional<absl::Time> time = StampTime(stamp, zone_, written_);
  if (!time) return;  // others that begin like this one may be of an hour
  last_hour_.Set(stamp);
  const absl::CivilHour civil = absl::ToCivilHour(*time, zone_);
  const std::int64_t at = absl::ToUnixSeconds(absl::FromCivil(civil, zone_));
  if (hours_.contains(at) || hours_.size() < kMaxHours) last_counts_ = &hours_[at];
}

void LogNames::AddDelivery(const DeliveryLine& line) {
  DeliveryNames names;
  if (!NamesOfDelivery(line.message, names)) return;
  if (const std::string_view domain = names.to.domain; !domain.empty())
    of(NameList::kDomains).Add(domain, line.column, line.times);
  if (const std::string_view relay = names.relay; !relay.empty() && relay != "none")
    of(NameList::kRelays).Add(relay, line.column, line.times);
}

void LogNames::AddActivation(const QueueLine& line) {
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

void LogNames::AddMessage(const QueueLine& line) {
  std::string_view text = line.message;
  if (!SkipPastRare(text, ": client=")) return;
  const std::string_view client = TakeUntil(text, ',');
  of(NameList::kClients).Add(client, 0, line.times);
  if (text.empty() || !SkipPast(text, ", sasl_username=")) return;
  const std::string_view user = TakeUntil(text, ", ");
  of(NameList::kUsers).Add(user, 0, line.times);
  const std::string_view queue_id = line.message.substr(0, FindOneOf(line.message, ':'));
  mail_lines_.push_back(
      {.id = MailOf(line.host, queue_id), .name = user, .times = line.times, .has_name = true});
}

void LogNames::SettleMails() { SettleMails(std::unique_lock(mails_.mutex)); }

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

void LogNames::AddLogin(const Record& record, const Event& event, std::uint64_t times) {
  // Without the client, which NamesOfLogin would look for as well.
  std::string_view user;
  if (std::get<AuthAttempt>(event).server == Server::kDovecot)
    user = UserOfUsualLogin(record.message);
  if (user.empty()) user = NamesOfLogin(record, event).user;
  if (!user.empty()) of(NameList::kUsers).Add(user, 2, times);
}

void LogNames::AddFailures(const Record& record, const Event& event, std::uint64_t times) {
  const LoginNames names = NamesOfLogin(record, event);
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
  slow_.Merge(other.slow_);
}

}  // namespace maillog
