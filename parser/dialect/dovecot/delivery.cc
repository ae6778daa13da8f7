// What lda (`deliver` in 1.x), lmtp and Sieve scripts did with a message:
//
//   msgid=<…>: saved mail to INBOX
//   sieve: msgid=<…>: fileinto action: stored mail into mailbox 'Junk'
//   from=…, subject=…, msgid=<…>, size=1234, saved mail to INBOX     (deliver_log_format of the
//   site) aBcD+xyzE6TlWP7eUVBrSg: sieve: msgid=<…>: forwarded to <…>       (lmtp of 2.0 to 2.2:
//   session first)
#include <array>

#include "parser/beginnings.h"
#include "parser/dialect/dovecot/rules.h"
#include "parser/message_forms.h"
#include "parser/scan.h"

namespace maillog::dovecot {
namespace {

struct Verb {
  std::string_view text;
  LdaActionKind action;
  bool is_clear = true;  ///< nothing else says so: it may follow fields that the site has chosen
};

/// Beginnings of what comes after the message id. Not sending, forwarding or storing is other.
constexpr Beginnings kDeliverVerbs(std::to_array<Verb>({
    {"saved mail to ", LdaActionKind::kSaved},
    {"save failed to ", LdaActionKind::kFailed},
    {"rejected: ", LdaActionKind::kRejected},
    // The Sieve plugin of 1.0 had no prefix of its own.
    {"forwarded to <", LdaActionKind::kForwarded},
    {"sent vacation response to <", LdaActionKind::kVacation},
    {"rejected message from <", LdaActionKind::kRejected},
}));
constexpr Beginnings kSieveVerbs(std::to_array<Verb>({
    {"stored mail into mailbox ", LdaActionKind::kStored},
    {"left message in mailbox ", LdaActionKind::kStored},
    {"store into mailbox ", LdaActionKind::kOther, false},
    {"forwarded to <", LdaActionKind::kForwarded},
    {"marked message to be discarded", LdaActionKind::kDiscarded},
    {"Marked message to be discarded", LdaActionKind::kDiscarded},
    {"rejected message from <", LdaActionKind::kRejected},
    {"sent vacation response to <", LdaActionKind::kVacation},
    {"failed to ", LdaActionKind::kFailed, false},
    {"discarded duplicate ", LdaActionKind::kOther},
    {"discarded reject ", LdaActionKind::kOther},
    {"discarded vacation ", LdaActionKind::kOther},
    {"discarding vacation response ", LdaActionKind::kOther},
    {"discardig vacation response ", LdaActionKind::kOther},  // sic, 0.1
    {"not forwarding message to <", LdaActionKind::kOther},
    {"not sending reject message ", LdaActionKind::kOther},
    {"not sending notification ", LdaActionKind::kOther},
    {"not sending vacation ", LdaActionKind::kOther},
    {"sent mail notification to ", LdaActionKind::kOther},
    {"sent '", LdaActionKind::kOther, false},  // a report
    {"sent `", LdaActionKind::kOther, false},
    {"piped message to program ", LdaActionKind::kOther},
}));

/// After a message id, but reported by another line as well: what becomes of a rejection.
constexpr auto kAfterthoughts = std::to_array<std::string_view>({
    "Auto-submitted message discarded: ",
    "Permanently failed to send rejection: ",
    "Return-Path missing, rejection reason: ",
});

/// Whole lines about a user's script, after `sieve: ` or (imap) by themselves. What failed for
/// good is a failed delivery; after an implicit keep another line says where the message went.
struct ScriptForm {
  std::string_view form;
  bool failed;
};
constexpr FormTable kScriptForms(std::to_array<ScriptForm>({
    {"Execution of script %s failed, but implicit keep was successful%s", false},
    {"Execution of script %s failed with unsuccessful implicit keep%s", true},
    {"Execution of script %s was aborted due to temporary failure%s", true},
    {"Execution of script %s failed%s", false},
    {"Aborted script execution sequence with successful implicit keep%s", false},
    {"aborted script execution sequence with successful implicit keep%s", false},
    {"Failed to %s script '%s' (view user logfile %s", false},
    {"Failed to %s script `%s' (view user logfile %s", false},
    {"failed to compile script %s (view user logfile %s", false},
    {"failed to re-compile script %s (view user logfile %s", false},
    {"include: sieve_global is unconfigured; include of `:global' script %s", false},
    {"read: binary stored with different major version %s", false},
    {"Moved active sieve script file '%s' to script storage as '%s'.", false},
    {"Failed to parse Delivered-To header%s", false},
    {"Failed to parse Return-Path header%s", false},
}));

/// After the name of a storage driver or a script.
constexpr ValueForms kStorageForms(std::to_array<Form>({
    {"%w script: %s"},
    {"%w storage: %s"},
}));

/// Of 0.1, after `sieve: `: what a script says is one word, or comes after its place, `main:
/// line 3: error: …`.
bool IsOldSieveLine(std::string_view text) {
  const std::string_view word = TakeUntil(text, ' ');
  return !word.empty() && (text.empty() || word.ends_with(':'));
}

LdaAgent AgentOf(Daemon service) {
  switch (service) {
    case Daemon::kDovecotLmtp:
      return LdaAgent::kLmtp;
    case Daemon::kLda:
    case Daemon::kDeliver:
      return LdaAgent::kLda;
    default:
      return LdaAgent::kOther;
  }
}

LdaAction Action(LdaAgent agent, LdaActionKind kind) {
  LdaAction action;
  action.agent = agent;
  action.action = kind;
  return action;
}

bool IsAfterthought(std::string_view text) {
  for (const std::string_view beginning : kAfterthoughts) {
    if (StartsWith(text, beginning)) return true;
  }
  return false;
}

/// The text after the message id. The id is whatever the sender wrote, so the last `: ` decides
/// after which there is a verb; a mailbox of such a name needs its owner's help.
template <class Verbs>
Event ActionAfterId(LdaAgent agent, std::string_view text, const Verbs& verbs) {
  const Verb* last = nullptr;
  bool is_afterthought = false;
  while (SkipPastColon(text)) {
    if (const Verb* const verb = verbs.Find(text)) last = verb;
    if (last == nullptr && IsAfterthought(text)) is_afterthought = true;
  }
  if (last != nullptr) return Action(agent, last->action);
  return is_afterthought ? Event{Ignored{}} : Unknown{};
}

/// What a site's own deliver_log_format says, `from=%f, subject=%s, msgid=%m, %$`. What the sender
/// wrote comes before the action, so the last word decides that begins one. `verbs` are asked
/// before `others`, whose agent is `other`. For lines that no other rule knows.
template <class Verbs, class Others>
Event ActionAfterFields(LdaAgent agent, std::string_view text, const Verbs& verbs, LdaAgent other,
                        const Others& others) {
  const auto is_clear = [](const Verb* verb) { return verb != nullptr && verb->is_clear; };
  for (std::size_t at = text.rfind(' '); at != std::string_view::npos && at > 0;
       at = text.rfind(' ', at - 1)) {
    const std::string_view action = text.substr(at + 1);
    const Verb* const verb = verbs.Find(action);
    const Verb* const another = is_clear(verb) ? verb : others.Find(action);
    if (!is_clear(another)) continue;
    const bool has_fields = text.substr(0, at).find_first_of("=<:") != std::string_view::npos;
    return has_fields ? Event{Action(another == verb ? agent : other, another->action)} : Unknown{};
  }
  return Unknown{};
}

/// `fileinto action: `, which Pigeonhole 0.5.10 and later write in front of the verb.
void SkipActionName(std::string_view& text) {
  std::string_view rest = text;
  (void)TakeWhile(rest, [](char c) { return IsLower(c) || c == '-'; });
  if (Eat(rest, " action: ")) text = rest;
}

/// After `sieve: `.
Event SieveEvent(Daemon service, std::string_view text) {
  if (Eat(text, "msgid=")) {
    const Event action = ActionAfterId(LdaAgent::kSieve, text, kSieveVerbs);
    if (!std::holds_alternative<Unknown>(action)) return action;
    return ActionAfterId(AgentOf(service), text, kDeliverVerbs);  // kept, or refused by quota
  }
  if (const ScriptForm* const row = kScriptForms.Match(text)) {
    return row->failed ? Event{Action(LdaAgent::kSieve, LdaActionKind::kFailed)} : Ignored{};
  }
  SkipActionName(text);
  if (const Verb* const verb = kSieveVerbs.Find(text))
    return Action(LdaAgent::kSieve, verb->action);
  const Event action =
      ActionAfterFields(LdaAgent::kSieve, text, kSieveVerbs, AgentOf(service), kDeliverVerbs);
  if (!std::holds_alternative<Unknown>(action)) return action;
  const bool is_known = kStorageForms.Match(text) || IsOldSieveLine(text);
  return is_known ? Event{Ignored{}} : Unknown{};
}

/// The session id of lmtp 2.0 to 2.2: one word, then `: ` and a delivery. Session ids have some 22
/// bytes; a shorter word is something else.
void SkipSession(std::string_view& text) {
  constexpr std::size_t kShortest = 8;
  std::string_view rest = text;
  // Few texts have a colon at the end of their first word.
  const std::size_t size = FindOneOf(text, ' ');
  if (size <= kShortest || text[size - 1] != ':') return;
  const std::string_view id = TakeWhile(
      rest, [](char c) { return IsAlnum(c) || c == '+' || c == '/' || c == '=' || c == ':'; });
  if (id.size() <= kShortest || !id.ends_with(':') || !Eat(rest, ' ')) return;
  if (StartsWith(rest, "msgid=") || StartsWith(rest, "sieve: ")) text = rest;
}

}  // namespace

Event DeliveryEvent(Daemon service, std::string_view text) {
  const bool may_have_session = service == Daemon::kDovecotLmtp && !StartsWith(text, "msgid=");
  if (may_have_session) SkipSession(text);
  if (Eat(text, "msgid=")) return ActionAfterId(AgentOf(service), text, kDeliverVerbs);
  if (Eat(text, "sieve: ")) return SieveEvent(service, text);
  if (kScriptForms.Match(text) != nullptr) return Ignored{};
  // deliver_log_format without the message id
  const Verb* const verb =
      AgentOf(service) == LdaAgent::kOther ? nullptr : kDeliverVerbs.Find(text);
  return verb == nullptr ? Event{Unknown{}} : Action(AgentOf(service), verb->action);
}

Event BareScriptEvent(Daemon service, std::string_view text) {
  if (service == Daemon::kDovecotLmtp) SkipSession(text);
  const bool begins_with_value = BeginsWithValue(text);
  const bool is_storage = begins_with_value && kStorageForms.Match(text);
  if (begins_with_value) SkipActionName(text);
  const Verb* const verb = kSieveVerbs.Find(text);
  if (verb != nullptr && verb->action != LdaActionKind::kFailed)
    return Action(LdaAgent::kSieve, verb->action);
  if (is_storage) return Ignored{};
  const LdaAgent agent = AgentOf(service);
  if (agent == LdaAgent::kOther) return Unknown{};
  return ActionAfterFields(agent, text, kDeliverVerbs, LdaAgent::kSieve, kSieveVerbs);
}

const FormLookup& ScriptForms() { return kScriptForms; }

}  // namespace maillog::dovecot
