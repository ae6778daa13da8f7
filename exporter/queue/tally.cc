#include "exporter/queue/tally.h"

#include <algorithm>
#include <chrono>

#include "parser/reason.h"
#include "parser/scan.h"

namespace maillog {
namespace {

struct AddressDomain {
  std::string_view domain;
  Receiver receiver;
};

/// Address domains whose servers have other names; for those see receiver.cc.
constexpr AddressDomain kAddressDomains[] = {
    {"gmail.com", Receiver::kGoogle},        {"live.com", Receiver::kMicrosoft},
    {"msn.com", Receiver::kMicrosoft},       {"outlook.jp", Receiver::kMicrosoft},
    {"hotmail.co.jp", Receiver::kMicrosoft}, {"live.jp", Receiver::kMicrosoft},
    {"ymail.com", Receiver::kYahoo},         {"rocketmail.com", Receiver::kYahoo},
    {"aol.com", Receiver::kYahoo},           {"ymail.ne.jp", Receiver::kYahooJapan},
    {"mac.com", Receiver::kIcloud},          {"disney.ne.jp", Receiver::kSoftbank},
};

/// `host mx.example.com[192.0.2.1] said: …`, `connect to mx.example.com[192.0.2.1]:25: …`: the word
/// before the first bracket, which Postfix itself writes. Empty if that is not a host name.
std::string_view HostIn(std::string_view reason) {
  std::string_view host = TakeUntil(reason, '[');
  if (reason.empty()) return {};
  if (const std::size_t space = host.rfind(' '); space != std::string_view::npos) {
    host.remove_prefix(space + 1);
  }
  return host.find('.') == std::string_view::npos || !IsHostName(host) ? std::string_view() : host;
}

std::string_view DomainOf(std::string_view address) {
  const std::size_t at = address.rfind('@');
  return at == std::string_view::npos ? std::string_view() : address.substr(at + 1);
}

/// The enhanced code in `… said: 450 4.2.1 The user …`.
DsnCode DsnIn(std::string_view reason) {
  if (!SkipPast(reason, " said: ")) return {};
  std::uint64_t code = 0;
  if (!TakeUint(reason, code) || (!Eat(reason, ' ') && !Eat(reason, '-'))) return {};
  const std::string_view dsn = TakeWhile(reason, [](char c) { return IsDigit(c) || c == '.'; });
  return DsnCode::Of(dsn);
}

/// 0 if it is not known when it arrived, or that was not before `at`. Whatever answers as showq may
/// name any time: none before 1970 is taken for one.
std::int64_t SecondsBetween(std::int64_t arrived, std::int64_t at) {
  return arrived <= 0 ? 0 : std::max<std::int64_t>(at - arrived, 0);
}

}  // namespace

Receiver ReceiverOfRecipient(std::string_view address, std::string_view reason) {
  if (const std::string_view host = HostIn(reason); !host.empty()) return ReceiverOf(host);
  const std::string_view domain = DomainOf(address);
  const auto* const known =
      std::find_if(std::begin(kAddressDomains), std::end(kAddressDomains),
                   [domain](const AddressDomain& one) { return EqualFold(domain, one.domain); });
  return known == std::end(kAddressDomains) ? ReceiverOf(domain) : known->receiver;
}

std::int64_t QueueFigures::OldestSeconds(QueueName queue) const {
  return SecondsBetween(queues[LabelIndex(queue)].oldest, at);
}

void QueueTally::OnMessage(const QueuedMessage& message) {
  QueueFigures::OfQueue& queue = figures_.queues[LabelIndex(message.queue)];
  ++queue.messages;
  queue.bytes += message.bytes;
  if (message.arrived <= 0) return;
  queue.oldest = queue.oldest == 0 ? message.arrived : std::min(queue.oldest, message.arrived);
}

void QueueTally::OnRecipient(const QueuedMessage& message, std::string_view address,
                             std::string_view reason) {
  const Receiver receiver = ReceiverOfRecipient(address, reason);
  if (message.queue == QueueName::kDeferred) {
    const Reason why = reasons_.OfDelivery(reason, DsnIn(reason)).reason;
    ++figures_.deferred[LabelIndex(why)][LabelIndex(receiver)];
  }
  const std::chrono::seconds waited(SecondsBetween(message.arrived, figures_.at));
  const std::size_t age = LabelIndex(QueueAgeOf(waited));
  ++figures_.recipients[LabelIndex(message.queue)][LabelIndex(receiver)][age];
  if (keep_ == Keep::kDomainsToo) ++AgesOf(address)[age];
}

QueueFigures::Ages& QueueTally::AgesOf(std::string_view address) {
  std::string domain(DomainOf(address));
  std::transform(domain.begin(), domain.end(), domain.begin(), &Lower);
  // RFC 1035; anybody who sends mail can choose it.
  if (domain.size() > kMaxHostName) domain.resize(kMaxHostName);
  if (domain.empty()) domain = "(no domain)";
  if (const auto known = domains_.find(domain); known != domains_.end()) return known->second;
  return domains_[domains_.size() < kMaxDomains ? domain : std::string()];
}

}  // namespace maillog
