// Labels are types. A closed label is an enum whose values stand in a list below; an open label is
// a view with a stated limit and form (label_form.h). There is no label type for an address, a
// user, an IP, a queue id or a message id, and none may be added.
//
// The names and values are those of the metric contract (METRICS.md). An empty value means: no such
// label.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>

#include "parser/label_form.h"
#include "parser/scan.h"

namespace maillog {

/// Specialised for each label type. Closed: `name`, `values` (indexed by the enum). Open: `name`,
/// `limit` (so many values have series of their own), `form` (whether a text can be a value).
template <class T>
struct Label;

template <class... Texts>
constexpr std::array<std::string_view, sizeof...(Texts)> Values(Texts... texts) {
  return {std::string_view{texts}...};
}

/// The text of a closed label's value.
template <class E>
requires std::is_enum_v<E>
[[nodiscard]] constexpr std::string_view Text(E value) {
  return Label<E>::values[static_cast<std::size_t>(value)];
}

/// The value with exactly this text, if the closed list has it. Linear: for short lists and cold
/// paths.
template <class E>
requires std::is_enum_v<E>
[[nodiscard]] constexpr std::optional<E> FromText(std::string_view text) {
  for (std::size_t i = 0; i < Label<E>::values.size(); ++i) {
    if (Label<E>::values[i] == text) return static_cast<E>(i);
  }
  return std::nullopt;
}

// ---- who speaks

enum class Server : std::uint8_t { kPostfix, kDovecot, kPMailServer, kEPost };
template <>
struct Label<Server> {
  static constexpr std::string_view name = "server";
  static constexpr auto values = Values("postfix", "dovecot", "pmailserver", "epost");
};

/// First part of a Postfix program name: the instance (`postfix`, `postfix-out`).
struct SyslogName {
  std::string_view text;
};
template <>
struct Label<SyslogName> {
  static constexpr std::string_view name = "syslog_name";
  static constexpr std::size_t limit = 16;  // a host rarely has more than three instances
  static constexpr auto form = &IsServiceName;
};

/// Parts between instance and daemon on the smtpd side: `submission`, `smtps`; or `postscreen`,
/// `cleanup`.
struct Listener {
  std::string_view text;
};
template <>
struct Label<Listener> {
  static constexpr std::string_view name = "listener";
  static constexpr std::size_t limit = 16;  // services of master.cf that run smtpd
  static constexpr auto form = &IsServiceName;
};

/// Parts between instance and daemon on the delivery side (`relay`); for pipe(8) its `relay=`.
struct Transport {
  std::string_view text;
};
template <>
struct Label<Transport> {
  static constexpr std::string_view name = "transport";
  static constexpr std::size_t limit = 32;  // services of master.cf that deliver
  static constexpr auto form = &IsServiceName;
};

// ---- mail going out

enum class Agent : std::uint8_t {
  kSmtp,
  kLmtp,
  kLocal,
  kVirtual,
  kPipe,
  kError,
  kDiscard,
  kQmgr,
  kCleanup,
  kOther
};
template <>
struct Label<Agent> {
  static constexpr std::string_view name = "agent";
  static constexpr auto values = Values("smtp", "lmtp", "local", "virtual", "pipe", "error",
                                        "discard", "qmgr", "cleanup", "other");
};

enum class NextHop : std::uint8_t { kNone, kSocket, kLoopback, kRemote, kLocal };
template <>
struct Label<NextHop> {
  static constexpr std::string_view name = "next_hop";
  static constexpr auto values = Values("none", "socket", "loopback", "remote", "local");
};

enum class DeliveryStatus : std::uint8_t {
  kSent,
  kDeferred,
  kBounced,
  kUndeliverable,
  kDeliverable,
  kOther
};
template <>
struct Label<DeliveryStatus> {
  static constexpr std::string_view name = "status";
  static constexpr auto values =
      Values("sent", "deferred", "bounced", "undeliverable", "deliverable", "other");
};

enum class DsnClass : std::uint8_t { kAbsent, kSuccess, kTransient, kPermanent };
template <>
struct Label<DsnClass> {
  static constexpr std::string_view name = "dsn_class";
  static constexpr auto values = Values("", "2", "4", "5");
};

enum class Phase : std::uint8_t { kBeforeQueue, kInQueue, kConnection, kTransmission };
template <>
struct Label<Phase> {
  static constexpr std::string_view name = "phase";
  static constexpr auto values = Values("before_queue", "in_queue", "connection", "transmission");
};

/// Why a delivery was deferred or bounced, or a client was rejected: the contract's reason classes.
enum class Reason : std::uint8_t {
  kUserUnknown,
  kUserDisabled,
  kMailboxFull,
  kMessageTooBig,
  kSpam,
  kVirus,
  kContent,
  kBlocklist,
  kReputation,
  kGreylist,
  kRateLimit,
  kReverseDns,
  kHeloRejected,
  kSenderAuth,
  kSenderRejected,
  kRecipientRejected,
  kRelayDenied,
  kAuth,
  kTls,
  kDnsError,
  kHostNotFound,
  kConnectionRefused,
  kConnectionTimeout,
  kConnectionLost,
  kNetwork,
  kStorage,
  kLoop,
  kExpired,
  kProtocol,
  kRemoteError,
  kLocalError,
  kOther
};
template <>
struct Label<Reason> {
  static constexpr std::string_view name = "reason";
  static constexpr auto values =
      Values("user_unknown", "user_disabled", "mailbox_full", "message_too_big", "spam", "virus",
             "content", "blocklist", "reputation", "greylist", "rate_limit", "reverse_dns",
             "helo_rejected", "sender_auth", "sender_rejected", "recipient_rejected",
             "relay_denied", "auth", "tls", "dns_error", "host_not_found", "connection_refused",
             "connection_timeout", "connection_lost", "network", "storage", "loop", "expired",
             "protocol", "remote_error", "local_error", "other");
};

/// Whose servers answered, from the relay's name.
enum class Receiver : std::uint8_t {
  kGoogle,
  kMicrosoft,
  kYahoo,
  kYahooJapan,
  kIcloud,
  kDocomo,
  kAu,
  kSoftbank,
  kRakuten,
  kNifty,
  kBiglobe,
  kOcn,
  kOther
};
template <>
struct Label<Receiver> {
  static constexpr std::string_view name = "receiver";
  static constexpr auto values =
      Values("google", "microsoft", "yahoo", "yahoo_japan", "icloud", "docomo", "au", "softbank",
             "rakuten", "nifty", "biglobe", "ocn", "other");
};

// ---- mail coming in

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
  static constexpr auto values =
      Values("connect", "helo", "auth", "starttls", "mail", "rcpt", "data", "end_of_data", "etrn",
             "vrfy", "header", "body", "other");
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
  static constexpr auto values =
      Values("warn", "hold", "discard", "filter", "redirect", "bcc", "prepend", "replace", "strip",
             "delay", "info", "quarantine", "reject_warning", "permit", "pass", "other");
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
  static constexpr auto values =
      Values("lost", "timeout", "too_many_errors", "improper_pipelining", "bare_newline", "other");
};

