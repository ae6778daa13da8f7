#include "parser/dialect/postfix/restriction.h"

#include "parser/find.h"
#include "parser/scan.h"

namespace maillog::postfix {
namespace {

/// An action's word; nothing for `Action` means a rejection.
struct ActionWord {
  std::string_view word;
  std::optional<Action> action;
};

/// Of smtpd's restrictions, and of header_checks and body_checks.
constexpr ActionWord kActions[] = {
    {"reject", std::nullopt},
    {"warn", Action::kWarn},
    {"warning", Action::kWarn},
    {"info", Action::kInfo},
    {"reject_warning", Action::kRejectWarning},
    {"hold", Action::kHold},
    {"filter", Action::kFilter},
    {"discard", Action::kDiscard},
    {"redirect", Action::kRedirect},
    {"bcc", Action::kBcc},
    {"prepend", Action::kPrepend},
    {"replace", Action::kReplace},
    {"strip", Action::kStrip},
    {"delay", Action::kDelay},
    {"permit", Action::kPermit},
    {"pass", Action::kPass},
    {"hangup", Action::kOther},
    {"quarantine", Action::kQuarantine},
};

const ActionWord* FindAction(std::string_view word) {
  for (const ActionWord& action : kActions) {
    if (SameText(action.word, word)) return &action;
  }
  return nullptr;
}

/// Moves past an action's word and `: `; nullptr if it is none.
const ActionWord* TakeAction(std::string_view& text, bool by_milter) {
  // Most lines have this one.
  static_assert(kActions[0].word == "reject");
  if (Eat(text, "reject: ")) return &kActions[0];
  std::string_view word =
      TakeWhile(text, [](char c) { return IsLower(c) || c == '_' || c == '-'; });
  // milter-header-reject: header Subject: …
  if (by_milter) {
    (void)(Eat(word, "header-") || Eat(word, "mime-header-") || Eat(word, "nested-header-") ||
           Eat(word, "body-"));
  }
  return Eat(text, ": ") ? FindAction(word) : nullptr;
}

/// Cuts off `; from=<…> to=<…> proto=ESMTP helo=<…>` and returns it. The text before it may have
/// semicolons of its own, and a client's HELO name may look like anything: the last one counts.
std::string_view TakeContext(std::string_view& text) {
  for (const std::string_view first : {"; from=<", "; to=<", "; proto=", "; helo=<"}) {
    const std::size_t at = FindLastWord(text, first);
    if (at == text.size()) continue;
    const std::string_view context = text.substr(at + first.size());
    text = text.substr(0, at);
    return context;
  }
  return {};
}

/// What comes after the last `>: `; nothing if there is none.
std::optional<std::string_view> AfterAddress(std::string_view text) {
  constexpr std::string_view kEnd = ">: ";
  const std::size_t at = FindLastWord(text, kEnd);
  return at == text.size() ? std::nullopt : std::optional(text.substr(at + kEnd.size()));
}

constexpr std::string_view kUnverifiedSender = ": Sender address rejected: undeliverable address";

/// Moves past `550 5.1.1 ` (either may be missing) and, for the reason, past `<address>: `. What
/// the client chose comes before the last `>: `.
/// `unsaid` is the reason of a text that gives none. Of a sender whose address could not be
/// verified, the text goes on with what its server said: `<a@b.example>: Sender address rejected:
/// undeliverable address: host mx.b.example[192.0.2.1] said: 550 <a@b.example>: User unknown`.
SmtpReject RejectOf(const Line& line, Stage stage, std::string_view text, Reason unsaid) {
  SmtpReject reject{SmtpServiceOf(line), stage};
  if (StartsLike<"000 ">(text)) {
    reject.code = ReplyCode::Of(TakeBytes(text, 3));
    (void)Eat(text, ' ');
  }
  DsnCode dsn;
  if (StartsLike<"0.0.0">(text)) {
    dsn = DsnCode::Of(TakeUntil(text, ' '));
    (void)Eat(text, ' ');
  }
  std::string_view after_address = text;
  if (StartsWith(text, "<") && SkipAddress(after_address) &&
      StartsWith(after_address, kUnverifiedSender)) {
    reject.reason = Reason::kSenderRejected;
    return reject;
  }
  reject.reason = line.memory.reasons.OfReply(AfterAddress(text).value_or(text), dsn, reject.code);
  if (reject.reason == Reason::kOther) reject.reason = unsaid;
  return reject;
}

std::optional<Stage> PlaceOf(std::string_view word) {
  if (word == "header" || word == "mime-header" || word == "nested-header") return Stage::kHeader;
  // content: message_reject_characters, up to 2.2
  if (word == "body" || word == "content") return Stage::kBody;
  return std::nullopt;
}

/// `header Subject: x from client; from=<a> to=<b> proto=ESMTP helo=<h>: 5.7.1 not wanted`, from
/// after `header`. A refusal is the reply to the end of the message.
Event ContentCheck(const Line& line, Stage place, const ActionWord& action, std::string_view text) {
  if (action.action) return SmtpAction{SmtpServiceOf(line), place, *action.action};
  const std::string_view reply = AfterAddress(TakeContext(text)).value_or(std::string_view{});
  return RejectOf(line, Stage::kEndOfData, reply, Reason::kContent);
}

/// `RCPT from client.example[192.0.2.1]: 550 …; from=<…> …`, starting after the stage.
std::optional<Event> StageCheck(const Line& line, Stage stage, const ActionWord& action,
                                std::string_view text, Reason unsaid) {
  if (!Eat(text, " from ") || !SkipPastColon(text)) return StoppedAt(text);
  if (action.action) return SmtpAction{SmtpServiceOf(line), stage, *action.action};
  (void)TakeContext(text);
  return RejectOf(line, stage, text, unsaid);
}

/// A stage is one word, in capitals: `END-OF-MESSAGE`; `connect` of postscreen.
bool IsStage(std::string_view word) {
  if (word == "RCPT") return true;
  return !word.empty() &&
         TakeWhile(word, [](char c) { return IsAlpha(c) || c == '-'; }).size() > 2 && word.empty();
}

}  // namespace

std::optional<Event> ParseRestriction(const Line& line, std::string_view text) {
  const bool by_milter = Eat(text, "milter-");
  const ActionWord* const action = TakeAction(text, by_milter);
  if (action == nullptr) return std::nullopt;
  const std::string_view place = TakeUntil(text, ' ');
  if (const auto where = PlaceOf(place)) return ContentCheck(line, *where, *action, text);
  // reject: mime-error primary header was terminated …: text from client; from=<a> to=<b>
  if (place == "mime-error" && !action->action)
    return SmtpReject{SmtpServiceOf(line), Stage::kEndOfData, {}, Reason::kContent};
  if (!IsStage(place)) return std::nullopt;
  return StageCheck(line, StageOf(place), *action, text,
                    by_milter ? Reason::kContent : Reason::kOther);
}

std::optional<Event> ParseProxyReply(const Line& line, std::string_view text) {
  if (StartsWith(text, "proxy-accept: ")) return Ignored{};
  if (!Eat(text, "proxy-")) return std::nullopt;
  if (!Eat(text, "reject: ")) {
    const bool has_verdict = SkipPast(text, ": ") && SkipPast(text, ": ");
    return has_verdict ? std::optional<Event>(Ignored{}) : std::nullopt;
  }
  const std::string_view stage = TakeUntil(text, ':');
  if (!IsStage(stage) || !Eat(text, ": ")) return std::nullopt;
  (void)TakeContext(text);
  return RejectOf(line, StageOf(stage), text, Reason::kContent);
}

}  // namespace maillog::postfix
