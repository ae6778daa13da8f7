#include "parser/dialect/postfix/smtpd.h"

#include <algorithm>
#include <array>
#include <limits>

#include "parser/dialect/postfix/families.h"
#include "parser/dialect/postfix/forms.h"
#include "parser/dialect/postfix/restriction.h"
#include "parser/dialect/postfix/tls.h"
#include "parser/value_word.h"

namespace maillog::postfix {
namespace {

constexpr std::size_t kVerbs = Label<SmtpVerb>::values.size();

/// None is longer than eight letters, so that a number identifies it.
constexpr auto kVerbNames = [] {
  std::array<std::uint64_t, kVerbs> names{};
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = FirstEight(Label<SmtpVerb>::values[i]);
  return names;
}();
static_assert(std::all_of(Label<SmtpVerb>::values.begin(), Label<SmtpVerb>::values.end(),
                          [](std::string_view verb) { return verb.size() <= 8; }));

constexpr std::uint64_t kCommands = FirstEight("commands");

/// Where a verb is in the list; its size if it is not there. Tallies come in the order of the list:
/// looked for from `after` on first.
std::size_t PlaceOfVerb(std::uint64_t name, std::size_t after) {
  for (std::size_t place = after; place < kVerbs; ++place) {
    if (kVerbNames[place] == name) return place;
  }
  for (std::size_t place = 0; place < after; ++place) {
    if (kVerbNames[place] == name) return place;
  }
  return kVerbs;
}

bool TakeCount(std::string_view& text, std::uint32_t& count) {
  if (TakeDigit(text, count)) return true;
  std::uint64_t number = 0;
  if (!TakeUint(text, number) || number > std::numeric_limits<std::uint32_t>::max()) return false;
  count = static_cast<std::uint32_t>(number);
  return true;
}

/// `1/3`: 1 of 3 were accepted; `3`: all of 3. Moves to the next blank.
bool TakeTally(std::string_view& text, CommandTally& tally) {
  const bool one_digit = TakeDigit(text, tally.accepted);
  tally.total = tally.accepted;
  if (one_digit && (text.empty() || text.front() == ' ')) return true;
  bool read = one_digit || TakeCount(text, tally.accepted);
  tally.total = tally.accepted;
  if (Eat(text, '/')) read = TakeCount(text, tally.total) && read;
  if (text.empty() || text.front() == ' ') return read && tally.total >= tally.accepted;
  (void)TakeUntil(text, ' ');
  return false;
}

/// ` ehlo=1 auth=0/1 mail=1 rcpt=1 data=1 quit=1 commands=5/6 notes=bare_lf`
void TakeTallies(std::string_view text, SmtpDisconnection& end) {
  std::size_t next = 0;
  while (Eat(text, ' ')) {
    std::string_view rest = text;
    std::uint64_t name = 0;
    const bool has_name = EatShortWord(rest, '=', name);
    if (has_name && name == kCommands) return;  // their sum, and the last except for notes
    const std::size_t verb = has_name ? PlaceOfVerb(name, next) : kVerbs;
    if (verb == kVerbs || end.tally_count == end.tallies.size()) {
      (void)TakeUntil(text, ' ');
      continue;
    }
    text = rest;
    next = verb + 1;
    CommandTally& tally = end.tallies[end.tally_count];
    tally.verb = static_cast<SmtpVerb>(verb);
    if (TakeTally(text, tally)) {
      ++end.tally_count;
    } else {
      ++end.bad_values;
    }
  }
}

/// `client.example[192.0.2.1] ehlo=1 … commands=5`, starting after `disconnect from `.
Event SessionEnd(const Line& line, std::string_view text) {
  Event event{std::in_place_type<SmtpDisconnection>, NewEvent<SmtpDisconnection>{}};
  SmtpDisconnection& end = std::get<SmtpDisconnection>(event);
  static_cast<SmtpService&>(end) = SmtpServiceOf(line);
  (void)TakeUntil(text, ' ');
  TakeTallies(text, end);
  return event;
}

/// `lost connection after DATA (12 bytes) from client.example[192.0.2.1]`
std::optional<Event> ParseLost(const Line& line, std::string_view text) {
  SmtpLostConnection lost{SmtpServiceOf(line)};
  if (Eat(text, "lost connection after ")) {
    lost.kind = LostKind::kLost;
  } else if (Eat(text, "timeout after ")) {
    lost.kind = LostKind::kTimeout;
  } else if (Eat(text, "too many errors after ")) {
    lost.kind = LostKind::kTooManyErrors;
  } else if (Eat(text, "improper command pipelining after ")) {
    lost.kind = LostKind::kImproperPipelining;
  } else if (Eat(text, "bare <LF> received after ")) {
    lost.kind = LostKind::kBareNewline;
  } else {
    return std::nullopt;
  }
  lost.stage = StageOf(TakeUntil(text, ' '));
  // DATA (12 bytes); some versions name the command as the client wrote it.
  return SkipPast(text, " from ") ? std::optional<Event>(lost) : std::nullopt;
}

/// `cause after DATA (12 bytes) from client.example[192.0.2.1]`, where the cause is not one of
/// those that are known.
std::optional<Event> ParseOtherLost(const Line& line, std::string_view text) {
  const std::string_view cause = TakePast(text, " after ").value_or(std::string_view{});
  if (!IsValueWord(cause.substr(0, cause.find(' '))) || cause.find(':') != cause.npos)
    return std::nullopt;
  SmtpLostConnection lost{SmtpServiceOf(line)};
  lost.kind = LostKind::kOther;
  lost.stage = StageOf(TakeUntil(text, ' '));
  if (Eat(text, " (") && (!TakeUint(text) || !Eat(text, " bytes)"))) return std::nullopt;
  const bool ends_in_client = Eat(text, " from ") && !text.empty() && text.find(' ') == text.npos;
  return ends_in_client ? std::optional<Event>(lost) : std::nullopt;
}

/// `client.example[192.0.2.1], sasl_method=PLAIN, sasl_username=user`, starting after `client=`. A
/// user name is not quoted, so nothing after it is looked at.
Event MessageStart(const Line& line, QueueRef ref, std::string_view text) {
  Event event{std::in_place_type<SmtpMessage>, NewEvent<SmtpMessage>{}};
  SmtpMessage& message = std::get<SmtpMessage>(event);
  static_cast<SmtpService&>(message) = SmtpServiceOf(line);
  if (ref == QueueRef::kNoQueue) message.origin = MessageOrigin::kProxied;
  (void)TakeUntil(text, ',');
  if (Eat(text, ", sasl_method=")) message.sasl_method = {AuthMethodOf(TakeUntil(text, ','))};
  if (StartsWith(text, ", orig_queue_id=") || StartsWith(text, ", orig_client="))
    message.origin = MessageOrigin::kReinjected;
  return event;
}

/// Lines with a queue id or NOQUEUE, starting after it.
std::optional<Event> ParseQueued(const Line& line, std::string_view text) {
  if (const auto restriction = ParseRestriction(line, text)) return *restriction;
  // NOQUEUE: abort: TLS from client.example[192.0.2.1]: Client certificate not trusted
  if (StartsWith(text, "abort: TLS from "))
    return TlsError{SmtpServiceOf(line), TlsDirection::kInbound};
  const auto lost = ParseLost(line, text);
  return lost ? lost : ParseOtherLost(line, text);
}

}  // namespace

Event ParseSmtpSession(const Line& line) {
  std::string_view text = InParts(line.message);
  if (StartsWith(text, "connect from ")) return SmtpConnection{SmtpServiceOf(line)};
  return Eat(text, "disconnect from ") ? SessionEnd(line, text) : Event{Unknown{}};
}

namespace {

/// Lines without a queue id and NOQUEUE.
Event ParseUnqueued(const Line& line, std::string_view text) {
  if (StartsWith(text, "connect from ") || StartsWith(text, "disconnect from "))
    return ParseSmtpSession(line);
  if (const auto lost = ParseLost(line, text)) return *lost;
  if (const auto tls = ParseTls(line, text)) return *tls;
  if (const auto reply = ParseProxyReply(line, text)) return *reply;
  // The first versions had nothing where NOQUEUE is.
  if (StartsWith(text, "reject: ") || StartsWith(text, "reject_warning: ")) {
    if (const auto restriction = ParseRestriction(line, text)) return *restriction;
  }
  if (const auto lost = ParseOtherLost(line, text)) return *lost;
  return ParseForms(line);
}

}  // namespace

Event ParseSmtpd(const Line& line, QueueRef ref, std::string_view text) {
  if (ref == QueueRef::kNone) return ParseUnqueued(line, text);
  if (Eat(text, "client=")) return MessageStart(line, ref, text);
  // A queue id has no place here, but published samples have it.
  if (StartsWith(text, "connect from ")) return SmtpConnection{SmtpServiceOf(line)};
  // NOQUEUE: proxy-accept: END-OF-MESSAGE: 250 2.0.0 Ok: queued as 9BE3547AFE; from=<…>
  if (const auto reply = ParseProxyReply(line, text)) return *reply;
  const auto queued = ParseQueued(line, text);
  return queued ? *queued : ParseForms(line);
}

namespace {

/// `client.example[192.0.2.1]: SASL LOGIN authentication failed: …, sasl_username=…`; the mechanism
/// is what the client asked for.
std::optional<Event> ParseSaslWarning(const Line& line, std::string_view text) {
  if (!TakeClient(text) || !Eat(text, "SASL ")) return std::nullopt;
  const auto method = TakePast(text, " authentication ");
  if (!method) return std::nullopt;
  AuthAttempt attempt{SmtpServiceOf(line), AuthProtocol::kSmtp, AuthMethodOf(*method)};
  if (StartsWith(text, "failed")) {
    attempt.result = AuthResult::kFailure;
  } else if (StartsWith(text, "aborted")) {
    attempt.result = AuthResult::kAborted;
  } else {
    return std::nullopt;
  }
  return attempt;
}

/// `Connection rate limit exceeded: 7 from client.example[192.0.2.1] for service smtp`
std::optional<Event> ParseRateWarning(const Line& line, std::string_view text) {
  struct Name {
    std::string_view words;
    RateLimit limit;
  };
  static constexpr Name kNames[] = {
      {"Connection concurrency limit exceeded: ", RateLimit::kConnectionCount},
      {"Connection rate limit exceeded: ", RateLimit::kConnectionRate},
      {"Message delivery request rate limit exceeded: ", RateLimit::kMessageRate},
      {"Recipient address rate limit exceeded: ", RateLimit::kRecipientRate},
      {"New TLS session rate limit exceeded: ", RateLimit::kNewTlsRate},
      {"AUTH command rate limit exceeded: ", RateLimit::kAuthRate},
  };
  for (const Name& name : kNames) {
    if (StartsWith(text, name.words)) return SmtpRateLimit{SmtpServiceOf(line), name.limit};
  }
  return std::nullopt;
}

/// `hostname a.example does not resolve to address 192.0.2.1`; up to 2.8 `192.0.2.1: hostname
/// a.example verification failed: …` and `192.0.2.1: address not listed for hostname a.example`.
bool IsClientDnsWarning(std::string_view text) {
  if (Eat(text, "hostname ")) {
    (void)TakeUntil(text, ' ');
    return StartsWith(text, " does not resolve to address ");
  }
  const std::string_view address = TakeUntil(text, ' ');
  if (!address.ends_with(':')) return false;
  if (StartsWith(text, " address not listed for hostname ")) return true;
  if (!Eat(text, " hostname ")) return false;
  (void)TakeUntil(text, ' ');
  return StartsWith(text, " verification failed: ");
}

}  // namespace

std::optional<Event> ParseSmtpdWarning(const Line& line, std::string_view text) {
  if (const auto limit = ParseRateWarning(line, text)) return *limit;
  if (IsClientDnsWarning(text)) return ClientDnsFailure{SmtpServiceOf(line)};
  return ParseSaslWarning(line, text);
}

}  // namespace maillog::postfix
