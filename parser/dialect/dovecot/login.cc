// Lines of imap-login, pop3-login, submission-login and managesieve-login: a message, `: `, then
// elements of which the user is the first.
//
//   1.x-2.3  Login: user=<…>, method=PLAIN, rip=…
//            Aborted login (auth failed, 2 attempts in 5 secs): user=<…>, …
//            Disconnected: Inactivity (no auth attempts in 60 secs): user=<>, …
//   2.4      Logged in: user=<…>, …
//            Login aborted: Connection closed (auth failed, 2 attempts in 5 secs) (auth_failed): …
#include <algorithm>
#include <array>

#include "parser/dialect/dovecot/rules.h"
#include "parser/message_forms.h"
#include "parser/scan.h"

namespace maillog::dovecot {
namespace {

/// What the end of a connection says about the attempts to log in. Refused credentials or a refused
/// way of sending them are failures; a client that left in the middle is aborted; if the server
/// itself, or a limit, stood in the way of correct credentials, the result is other.
enum class Verdict : std::uint8_t { kNoAttempt, kFailure, kAborted, kOther };

struct Why {
  std::string_view text;
  Verdict verdict;
};

/// Beginnings of what is in the parentheses (2.4: in the first ones), 1.1 to 2.4.
constexpr auto kWhys = std::to_array<Why>({
    {"no auth attempts", Verdict::kNoAttempt},
    {"auth failed", Verdict::kFailure},
    {"client didn't finish SASL auth", Verdict::kAborted},
    {"auth service reported temporary failure", Verdict::kOther},
    {"disconnected while authenticating", Verdict::kAborted},
    {"disconnected while finishing login", Verdict::kAborted},
    {"aborted authentication", Verdict::kAborted},
    {"auth aborted by client", Verdict::kAborted},
    {"disconnected before auth was ready", Verdict::kNoAttempt},
    {"disconnected before greeting", Verdict::kNoAttempt},
    {"disconnected during TLS handshake", Verdict::kNoAttempt},
    {"client didn't send a cert", Verdict::kNoAttempt},
    {"cert required, client didn't start TLS", Verdict::kNoAttempt},
    {"client_limit and process_limit was hit", Verdict::kNoAttempt},
    {"The process is shutting down", Verdict::kNoAttempt},
    {"authorization failed", Verdict::kFailure},
    {"tried to use dis", Verdict::kFailure},  // disabled, disallowed; plaintext, cleartext
    {"tried to use unsupported auth mechanism", Verdict::kFailure},
    {"user disabled", Verdict::kFailure},
    {"password expired", Verdict::kFailure},
    {"login disabled", Verdict::kFailure},
    {"sent invalid base64 in response", Verdict::kFailure},
    {"anonymous logins disabled", Verdict::kFailure},
    {"credentials contain control characters", Verdict::kFailure},
    {"client sent an invalid cert", Verdict::kFailure},
    {"client sent an untrusted cert", Verdict::kFailure},
    {"auth process communication failure", Verdict::kOther},
    {"connection limit reached", Verdict::kOther},
    {"mail_max_userip_connections=", Verdict::kOther},  // part of the reason, up to 2.3
    {"internal failure", Verdict::kOther},
    {"auth referral", Verdict::kOther},
    {"proxy dest ", Verdict::kOther},
});

/// Beginnings of lines that end a connection before login, besides `Login aborted`, `Disconnected`
/// and `Aborted login`.
constexpr std::string_view kEnds[] = {
    "Aborted login",
    "Authentication response too large",
    "Connection queue full",
    "Failed to initialize client",
    "Input buffer full",
    "Internal login failure",
    "Logged out",
    "Login with referral",
    "Maximum number of connections from user+IP exceeded",
    "Reconnected to auth server, can't do APOP",
    "TLS initialization failed.",
    "Too many bad commands",
    "Too many invalid commands",
    "parse error during auth: ",
    "Inactivity",
    "Shutting down",
};

/// Lines that move nothing: an attempt that another line counts as well, sessions that are proxied,
/// certificates, connections refused before anything was said.
constexpr FormTable kForms(std::to_array<Form>({
    {"APOP failed: %s"},
    {"Authenticate %s failed: %s"},
    {"Client disconnected (rip=%s"},
    {"Client disconnected: Failed to read full header (rip=%s"},
    {"Connection kicked%s"},
    {"Disconnected by client%s"},
    {"Disconnected by proxy: %s"},
    {"Disconnected by server%s"},
    {"ID sent: %s"},
    {"Ignoring unknown passdb extra field: %s"},
    {"Invalid certificate: %s"},
    {"Kicked by admin%s"},
    {"Kicked via director%s"},
    {"Killed by admin%s"},
    {"Login failed: Cleartext authentication disabled%s"},
    {"Login failed: Plaintext authentication disabled%s"},
    {"Login failed: SSL required for authentication%s"},
    {"Process shutting down%s"},
    {"Proxy: Remote disconnected%s"},
    {"Proxying loops to itself%s"},
    {"Received valid SSL certificate: %s"},
    {"SSL is disabled (ssl=no)%s"},
    {"Send: %s"},
    {"Started proxying to %s"},
    {"Valid certificate: %s"},
    {"access(%s): Client disconnected during lookup (rip=%s"},
    {"access(%s): Client refused (rip=%s"},
    {"haproxy: Client disconnected%s"},
    {"proxy(%s): Disconnected by %s"},
    {"proxy(%s): Login failed to %s"},
    {"proxy(%s): Started proxying to remote host%s"},
    {"proxy(%s): disconnecting %s"},
    {"proxy(%s): started proxying to %s"},
    {"proxy(%s): Started proxying to <%s> (%s secs): user=<%s"},
    {"proxy: %s"},
}));

AuthProtocol ProtocolOf(Daemon service) {
  switch (service) {
    case Daemon::kImapLogin:
      return AuthProtocol::kImap;
    case Daemon::kPop3Login:
      return AuthProtocol::kPop3;
    case Daemon::kSubmissionLogin:
      return AuthProtocol::kSubmission;
    case Daemon::kManagesieveLogin:
      return AuthProtocol::kManagesieve;
    default:
      return AuthProtocol::kOther;
  }
}

/// The value of `method=`. The user, who may write the same, comes in front of it, and nothing of
/// a client's choice after it.
AuthMethod MethodIn(std::string_view elements) {
  constexpr std::string_view kKey = "method=";
  const std::size_t at = FindLastWord(elements, kKey);
  if (at == elements.size()) return AuthMethod::kUnstated;
  elements.remove_prefix(at + kKey.size());
  return AuthMethodOf(TakeWhile(elements, [](char c) { return c != ',' && c != ' '; }));
}

AuthAttempt Attempt(Daemon service, std::string_view elements, AuthResult result) {
  AuthAttempt attempt;
  attempt.server = Server::kDovecot;
  attempt.protocol = ProtocolOf(service);
  attempt.method = MethodIn(elements);
  attempt.result = result;
  return attempt;
}

Event Success(Daemon service, std::string_view elements, DelForm del_form) {
  AuthAttempt attempt = Attempt(service, elements, AuthResult::kSuccess);
  attempt.del_form = del_form;
  return attempt;
}

/// N of `N authentication attempts`, of the first versions.
std::optional<std::uint64_t> OldAttemptsIn(std::string_view why) {
  const std::optional<std::uint64_t> attempts = TakeUint(why);
  return StartsWith(why, " authentication attempt") ? attempts : std::nullopt;
}

/// N of `auth failed, N attempts`; 1 if it is not given, and if N counts nothing.
std::uint32_t AttemptsIn(std::string_view why) {
  std::optional<std::uint64_t> attempts = OldAttemptsIn(why);
  while (!attempts && SkipPast(why, ", ")) {
    std::string_view rest = why;
    attempts = TakeUint(rest);
    if (!StartsWith(rest, " attempt")) attempts.reset();
  }
  return static_cast<std::uint32_t>(
      std::clamp<std::uint64_t>(attempts.value_or(1), 1, AuthAttempt::kMaxAttempts));
}

/// The verdict on the first parentheses that are known; moves `head` to what is in them.
std::optional<Verdict> TakeVerdict(std::string_view& head) {
  while (SkipPast(head, '(')) {
    if (OldAttemptsIn(head)) return Verdict::kFailure;
    for (const Why& why : kWhys) {
      if (StartsWith(head, why.text)) return why.verdict;
    }
  }
  return std::nullopt;
}

/// Up to 1.0, and for some reasons later, the line does not say why. Without a user nobody tried;
/// else somebody left, or was sent away, before it came to a login.
Verdict VerdictWithoutWhy(std::string_view head, std::string_view elements) {
  if (elements.empty() || StartsWith(elements, "user=<>")) return Verdict::kNoAttempt;
  const bool is_ours =
      StartsWith(head, "Internal login failure") || StartsWith(head, "Login with referral");
  return is_ours ? Verdict::kOther : Verdict::kAborted;
}

/// The end of a connection that was not logged in, by what it says of the attempts.
Event EndOf(Daemon service, Verdict verdict, std::string_view why, std::string_view elements) {
  if (verdict == Verdict::kNoAttempt) return Ignored{};
  if (verdict == Verdict::kAborted) return Attempt(service, elements, AuthResult::kAborted);
  const AuthResult result =
      verdict == Verdict::kFailure ? AuthResult::kFailure : AuthResult::kOther;
  AuthAttempt attempt = Attempt(service, elements, result);
  attempt.attempts = AttemptsIn(why);
  return attempt;
}

/// A connection that ended before login. The first `: user=<` is where the elements begin: a user
/// may have it in the name, nothing before does.
Event EndEvent(Daemon service, std::string_view text) {
  std::string_view elements = text;
  const std::string_view head = TakeUntil(elements, ": user=<");
  (void)Eat(elements, ": ");
  std::string_view why = head;
  const Verdict verdict = TakeVerdict(why).value_or(VerdictWithoutWhy(head, elements));
  return EndOf(service, verdict, why, elements);
}

bool BeginsAnEnd(std::string_view text) {
  return std::any_of(std::begin(kEnds), std::end(kEnds),
                     [&](std::string_view end) { return StartsWith(text, end); });
}

/// `Disconnected`, followed by the end, `: reason`, ` (why)`, or in 0.99 ` [address]`.
bool IsDisconnected(std::string_view text) {
  if (!Eat(text, "Disconnected")) return false;
  return text.empty() || StartsWith(text, ": ") || StartsWith(text, " (") || StartsWith(text, " [");
}

/// `user=<…>, method=PLAIN, rip=…, lip=… Disconnected: Shutting down (auth failed, 1 attempts)`, of
/// sites whose login_log_format has the elements first. The message after the address of the
/// server's peer, where nothing is of the client's choosing.
Event ElementsFirstEvent(Daemon service, std::string_view elements) {
  std::string_view before = elements;
  std::string_view text = TakeBack(before, ", rip=").value_or(std::string_view{});
  while (SkipPast(text, ' ')) {
    if (text == "Login") return Success(service, elements, DelForm::kMailboxMessages);
    if (text == "Logged in") return Success(service, elements, DelForm::kDeletedBytes);
    if (!IsDisconnected(text) && !StartsWith(text, "Login aborted: ") && !BeginsAnEnd(text))
      continue;
    std::string_view why = text;
    return EndOf(service, TakeVerdict(why).value_or(VerdictWithoutWhy(text, elements)), why,
                 elements);
  }
  return Unknown{};
}

}  // namespace

Event LoginEvent(Daemon service, std::string_view text) {
  std::string_view rest = text;
  if (Eat(rest, "Login: ")) return Success(service, rest, DelForm::kMailboxMessages);
  if (Eat(rest, "Logged in: ")) return Success(service, rest, DelForm::kDeletedBytes);
  // A login_log_format without elements.
  if (text == "Login") return Success(service, {}, DelForm::kMailboxMessages);
  if (text == "Logged in") return Success(service, {}, DelForm::kDeletedBytes);
  if (StartsWith(text, "Login aborted: ")) return EndEvent(service, text);
  if (IsDisconnected(text)) return EndEvent(service, text);
  if (BeginsAnEnd(text)) return EndEvent(service, text);
  if (StartsWith(text, "user=<")) return ElementsFirstEvent(service, text);
  return kForms.Match(text) != nullptr ? Event{Ignored{}} : Unknown{};
}

const FormLookup& LoginForms() { return kForms; }

}  // namespace maillog::dovecot