/// smtpd's limits per client (anvil): `Connection rate limit exceeded` and its kin.
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
  static constexpr auto values = Values("connection_count", "connection_rate", "message_rate",
                                        "recipient_rate", "new_tls_rate", "auth_rate");
};

enum class PostscreenEventKind : std::uint8_t {
  kConnect,
  kDisconnect,
  kPassNew,
  kPassOld,
  kPregreet,
  kHangup,
  kDnsbl,
  kAllowlisted,
  kDenylisted,
  kAllowlistVeto,
  kBareNewline,
  kNonSmtpCommand,
  kCommandPipelining,
  kCommandTimeLimit,
  kCommandCountLimit,
  kCommandLengthLimit,
  kDataWithoutRcpt,
  kStress,
  kOther
};
template <>
struct Label<PostscreenEventKind> {
  static constexpr std::string_view name = "event";
  static constexpr auto values =
      Values("connect", "disconnect", "pass_new", "pass_old", "pregreet", "hangup", "dnsbl",
             "allowlisted", "denylisted", "allowlist_veto", "bare_newline", "non_smtp_command",
             "command_pipelining", "command_time_limit", "command_count_limit",
             "command_length_limit", "data_without_rcpt", "stress", "other");
};

enum class DnsblResult : std::uint8_t { kListed, kNotListed };
template <>
struct Label<DnsblResult> {
  static constexpr std::string_view name = "result";
  static constexpr auto values = Values("listed", "not_listed");
};

