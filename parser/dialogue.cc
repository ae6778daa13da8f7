#include "parser/dialogue.h"

#include <algorithm>

#include "parser/scan.h"

namespace maillog {
namespace {

/// Longest tag that is read; clients use some four bytes.
constexpr std::size_t kMaxTag = 32;

/// Commands of RFC 821 and others that clients send and no label names.
constexpr std::string_view kOtherSmtpCommands[] = {"expn", "send", "soml", "saml",
                                                   "turn", "atrn", "verb", "lhlo"};
constexpr std::string_view kImapStates[] = {"ok", "no", "bad"};
constexpr std::string_view kUntagged[] = {
    "ok",      "no",     "bad",       "bye",    "preauth",    "capability", "list",      "lsub",
    "xlist",   "search", "sort",      "thread", "status",     "flags",      "namespace", "id",
    "enabled", "quota",  "quotaroot", "acl",    "listrights", "myrights"};
constexpr std::string_view kNumbered[] = {"exists", "recent", "expunge", "fetch"};

template <class Words>
bool IsOneOf(const Words& words, std::string_view word) {
  return std::any_of(std::begin(words), std::end(words),
                     [word](std::string_view one) { return EqualFold(one, word); });
}

/// The value with this text in any case, except the last one, which is `other` or `unknown`.
template <class Verb>
std::optional<Verb> VerbOf(std::string_view word) {
  const auto& values = Label<Verb>::values;
  const auto* const at = std::find_if(values.begin(), values.end() - 1,
                                      [word](std::string_view v) { return EqualFold(v, word); });
  if (at == values.end() - 1) return std::nullopt;
  return static_cast<Verb>(at - values.begin());
}

/// A tag is whatever the client likes; nearly all clients number theirs.
bool IsTag(std::string_view word) {
  return word.size() <= kMaxTag && std::any_of(word.begin(), word.end(), IsDigit) &&
         std::all_of(word.begin(), word.end(), [](char c) {
           return IsAlnum(c) || c == '.' || c == '-' || c == '_' || c == '$';
         });
}

/// `5.1.1`, and the blank after it. Left as it was if there is none of this class.
std::string_view TakeDsn(std::string_view& text, char code_class) {
  std::string_view rest = text;
  const std::string_view dsn = TakeWord(rest);
  std::string_view numbers = dsn;
  if (!Eat(numbers, code_class) || !Eat(numbers, '.') || !TakeUint(numbers)) return {};
  if (!Eat(numbers, '.') || !TakeUint(numbers) || !numbers.empty()) return {};
  text = rest;
  return dsn;
}

}  // namespace

std::optional<SmtpVerb> SmtpCommandIn(std::string_view line) {
  const std::string_view word = TakeWord(line);
  if (const auto verb = VerbOf<SmtpVerb>(word)) return verb;
  if (IsOneOf(kOtherSmtpCommands, word)) return SmtpVerb::kUnknown;
  return std::nullopt;
}

std::optional<SmtpReplyLine> ReadSmtpReply(std::string_view line) {
  std::string_view text = line;
  if (!EatLike<"000">(text) || line.front() < '2' || line.front() > '5') return std::nullopt;
  SmtpReplyLine reply;
  reply.code = TakenFrom(line, text);
  reply.reply_class = static_cast<ReplyClass>(line.front() - '2');
  reply.is_last = !Eat(text, '-');
  if (reply.is_last && !text.empty() && !Eat(text, ' ')) return std::nullopt;
  reply.dsn = TakeDsn(text, line.front());
  reply.text = text;
  return reply;
}

std::optional<Pop3Verb> Pop3VerbOf(std::string_view word) { return VerbOf<Pop3Verb>(word); }

std::optional<ImapVerb> ImapVerbOf(std::string_view word) { return VerbOf<ImapVerb>(word); }

std::optional<Pop3Verb> Pop3CommandIn(std::string_view line) { return Pop3VerbOf(TakeWord(line)); }

bool IsPop3Reply(std::string_view line) {
  const std::string_view word = TakeWord(line);
  return word == "+OK" || word == "-ERR" || word == "+";
}

std::optional<ImapVerb> ImapCommandIn(std::string_view line) {
  const std::string_view word = TakeWord(line);
  if (const auto verb = ImapVerbOf(word)) return verb;
  return IsTag(word) ? ImapVerbOf(TakeWord(line)) : std::nullopt;
}

bool IsImapReply(std::string_view line) {
  const std::string_view first = TakeWord(line);
  const std::string_view second = TakeWord(line);
  if (first == "+" || IsOneOf(kImapStates, first)) return true;
  if (first != "*") return IsTag(first) && IsOneOf(kImapStates, second);
  return ParseUint(second) ? IsOneOf(kNumbered, TakeWord(line)) : IsOneOf(kUntagged, second);
}

}  // namespace maillog
