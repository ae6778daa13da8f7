// E-Post's logs, a file for each family. Each function gets a record's message where its log's own
// fields begin, and answers what the line is; Unknown if it is not of that form.
//
// Peers, senders, recipients and HELO names are in these lines as the clients wrote them, so a
// rule takes what it counts only from the front, or as strict words from the end.
#pragma once

#include <cstdint>
#include <string_view>

#include "parser/epost_id.h"
#include "parser/event.h"

namespace maillog::epost {

/// The event with E-Post as its server.
template <class E>
[[nodiscard]] E Ours() {
  E event;
  event.server = Server::kEPost;
  return event;
}

/// How many words there are, separated by blanks.
[[nodiscard]] std::uint32_t CountWords(std::string_view text);

/// Whether the word can be an IP address, also a masked one (`192.168.XXX.XXX`).
[[nodiscard]] bool IsAddressLike(std::string_view word);

/// acceptlog, what follows the stamp's comma: `(mx.example.jp), [203.0.113.9]:25, Client accept
/// now.`, `(mx.example.jp), peer[203.0.113.9], subject,<B0000097586>,ok`.
[[nodiscard]] Event AcceptLogEvent(std::string_view text);

/// receivelog and its twins receivepop3 and receiveimap4, what follows the stamp's comma:
/// `00145008, 220 mx.example.jp E-POST ESMTP Receiver`.
[[nodiscard]] Event DialogueEvent(std::string_view text);

/// A reply of the SMTP receiver, by its published table.
[[nodiscard]] Event ReplyEvent(std::string_view text);

/// inlog, what follows the stamp: `203.0.113.9 helo from@example.net to@example.jp …`.
[[nodiscard]] Event InLogEvent(std::string_view text);

/// outlog, outlocallog and faillog: `B0000055688@mx sent on […] to …`, `… send fail on […] from …`.
[[nodiscard]] Event OutLogEvent(std::string_view text);

/// senderlog, what follows the stamp: `[B0000097013] [example.jp] ConnectHost:…`.
[[nodiscard]] Event SenderLogEvent(std::string_view text);

/// Why a connection failed, by the number that the system gave (BSD or Winsock).
[[nodiscard]] Reason ReasonOfSocketError(std::uint64_t code);

/// imap4log, and pop3log in the same order: `user from 203.0.113.9 LOGIN user **** Success`.
[[nodiscard]] Event MailboxLogEvent(std::string_view text);

/// pop3log with its stamp after the command: `user from 203.0.113.9 RETR 1 [stamp] status`.
[[nodiscard]] Event Pop3LogEvent(std::string_view text);

}  // namespace maillog::epost
