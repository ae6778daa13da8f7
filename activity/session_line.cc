#include "activity/session_line.h"

#include <cstddef>
#include <variant>

#include "parser/scan.h"

namespace maillog {
namespace {

/// `postfix/smtpd[110]`, `postfix/smtpd 110` (RFC 5424); empty if no process id comes after the
/// program.
std::string_view ProcessOf(std::string_view program, std::string_view text) {
  if (program.empty() || !LiesIn(program, text)) return {};
  const std::string_view begin =
      AfterBytes(text, static_cast<std::size_t>(program.data() - text.data()));
  std::string_view rest = AfterBytes(begin, program.size());
  const bool in_brackets = Eat(rest, '[');
  if (!in_brackets && !Eat(rest, ' ')) return {};
  if (!EatDigits(rest) || !Eat(rest, in_brackets ? ']' : ' ')) return {};
  return TakenFrom(begin, rest);
}

/// `[000] Connect from …`, `[000-00123] Disconnect from …`
std::string_view ThreadOf(std::string_view message) {
  std::string_view rest = message;
  if (!Eat(rest, '[') || TakeUntil(rest, ']').empty() || !Eat(rest, ']')) return {};
  return TakenFrom(message, rest);
}

/// In `Login: user=<…>, method=PLAIN, rip=…, lip=…, mpid=…, session=<…>`: nothing after it is of
/// the client's choosing.
std::string_view BegunSession(std::string_view message) {
  std::string_view session = TakeBack(message, ", session=<").value_or(std::string_view{});
  return TakeUntil(session, '>');
}

/// In `imap(user)<pid><session>: Disconnected: …`
std::string_view EndedSession(std::string_view message) {
  while (SkipPast(message, ")<")) {
    std::string_view rest = message;
    if (TakeWhile(rest, IsDigit).empty() || !Eat(rest, "><")) continue;
    const std::string_view session = TakeUntilOneOf<'>', ' '>(rest);
    if (StartsWith(rest, ">: ")) return session;
  }
  return {};
}

std::string_view SmtpNameOf(Server server, const Record& record, std::string_view text) {
  if (server == Server::kPostfix) return ProcessOf(record.program, text);
  return server == Server::kPMailServer ? ThreadOf(record.message) : std::string_view{};
}

}  // namespace

SessionLine ReadSessionLine(const Record& record, const Event& event, std::string_view text) {
  if (const auto* const one = std::get_if<SmtpConnection>(&event))
    return {.name = SmtpNameOf(one->server, record, text)};
  if (const auto* const one = std::get_if<SmtpDisconnection>(&event))
    return {.name = SmtpNameOf(one->server, record, text), .is_end = true};
  SessionLine line{.kind = SessionKind::kMailbox};
  if (const auto* const one = std::get_if<AuthAttempt>(&event)) {
    if (one->server == Server::kDovecot && one->result == AuthResult::kSuccess)
      line.name = BegunSession(record.message);
    return line;
  }
  const bool is_end = std::holds_alternative<MailboxSession>(event) ||
                      std::holds_alternative<Pop3Session>(event) ||
                      std::holds_alternative<ImapSession>(event);
  if (!is_end) return line;
  line.is_end = true;
  line.name = EndedSession(record.message);
  return line;
}

}  // namespace maillog
