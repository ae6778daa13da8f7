// Mail coming in: SMTP sessions, rejections, TLS, authentication.
#pragma once

#include <tuple>

#include "activity/session_time.h"
#include "metrics/catalog/bounds.h"
#include "metrics/facts.h"
#include "metrics/row.h"

namespace maillog {

inline constexpr Counter<SmtpConnection, &SmtpConnection::server, &SmtpConnection::syslog_name,
                         &SmtpConnection::listener>
    kSmtpConnections{"maillog_smtp_connections_total", "SMTP sessions begun by clients."};

inline constexpr Counter<SmtpDisconnection, &SmtpDisconnection::server,
                         &SmtpDisconnection::syslog_name, &SmtpDisconnection::listener>
    kSmtpDisconnections{"maillog_smtp_disconnections_total", "SMTP sessions ended."};

inline constexpr Histogram<SmtpSessionTime, &SmtpSessionTime::seconds, &SmtpSessionTime::server,
                           &SmtpSessionTime::syslog_name, &SmtpSessionTime::listener>
    kSmtpSessionSeconds{
        "maillog_smtp_session_seconds",
        "Duration of SMTP sessions, as exact as the log's stamps are: Postfix where "
        "lines have process ids, PMailServer where they have threads.",
        kSecondsBounds, Unit::kMicros};

inline constexpr Counter<SmtpCommand, &SmtpCommand::server, &SmtpCommand::syslog_name,
                         &SmtpCommand::listener, &SmtpCommand::verb, &SmtpCommand::result>
    kSmtpCommands{"maillog_smtp_commands_total",
                  "SMTP commands of clients, by whether they were accepted."};

inline constexpr Counter<SmtpReply, &SmtpReply::server, &SmtpReply::reply_class> kSmtpReplies{
    "maillog_smtp_replies_total", "Replies of the SMTP server, where it logs them."};

inline constexpr Counter<SmtpSession, &SmtpSession::server, &SmtpSession::result> kSmtpSessions{
    "maillog_smtp_sessions_total", "How SMTP sessions ended, by E-Post's acceptlog."};

inline constexpr Counter<AccessDecision, &AccessDecision::server, &AccessDecision::decision>
    kAccessDecisions{"maillog_access_decisions_total",
                     "What PMailServer's access lists allowed clients."};

inline constexpr Counter<SmtpRecipient, &SmtpRecipient::server> kSmtpRecipients{
    "maillog_smtp_recipients_total", "Recipients of messages accepted, by E-Post's inlog."};

inline constexpr Counter<SmtpMessage, &SmtpMessage::server, &SmtpMessage::syslog_name,
                         &SmtpMessage::listener, &SmtpMessage::sasl_method, &SmtpMessage::origin>
    kSmtpMessages{"maillog_smtp_messages_total", "Messages begun over SMTP."};

inline constexpr Counter<MessageSubmitted, &MessageSubmitted::server,
                         &MessageSubmitted::syslog_name, &MessageSubmitted::via>
    kMessagesSubmitted{"maillog_messages_submitted_total",
                       "Messages that came in by another way than SMTP."};

inline constexpr Counter<SmtpReject, &SmtpReject::server, &SmtpReject::syslog_name,
                         &SmtpReject::listener, &SmtpReject::stage, &SmtpReject::code,
                         &SmtpReject::reason>
    kSmtpRejects{"maillog_smtp_rejects_total", "Clients, senders, recipients or mail rejected."};

inline constexpr Counter<SmtpAction, &SmtpAction::server, &SmtpAction::syslog_name,
                         &SmtpAction::listener, &SmtpAction::stage, &SmtpAction::action>
    kSmtpActions{"maillog_smtp_actions_total",
                 "Actions other than rejection by access tables, content checks and milters."};

inline constexpr Counter<SmtpLostConnection, &SmtpLostConnection::server,
                         &SmtpLostConnection::syslog_name, &SmtpLostConnection::listener,
                         &SmtpLostConnection::kind, &SmtpLostConnection::stage>
    kSmtpLostConnections{"maillog_smtp_lost_connections_total",
                         "SMTP sessions that were lost, timed out, or were cut off for errors."};

inline constexpr Counter<SmtpRateLimit, &SmtpRateLimit::server, &SmtpRateLimit::syslog_name,
                         &SmtpRateLimit::listener, &SmtpRateLimit::limit>
    kSmtpRateLimits{"maillog_smtp_rate_limits_total",
                    "Times a client exceeded a limit of connections, messages or recipients."};

inline constexpr Counter<ClientDnsFailure, &ClientDnsFailure::server,
                         &ClientDnsFailure::syslog_name, &ClientDnsFailure::listener>
    kClientDnsFailures{"maillog_smtp_client_dns_failures_total",
                       "Clients whose host name and address do not confirm each other."};

inline constexpr Counter<PostscreenEvent, &PostscreenEvent::server, &PostscreenEvent::syslog_name,
                         &PostscreenEvent::event>
    kPostscreenEvents{"maillog_postscreen_events_total", "What postscreen saw clients do."};

inline constexpr Counter<DnsblLookup, &DnsblLookup::server, &DnsblLookup::result> kDnsblLookups{
    "maillog_dnsbl_lookups_total", "Answers of DNS block lists about clients."};

inline constexpr Counter<TlsConnection, &TlsConnection::server, &TlsConnection::syslog_name,
                         &TlsConnection::listener, &TlsConnection::direction, &TlsConnection::trust,
                         &TlsConnection::protocol, &TlsConnection::cipher>
    kTlsConnections{"maillog_tls_connections_total", "TLS sessions established."};

inline constexpr Counter<TlsError, &TlsError::server, &TlsError::syslog_name, &TlsError::listener,
                         &TlsError::direction>
    kTlsErrors{"maillog_tls_errors_total", "TLS handshakes that failed."};

inline constexpr Counter<AuthAttempt, &AuthAttempt::server, &AuthAttempt::syslog_name,
                         &AuthAttempt::listener, &AuthAttempt::protocol, &AuthAttempt::method,
                         &AuthAttempt::result>
    kAuthAttempts{"maillog_auth_attempts_total",
                  "Authentication attempts; Postfix logs no method for successful ones."};

inline constexpr auto kIncomingRows =
    std::tuple{kSmtpConnections,     kSmtpDisconnections, kSmtpSessionSeconds, kSmtpCommands,
               kSmtpMessages,        kMessagesSubmitted,  kSmtpRejects,        kSmtpActions,
               kSmtpLostConnections, kSmtpRateLimits,     kClientDnsFailures,  kPostscreenEvents,
               kDnsblLookups,        kTlsConnections,     kTlsErrors,          kAuthAttempts,
               kSmtpReplies,         kSmtpSessions,       kSmtpRecipients,     kAccessDecisions};

// ---- zero sets: shown from 0 as soon as a listener has been seen

template <class Zero>
void ZeroSet(const SmtpCommand& seen, Zero&& zero) {
  if (seen.result != CommandResult::kUnstated) return;
  const SmtpService& service = seen;
  for (const SmtpVerb verb : {SmtpVerb::kMail, SmtpVerb::kRcpt, SmtpVerb::kData, SmtpVerb::kAuth}) {
    zero(kSmtpCommands, SmtpCommand{service, verb});
  }
}

template <class Zero>
void ZeroSet(const SmtpReply& seen, Zero&& zero) {
  SmtpReply fact = seen;
  for (const ReplyClass reply_class : {ReplyClass::kSuccess, ReplyClass::kIntermediate,
                                       ReplyClass::kTransient, ReplyClass::kPermanent}) {
    fact.reply_class = reply_class;
    zero(kSmtpReplies, fact);
  }
}

template <class Zero>
void ZeroSet(const SmtpSession& seen, Zero&& zero) {
  SmtpSession fact = seen;
  for (const SmtpSessionResult result :
       {SmtpSessionResult::kOk, SmtpSessionResult::kAbort, SmtpSessionResult::kTimeout}) {
    fact.result = result;
    zero(kSmtpSessions, fact);
  }
}

template <class Zero>
void ZeroSet(const AccessDecision& seen, Zero&& zero) {
  for (const AccessDecisionKind decision :
       {AccessDecisionKind::kUnconditional, AccessDecisionKind::kRelayPermitted}) {
    zero(kAccessDecisions, AccessDecision{seen.server, decision});
  }
}

/// For E-Post and PMailServer, only what that log, or one next to it, also contains.
template <class Zero>
void ZeroSet(const SmtpConnection& seen, Zero&& zero) {
  const SmtpService& service = seen;
  if (seen.server == Server::kEPost) {
    SmtpSession session{service};
    ZeroSet(session, zero);
    zero(kSmtpMessages, SmtpMessage{service});
    zero(kSmtpRecipients, SmtpRecipient{seen.server});
    return;
  }
  if (seen.server == Server::kPMailServer) {
    zero(kSmtpDisconnections, SmtpDisconnection{service});
    return;
  }
  zero(kSmtpDisconnections, SmtpDisconnection{service});
  zero(kSmtpMessages, SmtpMessage{service});
  zero(kSmtpRejects, SmtpReject{service});
  zero(kSmtpLostConnections, SmtpLostConnection{service});
  for (const SmtpVerb verb : {SmtpVerb::kMail, SmtpVerb::kRcpt, SmtpVerb::kData, SmtpVerb::kAuth}) {
    zero(kSmtpCommands, SmtpCommand{service, verb, CommandResult::kAccepted});
    zero(kSmtpCommands, SmtpCommand{service, verb, CommandResult::kRejected});
  }
}

/// Postfix logs the method of failures only.
template <class Zero>
void ZeroSet(const AuthAttempt& seen, Zero&& zero) {
  AuthAttempt fact = seen;
  for (const AuthResult result :
       {AuthResult::kSuccess, AuthResult::kFailure, AuthResult::kAborted}) {
    const bool untold = seen.server == Server::kPostfix && result == AuthResult::kSuccess;
    fact.method = untold ? AuthMethod::kUnstated : seen.method;
    fact.result = result;
    zero(kAuthAttempts, fact);
  }
}

}  // namespace maillog
