#include "parser/dialect/epost/logs.h"
#include "parser/dialogue.h"
#include "parser/message_forms.h"
#include "parser/scan.h"

namespace maillog::epost {
namespace {

/// What the receivers say of their own work, in sessions and outside of them. LDAP's lines hold
/// passwords.
constexpr FormTable kInternals(std::to_array<Form>({
    {"Check MAIL FROM address = %s"},
    {"Check MAIL FROM address ="},
    {"Check RCPT TO address = %s"},
    {"Check RCPT TO address ="},
    {"user check status(%d) = found%s"},
    {"user check status(%d) = not found%s"},
    {"match!!"},
    {"LogonUser(%s) Cache Success."},
    {"LogonUser(%s"},
    {"USER=[%s] PASS=[%s"},
    {"CloseClient Started.%s"},
    {"closesocket()%s"},
    {"get_reply() SOCKET_ERROR %s"},  // acceptlog reports the timeout
}));

/// 8 hexadecimal digits, 16 in a build of 64 bits, and `, `. Answers whether they are not all 0.
std::optional<bool> TakeContext(std::string_view& text) {
  const std::string_view context = TakeWhile(text, [](char c) {
    const char low = Lower(c);
    return IsDigit(c) || (low >= 'a' && low <= 'f');
  });
  if (context.size() != 8 && context.size() != 16) return std::nullopt;
  if (!Eat(text, ", ")) return std::nullopt;
  return context.find_first_not_of('0') != std::string_view::npos;
}

/// `Query_FILTER_RBL(vwxyz.net.xbl1.xes.ne.jp 210.198.120.224,N)=found list`; a line without the
/// answer comes before it.
Event BlockListEvent(std::string_view text) {
  auto lookup = Ours<DnsblLookup>();
  if (EatBack(text, ")=not found list")) {
    lookup.result = DnsblResult::kNotListed;
    return lookup;
  }
  if (EatBack(text, ")=found list")) return lookup;
  return text.ends_with(')') ? Event{Ignored{}} : Unknown{};
}

/// receivepop3: `1 B0001589561.MSG`, `1 2048`, `.`
bool IsPop3Listing(std::string_view text) {
  if (text == ".") return true;
  if (!TakeUint(text) || !Eat(text, ' ')) return false;
  return ParseUint(text) || (TakeMessageId(text) && EqualFold(text, ".MSG"));
}

/// `550 UID FETCH 1 (FLAGS)`, `550 OK UID FETCH completed`: a client of receiveimap4 numbers its
/// commands, and what looks like a reply of SMTP is not.
bool IsNumberedImap(std::string_view text) {
  if (!EatLike<"000 ">(text)) return false;
  const auto is_verb = [](std::string_view line) {
    const auto verb = ImapVerbOf(TakeUntil(line, ' '));
    return verb && *verb != ImapVerb::kStarttls;  // of SMTP as well, as in `250 STARTTLS`
  };
  if (is_verb(text)) return true;
  return (Eat(text, "OK ") || Eat(text, "NO ") || Eat(text, "BAD ")) && is_verb(text);
}

/// pop3log and imap4log have the commands; these logs repeat them.
bool IsMailboxDialogue(std::string_view text) {
  return IsPop3Reply(text) || IsImapReply(text) || Pop3CommandIn(text) || ImapCommandIn(text) ||
         IsPop3Listing(text);
}

}  // namespace

Event DialogueEvent(std::string_view text) {
  const auto is_session = TakeContext(text);
  if (!is_session) return Unknown{};
  if (kInternals.Match(text) != nullptr) return Ignored{};
  if (Eat(text, "Query_FILTER_RBL(")) return BlockListEvent(text);
  if (!*is_session) return Unknown{};
  if (IsNumberedImap(text)) return Ignored{};
  if (Event event = ReplyEvent(text); !std::holds_alternative<Unknown>(event)) return event;
  if (const auto verb = SmtpCommandIn(text)) {
    auto command = Ours<SmtpCommand>();
    command.verb = *verb;
    return command;
  }
  return IsMailboxDialogue(text) ? Event{Ignored{}} : Unknown{};
}

}  // namespace maillog::epost
