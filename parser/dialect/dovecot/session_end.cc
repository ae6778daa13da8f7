// Ends of sessions that were logged in, of imap, pop3, submission and managesieve:
// `Disconnected: Logged out top=0/0, retr=1/12345, del=0/123, size=1234567`. `Disconnected: ` was
// left out by some versions for some reasons.
#include <array>
#include <limits>

#include "parser/dialect/dovecot/rules.h"
#include "parser/message_forms.h"
#include "parser/scan.h"

namespace maillog::dovecot {
namespace {

struct EndReason {
  std::string_view form;
  SessionEnd end;
};

/// Reasons. A server that shuts down or an administrator who
/// kicks the user is neither the client's doing nor an error, so other.
constexpr FormTable kReasons(std::to_array<EndReason>({
    {"Logged out%s", SessionEnd::kLogout},
    {"Connection closed%s", SessionEnd::kDisconnected},
    {"Disconnected for inactivity%s", SessionEnd::kInactivity},
    {"Inactivity%s", SessionEnd::kInactivity},
    {"Client has not read server output%s", SessionEnd::kInactivity},
    {"Server shutting down%s", SessionEnd::kOther},
    {"User kicked%s", SessionEnd::kOther},
    {"Too many %s", SessionEnd::kError},  // invalid IMAP commands, bad commands
    {"Client has quit the connection%s", SessionEnd::kLogout},
    {"Client disconnected%s", SessionEnd::kDisconnected},
    {"Remote closed connection%s", SessionEnd::kDisconnected},
    {"EOF while appending%s", SessionEnd::kDisconnected},
    {"Disconnected in %s", SessionEnd::kDisconnected},  // APPEND, IDLE, PUTSCRIPT
    {"Mailbox is in inconsistent state%s", SessionEnd::kError},
    {"FETCH failed%s", SessionEnd::kError},
    {"URLFETCH failed%s", SessionEnd::kError},
    {"GETSCRIPT failed%s", SessionEnd::kError},
    {"Failed to cancel FETCH%s", SessionEnd::kError},
    {"NOTIFY failed in the middle of FETCH reply%s", SessionEnd::kError},
    {"Internal GETMETADATA failure%s", SessionEnd::kError},
    {"Internal error occurred.%s", SessionEnd::kError},
    {"IMAP session state is inconsistent%s", SessionEnd::kError},
    {"Client initialization failed%s", SessionEnd::kError},
    {"Client state inconsistent%s", SessionEnd::kError},
    {"Client state initialization failed%s", SessionEnd::kError},
    {"Couldn't lock POP3 session%s", SessionEnd::kError},
    {"Couldn't open INBOX%s", SessionEnd::kError},
    {"Input line too long%s", SessionEnd::kError},
    {"Input buffer full%s", SessionEnd::kError},
    {"Mailbox init failed%s", SessionEnd::kError},
    {"No INBOX namespace for user.%s", SessionEnd::kError},
    {"POP3 UIDLs couldn't be listed%s", SessionEnd::kError},
    {"Storage error during logout.%s", SessionEnd::kError},
    {"Lost connection to relay server%s", SessionEnd::kError},
    {"421 %s", SessionEnd::kError},
    {"4.3.2%s", SessionEnd::kOther},  // submission: shutting down
    {"4.4.0%s", SessionEnd::kError},
}));

constexpr ByteSet kKeyBytes("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
constexpr ByteSet kValueEnds(" ,");

/// The end of the session that the text begins with, if it begins with one; moves past
/// `Disconnected: `.
std::optional<SessionEnd> TakeEnd(std::string_view& text) {
  const bool is_disconnected = Eat(text, "Disconnected: ");
  if (const EndReason* const reason = kReasons.Match(text)) return reason->end;
  if (is_disconnected) return SessionEnd::kOther;
  std::string_view rest = text;
  // managesieve 0.2: `Disconnected bytes=1/2`
  if (Eat(rest, "Disconnected") && (rest.empty() || StartsWith(rest, " bytes="))) {
    return SessionEnd::kDisconnected;
  }
  return std::nullopt;
}

struct Figure {
  std::string_view key;
  std::string_view value;
};

/// Takes the next `key=value` of `top=0/0, retr=1/12345 in=7`. False at the end, and where
/// something else is there; then the text is not empty.
bool TakeFigure(std::string_view& text, Figure& figure) {
  std::string_view rest = text;
  (void)Eat(rest, ',');
  SkipSpaces(rest);
  figure.key = TakeWhile(rest, [](char c) { return kKeyBytes.has(c); });
  if (figure.key.empty() || !Eat(rest, '=')) return false;
  figure.value = TakeUntilAny(rest, kValueEnds);
  text = rest;
  return true;
}

/// The figures begin at the last of their first key: what comes before may have been chosen by a
/// client or a user, the figures are Dovecot's. Empty if there are none.
std::string_view FiguresFrom(std::string_view text, std::string_view first_key) {
  return text.substr(FindLastWord(text, first_key));
}

/// A session end that has no figures where they belong (imap 1.0, other formats of the site) is
/// believed only if nothing in it could be the true end of the prefix.
bool MayLackFigures(std::string_view text) {
  return text.find("): ") == std::string_view::npos && text.find(")<") == std::string_view::npos;
}

void CountBadValue(std::uint8_t& bad_values) {
  if (bad_values < std::numeric_limits<std::uint8_t>::max()) ++bad_values;
}

void ReadCount(std::string_view value, std::optional<std::uint64_t>& count,
               std::uint8_t& bad_values) {
  count = ParseUint(value);
  if (!count) CountBadValue(bad_values);
}

/// `12/3456`.
void ReadPair(std::string_view value, std::optional<CountAndBytes>& pair,
              std::uint8_t& bad_values) {
  const std::optional<std::uint64_t> count = ParseUint(TakeUntil(value, '/'));
  const std::optional<std::uint64_t> bytes =
      Eat(value, '/') ? ParseUint(value) : std::optional<std::uint64_t>();
  if (count && bytes) {
    pair = CountAndBytes{*count, *bytes};
  } else {
    CountBadValue(bad_values);
  }
}

void ReadDeleted(std::string_view value, Pop3Session& session) {
  ReadCount(TakeUntil(value, '/'), session.deleted_messages, session.bad_values);
  if (Eat(value, '/')) ReadCount(value, session.deleted_of, session.bad_values);
}

void ReadFigure(const Figure& figure, Pop3Session& session) {
  if (figure.key == "top") return ReadPair(figure.value, session.top, session.bad_values);
  if (figure.key == "retr") return ReadPair(figure.value, session.retrieved, session.bad_values);
  if (figure.key == "del") return ReadDeleted(figure.value, session);
  if (figure.key == "size") ReadCount(figure.value, session.mailbox_bytes, session.bad_values);
}

struct ImapKey {
  std::string_view key;
  ImapMessageAction action;
};
constexpr auto kImapKeys = std::to_array<ImapKey>({
    {"deleted", ImapMessageAction::kDeleted},
    {"expunged", ImapMessageAction::kExpunged},
    {"trashed", ImapMessageAction::kTrashed},
    {"hdr_count", ImapMessageAction::kHeader},
    {"body_count", ImapMessageAction::kBody},
    {"appended", ImapMessageAction::kAppend},
    {"autoexpunged", ImapMessageAction::kAutoexpunged},
});

void ReadFigure(const Figure& figure, ImapSession& session) {
  if (figure.key == "in" || figure.key == "rcvd")
    return ReadCount(figure.value, session.bytes_in, session.bad_values);
  if (figure.key == "out" || figure.key == "sent")
    return ReadCount(figure.value, session.bytes_out, session.bad_values);
  if (figure.key == "bytes") {
    std::optional<CountAndBytes> in_and_out;
    ReadPair(figure.value, in_and_out, session.bad_values);
    if (!in_and_out) return;
    session.bytes_in = in_and_out->count;
    session.bytes_out = in_and_out->bytes;
    return;
  }
  for (const ImapKey& row : kImapKeys) {
    if (row.key != figure.key) continue;
    ReadCount(figure.value, session.messages[static_cast<std::size_t>(row.action)],
              session.bad_values);
    return;
  }
}

/// Reads a number after each of the marks, and nothing else up to the end. False for all other
/// texts.
template <std::size_t N>
bool ReadNumbers(std::string_view text, const std::array<std::string_view, N>& marks,
                 std::array<std::uint64_t, N>& numbers) {
  for (std::size_t i = 0; i < N; ++i) {
    if (!SameText(text.substr(0, marks[i].size()), marks[i])) return false;
    text.remove_prefix(marks[i].size());
    if (!TakeUint(text, numbers[i])) return false;
  }
  return text.empty();
}

// The figures as nearly all versions write them, read without looking for each key. Whatever is not
// exactly so is read figure by figure.

bool ReadUsualFigures(std::string_view figures, Pop3Session& session) {
  static constexpr auto kMarks =
      std::to_array<std::string_view>({" top=", "/", ", retr=", "/", ", del=", "/", ", size="});
  std::array<std::uint64_t, kMarks.size()> numbers{};
  if (!ReadNumbers(figures, kMarks, numbers)) return false;
  session.top = CountAndBytes{numbers[0], numbers[1]};
  session.retrieved = CountAndBytes{numbers[2], numbers[3]};
  session.deleted_messages = numbers[4];
  session.deleted_of = numbers[5];
  session.mailbox_bytes = numbers[6];
  return true;
}

bool ReadUsualFigures(std::string_view figures, ImapSession& session) {
  using enum ImapMessageAction;
  static constexpr auto kMarks = std::to_array<std::string_view>(
      {" in=", " out=", " deleted=", " expunged=", " trashed=", " hdr_count=", " hdr_bytes=",
       " body_count=", " body_bytes="});
  std::array<std::uint64_t, kMarks.size()> numbers{};
  if (!ReadNumbers(figures, kMarks, numbers)) return false;
  session.bytes_in = numbers[0];
  session.bytes_out = numbers[1];
  session.messages[static_cast<std::size_t>(kDeleted)] = numbers[2];
  session.messages[static_cast<std::size_t>(kExpunged)] = numbers[3];
  session.messages[static_cast<std::size_t>(kTrashed)] = numbers[4];
  session.messages[static_cast<std::size_t>(kHeader)] = numbers[5];
  session.messages[static_cast<std::size_t>(kBody)] = numbers[7];
  return true;
}

template <class Session>
Event SessionWithFigures(SessionEnd end, std::string_view text, std::string_view figures) {
  Session session;
  session.end = end;
  if (figures.empty()) return MayLackFigures(text) ? Event{session} : Unknown{};
  if (ReadUsualFigures(figures, session)) return session;
  for (Figure figure; TakeFigure(figures, figure);) ReadFigure(figure, session);
  return figures.empty() ? Event{session} : StoppedAt(figures);
}

Event Pop3End(SessionEnd end, std::string_view text) {
  const std::string_view figures = FiguresFrom(text, " top=");
  return SessionWithFigures<Pop3Session>(end, text,
                                         figures.empty() ? FiguresFrom(text, " retr=") : figures);
}

Event ImapEnd(SessionEnd end, std::string_view text) {
  std::string_view figures = FiguresFrom(text, " in=");
  // imap of 1.0; imap_logout_format of Plesk.
  for (const std::string_view first : {" bytes=", " rcvd="}) {
    if (figures.empty()) figures = FiguresFrom(text, first);
  }
  return SessionWithFigures<ImapSession>(end, text, figures);
}

Event SessionOf(AuthProtocol protocol, SessionEnd end, std::string_view text) {
  MailboxSession session;
  session.protocol = protocol;
  session.end = end;
  return MayLackFigures(text) ? Event{session} : Unknown{};
}

/// `Disconnect from 192.0.2.1: Logged out in=1 out=2 (state = READY)`, of the first submission
/// services.
std::optional<SessionEnd> TakeDisconnectFrom(std::string_view& text) {
  if (!Eat(text, "Disconnect from ") || !SkipPast(text, ": ")) return std::nullopt;
  return TakeEnd(text).value_or(SessionEnd::kOther);
}

}  // namespace

Event SessionEndEvent(Daemon service, std::string_view text) {
  std::string_view reason = text;
  std::optional<SessionEnd> end = TakeEnd(reason);
  if (!end && service == Daemon::kSubmission) end = TakeDisconnectFrom(reason);
  if (!end) return Unknown{};
  switch (service) {
    case Daemon::kPop3:
      return Pop3End(*end, text);
    case Daemon::kImap:
    case Daemon::kImapHibernate:
      return ImapEnd(*end, text);
    case Daemon::kSubmission:
      return SessionOf(AuthProtocol::kSubmission, *end, text);
    case Daemon::kManagesieve:
    case Daemon::kSieve:  // managesieve of 2.4 says `sieve(user)<pid><session>: `
      return SessionOf(AuthProtocol::kManagesieve, *end, text);
    case Daemon::kImapUrlauth:
    case Daemon::kImapUrlauthWorker:
    case Daemon::kImapUrlauthLogin:
      return Ignored{};  // fetches of URLs, no sessions of a mailbox
    default:
      return Unknown{};
  }
}

const FormLookup& EndForms() { return kReasons; }

}  // namespace maillog::dovecot
