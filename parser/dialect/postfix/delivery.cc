#include "parser/dialect/postfix/delivery.h"

#include "parser/address.h"
#include "parser/dialect/postfix/daemons.h"
#include "parser/dialect/postfix/families.h"
#include "parser/dialect/postfix/forms.h"
#include "parser/dialect/postfix/tls.h"
#include "parser/dialect/postfix/usual_delivery.h"
#include "parser/reason.h"
#include "parser/reason_memory.h"

namespace maillog::postfix {
namespace {

DeliveryStatus StatusOf(std::string_view word) {
  if (word == "sent") return DeliveryStatus::kSent;
  if (word == "deferred" || word == "SOFTBOUNCE") return DeliveryStatus::kDeferred;
  if (word == "bounced") return DeliveryStatus::kBounced;
  if (word == "deliverable") return DeliveryStatus::kDeliverable;
  if (word == "undeliverable" || word == "undeliverable-but-not-cached")
    return DeliveryStatus::kUndeliverable;
  return DeliveryStatus::kOther;
}

/// `mail.example.com[192.0.2.1]:25`, `host[private/dovecot-lmtp]`, `local`, `none`.
void TakeRelay(std::string_view relay, Delivery& d) {
  const std::string_view service = relay;
  if (d.agent == Agent::kPipe) d.transport = {service};
  if (relay == "none") return;
  std::string_view host = TakeUntil(relay, '[');
  if (!Eat(relay, '[')) {
    const bool over_smtp = d.agent == Agent::kSmtp || d.agent == Agent::kLmtp;
    d.next_hop = over_smtp ? NextHop::kRemote : NextHop::kLocal;
    if (over_smtp && IsLoopback(service)) {
      d.next_hop = NextHop::kLoopback;
    } else if (over_smtp) {
      d.receiver = ReceiverOf(service);
    }
    return;
  }
  const std::string_view address = TakeUntil(relay, ']');
  if (address.find('/') != std::string_view::npos) {
    d.next_hop = NextHop::kSocket;
  } else if (IsLoopback(address)) {
    d.next_hop = NextHop::kLoopback;
  } else {
    d.next_hop = NextHop::kRemote;
    d.is_near = IsPrivate(address);
    while (EatBack(host, " ")) continue;
    d.receiver = ReceiverOf(host);
  }
}

/// Seconds up to `end` or a comma; what is not a number is counted and skipped.
void TakeDelay(std::string_view& text, char end, std::optional<Micros>& delay,
               std::uint8_t& bad_values) {
  const auto ends = [end](char c) { return c == end || c == ','; };
  Micros value = 0;
  if (TakeSeconds(text, value) && !text.empty() && ends(text.front())) {
    delay = value;
    return;
  }
  (void)TakeWhile(text, [ends](char c) { return !ends(c); });
  ++bad_values;
}

/// `0.14/0/0.1/0.33`
void TakeDelays(std::string_view& text, Delivery& d) {
  for (std::optional<Micros>& phase : d.delays) {
    TakeDelay(text, '/', phase, d.bad_values);
    (void)Eat(text, '/');
  }
  (void)TakeUntil(text, ',');
}

/// `status=bounced (host mx.example.com[192.0.2.1] said: 550 … (in reply to RCPT TO command))`,
/// from after the equals sign.
void TakeStatus(std::string_view text, std::string_view dsn, ReasonMemory& reasons, Delivery& d) {
  d.status = StatusOf(TakeUntil(text, ' '));
  d.dsn_class = DsnClassOf(dsn);
  d.dsn = DsnCode::Of(dsn);
  if (d.status != DeliveryStatus::kDeferred && d.status != DeliveryStatus::kBounced) return;
  (void)Eat(text, " (");
  (void)EatBack(text, ")");
  const Refusal refusal = reasons.OfDelivery(text, d.dsn);
  d.reason = refusal.reason;
  d.policy = refusal.policy;
  // The queue manager has not even tried again: `delivery temporarily suspended: host … said: …`.
  if (d.next_hop == NextHop::kNone) d.receiver = refusal.receiver;
}

/// All fields after the relay, up to and with the status. If there is none, the text goes on where
/// reading stopped.
bool TakeFields(std::string_view& text, ReasonMemory& reasons, Delivery& d) {
  std::string_view dsn;
  // conn_use=2 delay=8.4, of patched versions: the comma is missing.
  while (Eat(text, ", ") || Eat(text, ' ')) {
    if (Eat(text, "delay=")) {
      TakeDelay(text, ',', d.delay, d.bad_values);
    } else if (Eat(text, "delays=")) {
      TakeDelays(text, d);
    } else if (Eat(text, "dsn=")) {
      dsn = TakeUntil(text, ',');
    } else if (Eat(text, "status=")) {
      TakeStatus(text, dsn, reasons, d);
      return true;
    } else if (Eat(text, "conn_use=")) {
      (void)TakeUntilOneOf<',', ' '>(text);
    } else if (Eat(text, "tls=")) {
      (void)TakeUntil(text, ',');
    } else {
      return false;
    }
  }
  return false;
}

/// `mail.example.com[192.0.2.1]:25, delay=…`, starting after `relay=`. A function of its own: where
/// all returns are of one variable, the event is made where the caller wants it.
Event DeliveryOf(const Line& line, std::string_view text) {
  Event event{std::in_place_type<Delivery>, NewEvent<Delivery>{}};
  Delivery& d = std::get<Delivery>(event);
  static_cast<Service&>(d) = ServiceOf(line);
  d.agent = RulesOf(line.daemon).agent;
  d.transport = {InParts(line.middle)};
  TakeRelay(TakeUntil(text, ','), d);
  UsualDelivery usual(text);
  if (std::string_view dsn; usual.Read(d, dsn)) {
    TakeStatus(usual.rest(), dsn, line.memory.reasons, d);
  } else if (!TakeFields(text, line.memory.reasons, d)) {
    event = StoppedAt(text);
  }
  return event;
}

}  // namespace

Event ParseDelivery(const Line& line, std::string_view text) {
  if (!Eat(text, "to=") || !SkipAddress(text)) return StoppedAt(text);
  if (Eat(text, ", orig_to=") && !SkipAddress(text)) return StoppedAt(text);
  if (!Eat(text, ", relay=")) return StoppedAt(text);
  return DeliveryOf(line, text);
}

namespace {

/// `connect to mail.example.com[192.0.2.1]:25: Connection refused`; up to 2.4 without port, and
/// with ` (port 25)` at the end.
std::optional<ConnectionFailure> ParseConnectionFailure(const Line& line, std::string_view text) {
  if (!Eat(text, "connect to ") || !SkipPast(text, ']')) return std::nullopt;
  if (Eat(text, ':') && TakeUint(text) && !Eat(text, ':')) return std::nullopt;
  ConnectionFailure failure{ServiceOf(line)};
  failure.agent = RulesOf(line.daemon).agent;
  failure.reason = line.memory.reasons.OfReply(text, DsnCode{}, ReplyCode{});
  return failure;
}

/// smtp_header_checks: `replace: header Subject: x: Subject: y`. They change what is sent, not what
/// came in, so they are no actions of the server side.
bool IsDeliveryCheck(std::string_view text) {
  static constexpr std::string_view kActions[] = {
      "replace: ", "prepend: ", "strip: ", "warning: ", "info: ", "ignore: ", "pass: ", "bcc: "};
  for (const std::string_view action : kActions) {
    if (Eat(text, action)) {
      return StartsWith(text, "header ") || StartsWith(text, "mime-header ") ||
             StartsWith(text, "nested-header ") || StartsWith(text, "body ");
    }
  }
  return false;
}

}  // namespace

Event ParseDeliveryAgent(const Line& line, QueueRef ref, std::string_view text) {
  if (ref == QueueRef::kQueueId) {
    if (StartsWith(text, "to=")) return ParseDelivery(line, text);
    if (IsDeliveryCheck(text)) return Ignored{};
  } else if (const auto failure = ParseConnectionFailure(line, text)) {
    return *failure;
  } else if (line.daemon == Daemon::kSmtp || line.daemon == Daemon::kLmtp) {
    if (const auto tls = ParseTls(line, text)) return *tls;
  }
  return ParseForms(line);
}

}  // namespace maillog::postfix
