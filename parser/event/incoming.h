// Mail coming in.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "parser/codes.h"
#include "parser/event/auth.h"
#include "parser/event/delivery.h"

namespace maillog {

/// Where in the SMTP dialogue. EHLO and LHLO are helo, BDAT is data. header and body are for
/// content checks only.
enum class Stage : std::uint8_t {
  kConnect,
  kHelo,
  kAuth,
  kStarttls,
  kMail,
  kRcpt,
  kData,
  kEndOfData,
  kEtrn,
  kVrfy,
  kHeader,
  kBody,
  kOther
};
template <>
struct Label<Stage> {
  static constexpr std::string_view name = "stage";
  using enum Stage;
  static constexpr auto values = LabelTexts<Stage>({{kConnect, "connect"},
                                                    {kHelo, "helo"},
                                                    {kAuth, "auth"},
                                                    {kStarttls, "starttls"},
                                                    {kMail, "mail"},
                                                    {kRcpt, "rcpt"},
                                                    {kData, "data"},
                                                    {kEndOfData, "end_of_data"},
                                                    {kEtrn, "etrn"},
                                                    {kVrfy, "vrfy"},
                                                    {kHeader, "header"},
                                                    {kBody, "body"},
                                                    {kOther, "other"}});
};

enum class Action : std::uint8_t {
  kWarn,
  kHold,
  kDiscard,
  kFilter,
  kRedirect,
  kBcc,
  kPrepend,
  kReplace,
  kStrip,
  kDelay,
  kInfo,
  kQuarantine,
  kRejectWarning,
  kPermit,
  kPass,
  kOther
};
template <>
struct Label<Action> {
  static constexpr std::string_view name = "action";
  using enum Action;
  static constexpr auto values = LabelTexts<Action>({{kWarn, "warn"},
                                                     {kHold, "hold"},
                                                     {kDiscard, "discard"},
                                                     {kFilter, "filter"},
                                                     {kRedirect, "redirect"},
                                                     {kBcc, "bcc"},
                                                     {kPrepend, "prepend"},
                                                     {kReplace, "replace"},
                                                     {kStrip, "strip"},
                                                     {kDelay, "delay"},
                                                     {kInfo, "info"},
                                                     {kQuarantine, "quarantine"},
                                                     {kRejectWarning, "reject_warning"},
                                                     {kPermit, "permit"},
                                                     {kPass, "pass"},
                                                     {kOther, "other"}});
};

enum class LostKind : std::uint8_t {
  kLost,
  kTimeout,
  kTooManyErrors,
  kImproperPipelining,
  kBareNewline,
  kOther,
};
template <>
struct Label<LostKind> {
  static constexpr std::string_view name = "kind";
  using enum LostKind;
  static constexpr auto values = LabelTexts<LostKind>({{kLost, "lost"},
                                                       {kTimeout, "timeout"},
                                                       {kTooManyErrors, "too_many_errors"},
                                                       {kImproperPipelining, "improper_pipelining"},
                                                       {kBareNewline, "bare_newline"},
                                                       {kOther, "other"}});
};

/// smtpd's limits per client (anvil): `Connection rate limit exceeded` and the like.
enum class RateLimit : std::uint8_t {
  kConnectionCount,
  kConnectionRate,
  kMessageRate,
  kRecipientRate,
  kNewTlsRate,
  kAuthRate
};
template <>
struct Label<RateLimit> {
  static constexpr std::string_view name = "limit";
  using enum RateLimit;
  static constexpr auto values = LabelTexts<RateLimit>({{kConnectionCount, "connection_count"},
                                                        {kConnectionRate, "connection_rate"},
                                                        {kMessageRate, "message_rate"},
                                                        {kRecipientRate, "recipient_rate"},
                                                        {kNewTlsRate, "new_tls_rate"},
                                                        {kAuthRate, "auth_rate"}});
};

enum class MessageOrigin : std::uint8_t { kClient, kProxied, kReinjected };
template <>
struct Label<MessageOrigin> {
  static constexpr std::string_view name = "origin";
  using enum MessageOrigin;
  static constexpr auto values = LabelTexts<MessageOrigin>(
      {{kClient, "client"}, {kProxied, "proxied"}, {kReinjected, "reinjected"}});
};

enum class Via : std::uint8_t { kPickup, kQmqpd };
template <>
struct Label<Via> {
  static constexpr std::string_view name = "via";
  using enum Via;
  static constexpr auto values = LabelTexts<Via>({{kPickup, "pickup"}, {kQmqpd, "qmqpd"}});
};

/// In the order of smtpd's tallies at disconnect.
enum class SmtpVerb : std::uint8_t {
  kHelo,
  kEhlo,
  kXclient,
  kXforward,
  kStarttls,
  kAuth,
  kMail,
  kRcpt,
  kData,
  kBdat,
  kRset,
  kNoop,
  kVrfy,
  kEtrn,
  kQuit,
  kHelp,
  kUnknown
};
template <>
struct Label<SmtpVerb> {
  static constexpr std::string_view name = "command";
  using enum SmtpVerb;
  static constexpr auto values = LabelTexts<SmtpVerb>({{kHelo, "helo"},
                                                       {kEhlo, "ehlo"},
                                                       {kXclient, "xclient"},
                                                       {kXforward, "xforward"},
                                                       {kStarttls, "starttls"},
                                                       {kAuth, "auth"},
                                                       {kMail, "mail"},
                                                       {kRcpt, "rcpt"},
                                                       {kData, "data"},
                                                       {kBdat, "bdat"},
                                                       {kRset, "rset"},
                                                       {kNoop, "noop"},
                                                       {kVrfy, "vrfy"},
                                                       {kEtrn, "etrn"},
                                                       {kQuit, "quit"},
                                                       {kHelp, "help"},
                                                       {kUnknown, "unknown"}});
};

enum class CommandResult : std::uint8_t { kUnstated, kAccepted, kRejected };
template <>
struct Label<CommandResult> {
  static constexpr std::string_view name = "result";
  using enum CommandResult;
  static constexpr auto values = LabelTexts<CommandResult>(
      {{kUnstated, ""}, {kAccepted, "accepted"}, {kRejected, "rejected"}});
};

/// The first digit of a reply.
enum class ReplyClass : std::uint8_t { kSuccess, kIntermediate, kTransient, kPermanent };
template <>
struct Label<ReplyClass> {
  static constexpr std::string_view name = "class";
  using enum ReplyClass;
  static constexpr auto values = LabelTexts<ReplyClass>(
      {{kSuccess, "2"}, {kIntermediate, "3"}, {kTransient, "4"}, {kPermanent, "5"}});
};

/// How E-Post's acceptlog ends a session, or one mail of it.
enum class SmtpSessionResult : std::uint8_t { kOk, kAbort, kTimeout };
template <>
struct Label<SmtpSessionResult> {
  static constexpr std::string_view name = "result";
  using enum SmtpSessionResult;
  static constexpr auto values =
      LabelTexts<SmtpSessionResult>({{kOk, "ok"}, {kAbort, "abort"}, {kTimeout, "timeout"}});
};

/// What PMailServer lets a client do: connect without checks, have mail relayed.
enum class AccessDecisionKind : std::uint8_t { kUnconditional, kRelayPermitted };
template <>
struct Label<AccessDecisionKind> {
  static constexpr std::string_view name = "decision";
  using enum AccessDecisionKind;
  static constexpr auto values = LabelTexts<AccessDecisionKind>(
      {{kUnconditional, "unconditional"}, {kRelayPermitted, "relay_permitted"}});
};

struct SmtpConnection : SmtpService {
  static constexpr Wording kWording{"smtp_connection"};
};

/// Tallies of one command at the end of a session: `rcpt=1/3` is 1 accepted, 3 in all.
struct CommandTally {
  SmtpVerb verb;
  std::uint32_t accepted;
  std::uint32_t total;  ///< never less than `accepted`
};
struct SmtpDisconnection : SmtpService {
  static constexpr std::size_t kMaxTallies = Label<SmtpVerb>::values.size();
  std::uint8_t tally_count = 0;
  std::uint8_t bad_values = 0;
  std::array<CommandTally, kMaxTallies> tallies;  ///< the first `tally_count` are set
  static constexpr Wording kWording{"smtp_disconnection"};
};

/// SMTP commands of one kind: for Postfix those of a session, otherwise one that was logged as it
/// came.
struct SmtpCommand : SmtpService {
  SmtpVerb verb = SmtpVerb::kUnknown;
  CommandResult result = CommandResult::kUnstated;
  static constexpr Wording kWording{"smtp_command", &SmtpCommand::verb, &SmtpCommand::result};
};

/// A reply of the SMTP server that was logged as it was sent. Stage, code and reason have a meaning
/// for the classes 4 and 5 only: those are rejections.
struct SmtpReply : SmtpService {
  ReplyClass reply_class = ReplyClass::kSuccess;
  Stage stage = Stage::kOther;
  ReplyCode code;
  Reason reason = Reason::kOther;
  static constexpr Wording kWording{"smtp_reply"};
};

/// The result line of E-Post's acceptlog.
struct SmtpSession : SmtpService {
  SmtpSessionResult result = SmtpSessionResult::kOk;
  AuthMethod auth_method = AuthMethod::kUnstated;
  std::optional<AuthResult> auth;  ///< set if the line reports an authentication
  std::optional<Reason> rejected;  ///< set if it reports a rejection for which no reply is logged
  static constexpr Wording kWording{"smtp_session"};
};

/// `無条件接続許可ホスト(IP)`: PMailServer found the client on one of its lists.
struct AccessDecision {
  Server server = Server::kPMailServer;
  AccessDecisionKind decision = AccessDecisionKind::kUnconditional;
  static constexpr Wording kWording{"access_decision", &AccessDecision::server,
                                    &AccessDecision::decision};
};

/// A message began: `client=…`; or it was accepted, in E-Post's inlog.
struct SmtpMessage : SmtpService {
  SaslMethod sasl_method;
  MessageOrigin origin = MessageOrigin::kClient;
  std::uint32_t recipients = 0;  ///< inlog only
  static constexpr Wording kWording{"smtp_message"};
};

/// A message came in by another way than SMTP.
struct MessageSubmitted : Service {
  Via via = Via::kPickup;
  static constexpr Wording kWording{"message_submitted", &MessageSubmitted::via};
};

struct SmtpReject : SmtpService {
  Stage stage = Stage::kOther;
  ReplyCode code;
  Reason reason = Reason::kOther;
  static constexpr Wording kWording{"smtp_reject", &SmtpReject::stage, &SmtpReject::code,
                                    &SmtpReject::reason};
};

struct SmtpAction : SmtpService {
  Stage stage = Stage::kOther;
  Action action = Action::kOther;
  static constexpr Wording kWording{"smtp_action", &SmtpAction::stage, &SmtpAction::action};
};

struct SmtpLostConnection : SmtpService {
  LostKind kind = LostKind::kLost;
  Stage stage = Stage::kOther;
  static constexpr Wording kWording{"smtp_lost_connection", &SmtpLostConnection::kind,
                                    &SmtpLostConnection::stage};
};

/// `warning: Connection rate limit exceeded: 7 from … for service smtp`.
struct SmtpRateLimit : SmtpService {
  RateLimit limit = RateLimit::kConnectionCount;
  static constexpr Wording kWording{"smtp_rate_limit", &SmtpRateLimit::limit};
};

/// `warning: hostname … does not resolve to address …` and the like: name and address of the client
/// disagree.
struct ClientDnsFailure : SmtpService {
  static constexpr Wording kWording{"client_dns_failure"};
};

}  // namespace maillog