enum class MessageOrigin : std::uint8_t { kClient, kProxied, kReinjected };
template <>
struct Label<MessageOrigin> {
  static constexpr std::string_view name = "origin";
  static constexpr auto values = Values("client", "proxied", "reinjected");
};

enum class Via : std::uint8_t { kPickup, kQmqpd };
template <>
struct Label<Via> {
  static constexpr std::string_view name = "via";
  static constexpr auto values = Values("pickup", "qmqpd");
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
  static constexpr auto values =
      Values("helo", "ehlo", "xclient", "xforward", "starttls", "auth", "mail", "rcpt", "data",
             "bdat", "rset", "noop", "vrfy", "etrn", "quit", "help", "unknown");
};

enum class CommandResult : std::uint8_t { kUnstated, kAccepted, kRejected };
template <>
struct Label<CommandResult> {
  static constexpr std::string_view name = "result";
  static constexpr auto values = Values("", "accepted", "rejected");
};

/// The first digit of a reply.
enum class ReplyClass : std::uint8_t { kSuccess, kIntermediate, kTransient, kPermanent };
template <>
struct Label<ReplyClass> {
  static constexpr std::string_view name = "class";
  static constexpr auto values = Values("2", "3", "4", "5");
};

/// How E-Post's acceptlog ends a session, or a mail of one.
enum class SmtpSessionResult : std::uint8_t { kOk, kAbort, kTimeout };
template <>
struct Label<SmtpSessionResult> {
  static constexpr std::string_view name = "result";
  static constexpr auto values = Values("ok", "abort", "timeout");
};

/// What PMailServer lets a client do: connect without checks, have mail relayed.
enum class AccessDecisionKind : std::uint8_t { kUnconditional, kRelayPermitted };
template <>
struct Label<AccessDecisionKind> {
  static constexpr std::string_view name = "decision";
  static constexpr auto values = Values("unconditional", "relay_permitted");
};

// ---- authentication

enum class AuthProtocol : std::uint8_t { kSmtp, kPop3, kImap, kSubmission, kManagesieve, kOther };
template <>
struct Label<AuthProtocol> {
  static constexpr std::string_view name = "protocol";
  static constexpr auto values =
      Values("smtp", "pop3", "imap", "submission", "managesieve", "other");
};

/// SASL mechanism (IANA names); empty where the log does not tell.
enum class AuthMethod : std::uint8_t {
  kUnstated,
  kPlain,
  kLogin,
  kCramMd5,
  kDigestMd5,
  kApop,
  kScramSha1,
  kScramSha256,
  kNtlm,
  kGssapi,
  kExternal,
  kXoauth2,
  kOauthbearer,
  kOther
};
template <>
struct Label<AuthMethod> {
  static constexpr std::string_view name = "method";
  static constexpr auto values =
      Values("", "PLAIN", "LOGIN", "CRAM-MD5", "DIGEST-MD5", "APOP", "SCRAM-SHA-1", "SCRAM-SHA-256",
             "NTLM", "GSSAPI", "EXTERNAL", "XOAUTH2", "OAUTHBEARER", "other");
};
/// The same list under the name that messages use.
struct SaslMethod {
  AuthMethod method = AuthMethod::kUnstated;
  [[nodiscard]] constexpr std::size_t index() const { return static_cast<std::size_t>(method); }
};
template <>
struct Label<SaslMethod> {
  static constexpr std::string_view name = "sasl_method";
  static constexpr auto values = Label<AuthMethod>::values;
};

