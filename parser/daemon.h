// The programs that write mail logs: Postfix's daemons and tools, Dovecot's services, the services
// of PMailServer and E-Post. Only names of this list are ours; a program of another name is
// foreign.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "parser/labels.h"

namespace maillog {

enum class Daemon : std::uint8_t {
  // Postfix: base name of the executable, the last part of the program name.
  kSmtpd,
  kSmtp,
  kLmtp,
  kQmgr,
  kCleanup,
  kBounce,
  kLocal,
  kPostscreen,
  kVirtual,
  kPipe,
  kError,
  kDiscard,
  kPickup,
  kTlsproxy,
  kAnvil,
  kScache,
  kMaster,
  kDnsblog,
  kVerify,
  kTrivialRewrite,
  kTlsmgr,
  kQmqpd,
  kPostsuper,
  kProxymap,
  kPostdrop,
  kSendmail,
  kPostfixScript,
  kShowq,
  kFlush,
  kSpawn,
  kOqmgr,
  kNqmgr,
  kPostmap,
  kPostalias,
  kPostqueue,
  kPostcat,
  kPostconf,
  kPostkick,
  kPostlock,
  kPostlog,
  kPostlogd,
  kPostmulti,
  kPostmultiScript,
  kPostfix,
  kPostfixTlsScript,
  kPostfixNonBdbScript,
  kNbdbReindexd,
  kPosttlsFinger,
  kDefer,
  kTrace,
  kRetry,
  // Dovecot: start of the process prefix.
  kImap,
  kPop3,
  kDovecotLmtp,
  kLda,
  kDeliver,
  kManagesieve,
  kSubmission,
  kImapLogin,
  kPop3Login,
  kManagesieveLogin,
  kSubmissionLogin,
  kAuth,
  kAuthWorker,
  kDovecotMaster,
  kDovecotAnvil,
  kLog,
  kConfig,
  kDict,
  kDirector,
  kIndexer,
  kIndexerWorker,
  kImapHibernate,
  kImapUrlauth,
  kImapUrlauthLogin,
  kImapUrlauthWorker,
  kIpc,
  kReplicator,
  kAggregator,
  kStats,
  kOldStats,
  kDnsClient,
  kSslParams,
  kScript,
  kScriptLogin,
  kDoveadm,
  kDsync,
  kSieve,
  kHealthCheck,
  kLmtpProxy,
  // PMailServer and E-Post: their services.
  kPMailSmtp,
  kPMailPop3,
  kPMailImap4,
  kPMailMta,
  kEPostSmtpReceiver,
  kEPostSmtpSender,
  kEPostPop3,
  kEPostImap4,
  kOther
};

template <>
struct Label<Daemon> {
  static constexpr std::string_view name = "daemon";
  static constexpr auto values = Values(
      "smtpd", "smtp", "lmtp", "qmgr", "cleanup", "bounce", "local", "postscreen", "virtual",
      "pipe", "error", "discard", "pickup", "tlsproxy", "anvil", "scache", "master", "dnsblog",
      "verify", "trivial-rewrite", "tlsmgr", "qmqpd", "postsuper", "proxymap", "postdrop",
      "sendmail", "postfix-script", "showq", "flush", "spawn", "oqmgr", "nqmgr", "postmap",
      "postalias", "postqueue", "postcat", "postconf", "postkick", "postlock", "postlog",
      "postlogd", "postmulti", "postmulti-script", "postfix", "postfix-tls-script",
      "postfix-non-bdb-script", "nbdb_reindexd", "posttls-finger", "defer", "trace", "retry",  //
      "imap", "pop3", "lmtp", "lda", "deliver", "managesieve", "submission", "imap-login",
      "pop3-login", "managesieve-login", "submission-login", "auth", "auth-worker", "master",
      "anvil", "log", "config", "dict", "director", "indexer", "indexer-worker", "imap-hibernate",
      "imap-urlauth", "imap-urlauth-login", "imap-urlauth-worker", "ipc", "replicator",
      "aggregator", "stats", "old-stats", "dns-client", "ssl-params", "script", "script-login",
      "doveadm", "dsync", "sieve", "health-check", "lmtp-proxy",  //
      "smtp", "pop3", "imap4", "mta", "smtp-receiver", "smtp-sender", "pop3", "imap4", "other");
  static_assert(values.size() == static_cast<std::size_t>(Daemon::kOther) + 1);
};

/// The Postfix daemon of this executable name (`smtpd`, `trivial-rewrite`), if it is one.
[[nodiscard]] std::optional<Daemon> PostfixDaemon(std::string_view name);

/// The Dovecot service of this process name (`imap-login`, `auth-worker`; any case, as 1.x wrote
/// `IMAP`), if it is one. The Sieve tools are one, so are the programs that are put in front of a
/// session.
[[nodiscard]] std::optional<Daemon> DovecotService(std::string_view name);

}  // namespace maillog
