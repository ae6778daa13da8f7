// What a record says. One record becomes exactly one event; Ignored, Foreign, Unknown and Malformed
// are events too. All views point into the record, and live as long as it does. Numbers are as
// logged; what could not be read as a number is absent and counted in `bad_values`.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>
#include <variant>

#include "parser/codes.h"
#include "parser/daemon.h"
#include "parser/labels.h"
#include "parser/policy.h"

namespace maillog {

// ---- lines that move nothing but the count of records

/// A rule written for that very message matched; it moves nothing.
struct Ignored {};
/// The program is no daemon of the four servers.
struct Foreign {};
/// Program or line form is ours, and no rule matched.
struct Unknown {
  static constexpr std::uint32_t kAll = 0xffffffff;
  /// How much of the end of the message is left from where reading stopped; kAll where no rule
  /// began to read. For whoever looks why a line is unknown; counts nothing.
  std::uint32_t left = kAll;
};
/// Reading stopped at `text`, the end of a message.
[[nodiscard]] constexpr Unknown StoppedAt(std::string_view text) {
  return {static_cast<std::uint32_t>(text.size())};
}
/// No envelope could be read, or a limit was exceeded.
struct Malformed {};

// ---- who says it. Everything that Postfix says carries Service; its SMTP server side carries
// SmtpService.

struct Service {
  Server server = Server::kPostfix;
  SyslogName syslog_name;  ///< empty for other servers
};
struct SmtpService : Service {
  Listener listener;  ///< empty for `postfix/smtpd`
};

// ---- mail going out

/// An attempt to deliver to one recipient: `to=<…>, relay=…, delay=…, delays=…, dsn=…, status=sent
/// (…)`.
struct Delivery : Service {
  Agent agent = Agent::kOther;
  NextHop next_hop = NextHop::kNone;
  DeliveryStatus status = DeliveryStatus::kOther;
  DsnClass dsn_class = DsnClass::kAbsent;
  DsnCode dsn;
  Reason reason = Reason::kOther;        ///< means something for deferred and bounced only
  Receiver receiver = Receiver::kOther;  ///< means something for next_hop remote, and for policies
  Policy policy = Policy::kOther;        ///< means something for deferred and bounced only
  std::uint8_t bad_values = 0;
  Transport transport;
  std::optional<Micros> delay;
  std::array<std::optional<Micros>, 4> delays;  ///< indexed by Phase; all absent up to Postfix 2.2
};

/// A line of PMailServer's MTA report: one for each recipient to whom delivery has ended.
struct MtaReport : Delivery {
  MtaReportCode code;
  MtaReportResult result;
};

/// The end of E-Post's delivery: `… sent on [ts] to …`, `… send fail on [ts] from …`.
struct FinalDelivery : Delivery {
  std::uint32_t recipients = 1;      ///< one line may name several
  std::optional<NoticeKind> notice;  ///< set if the mail is an error mail of the server's own
};

/// A mail was put back to be tried again.
struct DeliveryRetry {
  Server server = Server::kEPost;
};

/// `connect to mail.example.com[192.0.2.1]:25: Connection refused`.
struct ConnectionFailure : Service {
  Agent agent = Agent::kOther;
  Reason reason = Reason::kOther;
};

// ---- mail coming in

struct SmtpConnection : SmtpService {};

/// Tallies of one command at the end of a session: `rcpt=1/3` is 1 accepted, 3 in all.
struct CommandTally {
  SmtpVerb verb = SmtpVerb::kUnknown;
  std::uint32_t accepted = 0;
  std::uint32_t total = 0;  ///< never less than `accepted`
};
struct SmtpDisconnection : SmtpService {
  static constexpr std::size_t kMostTallies = Label<SmtpVerb>::values.size();
  std::uint8_t tally_count = 0;
  std::uint8_t bad_values = 0;
  std::array<CommandTally, kMostTallies> tallies;  ///< the first `tally_count` are set
};

/// SMTP commands of one kind: at Postfix those of a session, else one that was logged as it came.
struct SmtpCommand : SmtpService {
  SmtpVerb verb = SmtpVerb::kUnknown;
  CommandResult result = CommandResult::kUnstated;
};

/// A reply of the SMTP server that was logged as it was sent. Stage, code and reason mean something
/// for the classes 4 and 5 only: those are rejections.
struct SmtpReply : SmtpService {
  ReplyClass reply_class = ReplyClass::kSuccess;
  Stage stage = Stage::kOther;
  ReplyCode code;
  Reason reason = Reason::kOther;
};

/// The result line of E-Post's acceptlog.
struct SmtpSession : SmtpService {
  SmtpSessionResult result = SmtpSessionResult::kOk;
  AuthMethod auth_method = AuthMethod::kUnstated;
  std::optional<AuthResult> auth;  ///< set if the line tells of an authentication
  std::optional<Reason> rejected;  ///< set if it tells of a rejection that no reply is logged for
};

/// `無条件接続許可ホスト(IP)`: PMailServer found the client on one of its lists.
struct AccessDecision {
  Server server = Server::kPMailServer;
  AccessDecisionKind decision = AccessDecisionKind::kUnconditional;
};

/// A message began: `client=…`; or it was accepted, in E-Post's inlog.
struct SmtpMessage : SmtpService {
  SaslMethod sasl_method;
  MessageOrigin origin = MessageOrigin::kClient;
  std::uint32_t recipients = 0;  ///< inlog only
};

/// A message came in by another way than SMTP.
struct MessageSubmitted : Service {
  Via via = Via::kPickup;
};

struct SmtpReject : SmtpService {
  Stage stage = Stage::kOther;
  ReplyCode code;
  Reason reason = Reason::kOther;
};

struct SmtpAction : SmtpService {
  Stage stage = Stage::kOther;
  Action action = Action::kOther;
};

struct SmtpLostConnection : SmtpService {
  LostKind kind = LostKind::kLost;
  Stage stage = Stage::kOther;
};

/// `warning: Connection rate limit exceeded: 7 from … for service smtp`.
struct SmtpRateLimit : SmtpService {
  RateLimit limit = RateLimit::kConnectionCount;
};

/// `warning: hostname … does not resolve to address …` and its kin: name and address of the client
/// disagree.
struct ClientDnsFailure : SmtpService {};

struct PostscreenEvent : Service {
  PostscreenEventKind event = PostscreenEventKind::kOther;
};

struct DnsblLookup : Service {
  DnsblResult result = DnsblResult::kListed;
};

struct TlsConnection : SmtpService {
  TlsDirection direction = TlsDirection::kInbound;
  TlsTrust trust = TlsTrust::kAbsent;
  TlsProtocol protocol = TlsProtocol::kOther;
  TlsCipher cipher;
};

struct TlsError : SmtpService {
  TlsDirection direction = TlsDirection::kInbound;
};

/// What a line tells of the Dovecot version behind it: up to 2.3 a POP3 `del=n/m` gives messages in
/// the mailbox as m, from 2.4 on bytes deleted. `Login:` is the old form, `Logged in:` the new.
enum class DelForm : std::uint8_t { kUntold, kMailboxMessages, kDeletedBytes };

struct AuthAttempt : SmtpService {
  AuthProtocol protocol = AuthProtocol::kOther;
  AuthMethod method = AuthMethod::kUnstated;
  AuthResult result = AuthResult::kOther;
  DelForm tells = DelForm::kUntold;
  std::uint32_t attempts = 1;  ///< `auth failed, 3 attempts`: 3, at most kMostAttempts
  static constexpr std::uint32_t kMostAttempts = 10'000;
};

// ---- the queue

/// `from=<…>, size=1234, nrcpt=1 (queue active)`.
struct QueueActivation : Service {
  std::uint8_t bad_values = 0;
  std::optional<std::uint64_t> size_bytes;
  std::optional<std::uint64_t> recipients;
};
struct QueueRemoved : Service {};
struct QueueExpired : Service {};
struct QueueAdmin : Service {
  QueueAdminAction action = QueueAdminAction::kRemoved;
};
struct BounceNotice : Service {
  NoticeKind kind = NoticeKind::kOther;
};

// ---- mailboxes

/// A session that was logged in has ended, of a protocol without figures of its own here.
struct MailboxSession {
  Server server = Server::kDovecot;
  AuthProtocol protocol = AuthProtocol::kOther;
  SessionEnd end = SessionEnd::kOther;
};

struct CountAndBytes {
  std::uint64_t count = 0;
  std::uint64_t bytes = 0;
};

/// `Disconnected: Logged out top=0/0, retr=1/12345, del=0/123, size=1234567`.
struct Pop3Session {
  Server server = Server::kDovecot;
  SessionEnd end = SessionEnd::kOther;
  std::uint8_t bad_values = 0;
  std::optional<CountAndBytes> top;
  std::optional<CountAndBytes> retrieved;
  std::optional<std::uint64_t> deleted_messages;
  std::optional<std::uint64_t>
      deleted_of;  ///< m of `del=n/m`: messages in the mailbox, or bytes deleted (DelForm)
  std::optional<std::uint64_t> mailbox_bytes;
};

/// `Disconnected: Logged out in=… out=… deleted=… … body_bytes=…` (1.x and 2.0: `bytes=in/out`).
struct ImapSession {
  Server server = Server::kDovecot;
  SessionEnd end = SessionEnd::kOther;
  std::uint8_t bad_values = 0;
  std::optional<std::uint64_t> bytes_in;
  std::optional<std::uint64_t> bytes_out;
  std::array<std::optional<std::uint64_t>, Label<ImapMessageAction>::values.size()>
      messages;  ///< by ImapMessageAction
};

/// One command of a POP3 session, and what it says of an attempt to log in.
struct Pop3Command {
  Server server = Server::kPMailServer;
  Pop3Verb verb = Pop3Verb::kOther;
  AuthMethod auth_method = AuthMethod::kUnstated;
  std::optional<AuthResult> auth;
};

/// The same of an IMAP session.
struct ImapCommand {
  Server server = Server::kPMailServer;
  ImapVerb verb = ImapVerb::kOther;
  AuthMethod auth_method = AuthMethod::kUnstated;
  std::optional<AuthResult> auth;
};

struct LdaAction {
  Server server = Server::kDovecot;
  LdaAgent agent = LdaAgent::kOther;
  LdaActionKind action = LdaActionKind::kOther;
};

// ---- trouble

/// A warning, error, fatal or panic line that is no event of its own.
struct LogProblem : Service {
  Daemon daemon = Daemon::kOther;
  ProblemLevel level = ProblemLevel::kWarning;
};

struct ServiceEvent {
  Server server = Server::kPostfix;
  Daemon daemon = Daemon::kOther;
  ServiceEventKind event = ServiceEventKind::kStart;
};

/// syslogd's `last message repeated N times`: which message it was is not guessed.
struct LastRepeated {
  std::uint32_t repeats = 0;
};

using Event =
    std::variant<Ignored, Foreign, Unknown, Malformed, Delivery, ConnectionFailure, SmtpConnection,
                 SmtpDisconnection, SmtpMessage, MessageSubmitted, SmtpReject, SmtpAction,
                 SmtpLostConnection, SmtpRateLimit, ClientDnsFailure, PostscreenEvent, DnsblLookup,
                 TlsConnection, TlsError, AuthAttempt, QueueActivation, QueueRemoved, QueueExpired,
                 QueueAdmin, BounceNotice, MailboxSession, Pop3Session, ImapSession, LdaAction,
                 LogProblem, ServiceEvent, LastRepeated, MtaReport, FinalDelivery, DeliveryRetry,
                 SmtpCommand, SmtpReply, SmtpSession, AccessDecision, Pop3Command, ImapCommand>;

static_assert(std::is_trivially_copyable_v<Event>);
static_assert(sizeof(Event) <= 272, "an event is returned by value for every line");

[[nodiscard]] inline Outcome OutcomeOf(const Event& event) {
  if (std::holds_alternative<Ignored>(event)) return Outcome::kIgnored;
  if (std::holds_alternative<Foreign>(event)) return Outcome::kForeign;
  if (std::holds_alternative<Unknown>(event)) return Outcome::kUnknown;
  if (std::holds_alternative<Malformed>(event)) return Outcome::kMalformed;
  return Outcome::kCounted;
}

}  // namespace maillog