/// Any case; unknown names are kOther, no name is kUnstated.
[[nodiscard]] constexpr AuthMethod AuthMethodOf(std::string_view text) {
  for (std::size_t i = 0; i < Label<AuthMethod>::values.size(); ++i) {
    if (EqualFold(Label<AuthMethod>::values[i], text)) return static_cast<AuthMethod>(i);
  }
  return AuthMethod::kOther;
}

enum class AuthResult : std::uint8_t { kSuccess, kFailure, kAborted, kOther };
template <>
struct Label<AuthResult> {
  static constexpr std::string_view name = "result";
  static constexpr auto values = Values("success", "failure", "aborted", "other");
};

// ---- TLS

enum class TlsDirection : std::uint8_t { kInbound, kOutbound };
template <>
struct Label<TlsDirection> {
  static constexpr std::string_view name = "direction";
  static constexpr auto values = Values("inbound", "outbound");
};

/// Postfix's word in front of `TLS connection established`; absent up to 2.4.
enum class TlsTrust : std::uint8_t { kAbsent, kAnonymous, kUntrusted, kTrusted, kVerified };
template <>
struct Label<TlsTrust> {
  static constexpr std::string_view name = "trust";
  static constexpr auto values = Values("", "anonymous", "untrusted", "trusted", "verified");
};

enum class TlsProtocol : std::uint8_t { kSsl2, kSsl3, kTls1, kTls11, kTls12, kTls13, kOther };
template <>
struct Label<TlsProtocol> {
  static constexpr std::string_view name = "protocol";
  static constexpr auto values =
      Values("SSLv2", "SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3", "other");
};

// ---- the queue

enum class QueueAdminAction : std::uint8_t { kRemoved, kHeld, kReleased, kRequeued, kExpired };
template <>
struct Label<QueueAdminAction> {
  static constexpr std::string_view name = "action";
  static constexpr auto values = Values("removed", "held", "released", "requeued", "expired");
};

enum class NoticeKind : std::uint8_t { kNonDelivery, kDelay, kSuccess, kPostmaster, kOther };
template <>
struct Label<NoticeKind> {
  static constexpr std::string_view name = "kind";
  static constexpr auto values = Values("non_delivery", "delay", "success", "postmaster", "other");
};

// ---- mailboxes

enum class SessionEnd : std::uint8_t { kLogout, kDisconnected, kInactivity, kError, kOther };
template <>
struct Label<SessionEnd> {
  static constexpr std::string_view name = "end";
  static constexpr auto values = Values("logout", "disconnected", "inactivity", "error", "other");
};

/// Commands of POP3 (RFC 1939, 2449, 2595, 5034); `other` for what the log itself calls invalid.
enum class Pop3Verb : std::uint8_t {
  kUser,
  kPass,
  kApop,
  kAuth,
  kCapa,
  kStls,
  kStat,
  kList,
  kUidl,
  kTop,
  kRetr,
  kDele,
  kRset,
  kNoop,
  kLast,
  kUtf8,
  kLang,
  kQuit,
  kOther
};
template <>
struct Label<Pop3Verb> {
  static constexpr std::string_view name = "command";
  static constexpr auto values =
      Values("user", "pass", "apop", "auth", "capa", "stls", "stat", "list", "uidl", "top", "retr",
             "dele", "rset", "noop", "last", "utf8", "lang", "quit", "other");
};

