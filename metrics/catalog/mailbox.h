// Mailboxes: POP3 and IMAP sessions, local delivery by Dovecot.
#pragma once

#include <tuple>

#include "activity/session_time.h"
#include "metrics/catalog/bounds.h"
#include "metrics/facts.h"
#include "metrics/row.h"

namespace maillog {

inline constexpr Counter<MailboxSession, &MailboxSession::server, &MailboxSession::protocol,
                         &MailboxSession::end>
    kMailboxSessions{"maillog_mailbox_sessions_total", "Sessions ended after login."};

inline constexpr Histogram<MailboxSessionTime, &MailboxSessionTime::seconds,
                           &MailboxSessionTime::server, &MailboxSessionTime::protocol>
    kMailboxSessionSeconds{
        "maillog_mailbox_session_seconds",
        "Time from login to the end of the session, as exact as the log's stamps "
        "are (Dovecot where lines have session ids, as by default since 2.3).",
        kSecondsBounds, Unit::kMicros};

inline constexpr Sum<Pop3Figures, &Pop3Figures::top_messages, &Pop3Figures::server>
    kPop3TopMessages{"maillog_pop3_top_messages_total", "Messages looked at with TOP."};
inline constexpr Sum<Pop3Figures, &Pop3Figures::top_bytes, &Pop3Figures::server> kPop3TopBytes{
    "maillog_pop3_top_bytes_total", "Bytes sent for TOP."};
inline constexpr Sum<Pop3Figures, &Pop3Figures::retrieved_messages, &Pop3Figures::server>
    kPop3RetrievedMessages{"maillog_pop3_retrieved_messages_total", "Messages fetched with RETR."};
inline constexpr Sum<Pop3Figures, &Pop3Figures::retrieved_bytes, &Pop3Figures::server>
    kPop3RetrievedBytes{"maillog_pop3_retrieved_bytes_total", "Bytes sent for RETR."};
inline constexpr Sum<Pop3Figures, &Pop3Figures::deleted_messages, &Pop3Figures::server>
    kPop3DeletedMessages{"maillog_pop3_deleted_messages_total", "Messages deleted over POP3."};
inline constexpr Sum<Pop3Figures, &Pop3Figures::deleted_bytes, &Pop3Figures::server>
    kPop3DeletedBytes{"maillog_pop3_deleted_bytes_total",
                      "Bytes deleted over POP3, where the log tells them (Dovecot 2.4)."};
inline constexpr Histogram<Pop3Figures, &Pop3Figures::session_bytes, &Pop3Figures::server>
    kPop3SessionBytes{"maillog_pop3_session_retrieved_bytes", "Bytes sent for RETR in one session.",
                      kSessionBytesBounds};
inline constexpr Histogram<Pop3Figures, &Pop3Figures::mailbox_bytes, &Pop3Figures::server>
    kPop3MailboxSize{"maillog_pop3_mailbox_size_bytes",
                     "Size of the mailbox, observed at the end of each session.", kBytesBounds};
inline constexpr Histogram<Pop3Figures, &Pop3Figures::mailbox_messages, &Pop3Figures::server>
    kPop3MailboxMessages{
        "maillog_pop3_mailbox_messages",
        "Messages in the mailbox, where the log tells them (Dovecot up to 2.3), for each session.",
        kMailboxMessagesBounds};

inline constexpr Sum<ImapBytes, &ImapBytes::bytes, &ImapBytes::server, &ImapBytes::direction>
    kImapBytes{"maillog_imap_bytes_total", "Bytes of IMAP sessions, as the server counts them."};
inline constexpr Sum<ImapMessages, &ImapMessages::messages, &ImapMessages::server,
                     &ImapMessages::action>
    kImapMessages{"maillog_imap_messages_total", "What IMAP sessions did to messages."};

inline constexpr Counter<Pop3Command, &Pop3Command::server, &Pop3Command::verb> kPop3Commands{
    "maillog_pop3_commands_total", "POP3 commands that PMailServer and E-Post logged."};
inline constexpr Counter<ImapCommand, &ImapCommand::server, &ImapCommand::verb> kImapCommands{
    "maillog_imap_commands_total", "IMAP commands that PMailServer and E-Post logged."};

inline constexpr Counter<LdaAction, &LdaAction::server, &LdaAction::agent, &LdaAction::action>
    kLdaActions{"maillog_lda_actions_total",
                "What Dovecot's delivery agents and Sieve scripts did with messages."};

inline constexpr auto kMailboxRows = std::tuple{kMailboxSessions,       kMailboxSessionSeconds,
                                                kPop3TopMessages,       kPop3TopBytes,
                                                kPop3RetrievedMessages, kPop3RetrievedBytes,
                                                kPop3DeletedMessages,   kPop3DeletedBytes,
                                                kPop3SessionBytes,      kPop3MailboxSize,
                                                kPop3MailboxMessages,   kImapBytes,
                                                kImapMessages,          kLdaActions,
                                                kPop3Commands,          kImapCommands};

}  // namespace maillog
