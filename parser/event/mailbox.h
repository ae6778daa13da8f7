// Mailboxes.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "parser/event/auth.h"

namespace maillog {

enum class SessionEnd : std::uint8_t { kLogout, kDisconnected, kInactivity, kError, kOther };
template <>
struct Label<SessionEnd> {
  static constexpr std::string_view name = "end";
  using enum SessionEnd;
  static constexpr auto values = LabelTexts<SessionEnd>({{kLogout, "logout"},
                                                         {kDisconnected, "disconnected"},
                                                         {kInactivity, "inactivity"},
                                                         {kError, "error"},
                                                         {kOther, "other"}});
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
  using enum Pop3Verb;
  static constexpr auto values = LabelTexts<Pop3Verb>({{kUser, "user"},
                                                       {kPass, "pass"},
                                                       {kApop, "apop"},
                                                       {kAuth, "auth"},
                                                       {kCapa, "capa"},
                                                       {kStls, "stls"},
                                                       {kStat, "stat"},
                                                       {kList, "list"},
                                                       {kUidl, "uidl"},
                                                       {kTop, "top"},
                                                       {kRetr, "retr"},
                                                       {kDele, "dele"},
                                                       {kRset, "rset"},
                                                       {kNoop, "noop"},
                                                       {kLast, "last"},
                                                       {kUtf8, "utf8"},
                                                       {kLang, "lang"},
                                                       {kQuit, "quit"},
                                                       {kOther, "other"}});
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
  using enum ImapVerb;
  static constexpr auto values = LabelTexts<ImapVerb>({{kCapability, "capability"},
                                                       {kNoop, "noop"},
                                                       {kLogout, "logout"},
                                                       {kStarttls, "starttls"},
                                                       {kAuthenticate, "authenticate"},
                                                       {kLogin, "login"},
                                                       {kSelect, "select"},
                                                       {kExamine, "examine"},
                                                       {kCreate, "create"},
                                                       {kDelete, "delete"},
                                                       {kRename, "rename"},
                                                       {kSubscribe, "subscribe"},
                                                       {kUnsubscribe, "unsubscribe"},
                                                       {kList, "list"},
                                                       {kLsub, "lsub"},
                                                       {kXlist, "xlist"},
                                                       {kNamespace, "namespace"},
                                                       {kStatus, "status"},
                                                       {kAppend, "append"},
                                                       {kCheck, "check"},
                                                       {kClose, "close"},
                                                       {kUnselect, "unselect"},
                                                       {kExpunge, "expunge"},
                                                       {kSearch, "search"},
                                                       {kSort, "sort"},
                                                       {kThread, "thread"},
                                                       {kFetch, "fetch"},
                                                       {kStore, "store"},
                                                       {kCopy, "copy"},
                                                       {kMove, "move"},
                                                       {kUid, "uid"},
                                                       {kIdle, "idle"},
                                                       {kDone, "done"},
                                                       {kId, "id"},
                                                       {kEnable, "enable"},
                                                       {kCompress, "compress"},
                                                       {kGetquota, "getquota"},
                                                       {kGetquotaroot, "getquotaroot"},
                                                       {kSetquota, "setquota"},
                                                       {kGetacl, "getacl"},
                                                       {kSetacl, "setacl"},
                                                       {kDeleteacl, "deleteacl"},
                                                       {kListrights, "listrights"},
                                                       {kMyrights, "myrights"},
                                                       {kOther, "other"}});
};

enum class ByteDirection : std::uint8_t { kIn, kOut };
template <>
struct Label<ByteDirection> {
  static constexpr std::string_view name = "direction";
  using enum ByteDirection;
  static constexpr auto values = LabelTexts<ByteDirection>({{kIn, "in"}, {kOut, "out"}});
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
  using enum ImapMessageAction;
  static constexpr auto values = LabelTexts<ImapMessageAction>({{kDeleted, "deleted"},
                                                                {kExpunged, "expunged"},
                                                                {kTrashed, "trashed"},
                                                                {kHeader, "header"},
                                                                {kBody, "body"},
                                                                {kAppend, "append"},
                                                                {kAutoexpunged, "autoexpunged"}});
};

/// Who put a message into a mailbox: the delivery agent itself, or a Sieve script it ran.
enum class LdaAgent : std::uint8_t { kLda, kLmtp, kSieve, kOther };
template <>
struct Label<LdaAgent> {
  static constexpr std::string_view name = "agent";
  using enum LdaAgent;
  static constexpr auto values =
      LabelTexts<LdaAgent>({{kLda, "lda"}, {kLmtp, "lmtp"}, {kSieve, "sieve"}, {kOther, "other"}});
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
  using enum LdaActionKind;
  static constexpr auto values = LabelTexts<LdaActionKind>({{kSaved, "saved"},
                                                            {kStored, "stored"},
                                                            {kForwarded, "forwarded"},
                                                            {kDiscarded, "discarded"},
                                                            {kRejected, "rejected"},
                                                            {kVacation, "vacation"},
                                                            {kFailed, "failed"},
                                                            {kOther, "other"}});
};

/// A session that was logged in has ended, of a protocol without figures of its own here.
struct MailboxSession {
  Server server = Server::kDovecot;
  AuthProtocol protocol = AuthProtocol::kOther;
  SessionEnd end = SessionEnd::kOther;
  static constexpr Wording kWording{"mailbox_session", &MailboxSession::server,
                                    &MailboxSession::protocol, &MailboxSession::end};
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
  static constexpr Wording kWording{"pop3_session"};
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
  static constexpr Wording kWording{"imap_session"};
};

/// One command of a POP3 session, and what it says of an attempt to log in.
struct Pop3Command {
  Server server = Server::kPMailServer;
  Pop3Verb verb = Pop3Verb::kOther;
  AuthMethod auth_method = AuthMethod::kUnstated;
  std::optional<AuthResult> auth;
  static constexpr Wording kWording{"pop3_command"};
};

/// The same of an IMAP session.
struct ImapCommand {
  Server server = Server::kPMailServer;
  ImapVerb verb = ImapVerb::kOther;
  AuthMethod auth_method = AuthMethod::kUnstated;
  std::optional<AuthResult> auth;
  static constexpr Wording kWording{"imap_command"};
};

struct LdaAction {
  Server server = Server::kDovecot;
  LdaAgent agent = LdaAgent::kOther;
  LdaActionKind action = LdaActionKind::kOther;
  static constexpr Wording kWording{"lda_action", &LdaAction::server, &LdaAction::agent,
                                    &LdaAction::action};
};

}  // namespace maillog