/// Commands of IMAP4rev1 and its usual extensions.
enum class ImapVerb : std::uint8_t {
  kCapability,
  kNoop,
  kLogout,
  kStarttls,
  kAuthenticate,
  kLogin,
  kSelect,
  kExamine,
  kCreate,
  kDelete,
  kRename,
  kSubscribe,
  kUnsubscribe,
  kList,
  kLsub,
  kXlist,
  kNamespace,
  kStatus,
  kAppend,
  kCheck,
  kClose,
  kUnselect,
  kExpunge,
  kSearch,
  kSort,
  kThread,
  kFetch,
  kStore,
  kCopy,
  kMove,
  kUid,
  kIdle,
  kDone,
  kId,
  kEnable,
  kCompress,
  kGetquota,
  kGetquotaroot,
  kSetquota,
  kGetacl,
  kSetacl,
  kDeleteacl,
  kListrights,
  kMyrights,
  kOther
};
template <>
struct Label<ImapVerb> {
  static constexpr std::string_view name = "command";
  static constexpr auto values =
      Values("capability", "noop", "logout", "starttls", "authenticate", "login", "select",
             "examine", "create", "delete", "rename", "subscribe", "unsubscribe", "list", "lsub",
             "xlist", "namespace", "status", "append", "check", "close", "unselect", "expunge",
             "search", "sort", "thread", "fetch", "store", "copy", "move", "uid", "idle", "done",
             "id", "enable", "compress", "getquota", "getquotaroot", "setquota", "getacl", "setacl",
             "deleteacl", "listrights", "myrights", "other");
  static_assert(values.size() == static_cast<std::size_t>(ImapVerb::kOther) + 1);
};

enum class ByteDirection : std::uint8_t { kIn, kOut };
template <>
struct Label<ByteDirection> {
  static constexpr std::string_view name = "direction";
  static constexpr auto values = Values("in", "out");
};

enum class ImapMessageAction : std::uint8_t {
  kDeleted,
  kExpunged,
  kTrashed,
  kHeader,
  kBody,
  kAppend,
  kAutoexpunged
};
template <>
struct Label<ImapMessageAction> {
  static constexpr std::string_view name = "action";
  static constexpr auto values =
      Values("deleted", "expunged", "trashed", "header", "body", "append", "autoexpunged");
};

/// Who put a message into a mailbox: the delivery agent itself, or a Sieve script it ran.
enum class LdaAgent : std::uint8_t { kLda, kLmtp, kSieve, kOther };
template <>
struct Label<LdaAgent> {
  static constexpr std::string_view name = "agent";
  static constexpr auto values = Values("lda", "lmtp", "sieve", "other");
};

enum class LdaActionKind : std::uint8_t {
  kSaved,
  kStored,
  kForwarded,
  kDiscarded,
  kRejected,
  kVacation,
  kFailed,
  kOther
};
template <>
struct Label<LdaActionKind> {
  static constexpr std::string_view name = "action";
  static constexpr auto values = Values("saved", "stored", "forwarded", "discarded", "rejected",
                                        "vacation", "failed", "other");
};

// ---- trouble, and the exporter itself

enum class ProblemLevel : std::uint8_t { kWarning, kError, kFatal, kPanic };
template <>
struct Label<ProblemLevel> {
  static constexpr std::string_view name = "level";
  static constexpr auto values = Values("warning", "error", "fatal", "panic");
};

enum class ServiceEventKind : std::uint8_t { kStart, kStop, kReload };
template <>
struct Label<ServiceEventKind> {
  static constexpr std::string_view name = "event";
  static constexpr auto values = Values("start", "stop", "reload");
};

/// What becomes of a record; they add up to the messages read.
enum class Outcome : std::uint8_t { kCounted, kIgnored, kForeign, kUnknown, kMalformed };
template <>
struct Label<Outcome> {
  static constexpr std::string_view name = "outcome";
  static constexpr auto values = Values("counted", "ignored", "foreign", "unknown", "malformed");
};

}  // namespace maillog
