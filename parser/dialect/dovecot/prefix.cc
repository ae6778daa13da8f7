#include "parser/dialect/dovecot/rules.h"
#include "parser/scan.h"

namespace maillog::dovecot {
namespace {

/// Letters, digits and hyphens.
std::string_view TakeName(std::string_view& text) {
  std::string_view rest = text;
  do {
    (void)TakeBytes(rest, LeadingAlnum(rest));
  } while (Eat(rest, '-'));
  const std::string_view name = TakenFrom(text, rest);
  text = rest;
  return name;
}

bool IsServiceByte(char c) { return IsAlnum(c) || c == '-' || c == '_'; }

/// `Error: `, if the text begins with a level word.
Level TakeLevel(std::string_view& text) {
  if (text.empty()) return Level::kUnmarked;
  switch (text.front()) {
    case 'I':
      return Eat(text, "Info: ") ? Level::kInfo : Level::kUnmarked;
    case 'W':
      return Eat(text, "Warning: ") || Eat(text, "Warn: ") ? Level::kWarning : Level::kUnmarked;
    case 'E':
      return Eat(text, "Error: ") ? Level::kError : Level::kUnmarked;
    case 'D':
      return Eat(text, "Debug: ") ? Level::kDebug : Level::kUnmarked;
    case 'F':
      return Eat(text, "Fatal: ") ? Level::kFatal : Level::kUnmarked;
    case 'P':
      return Eat(text, "Panic: ") ? Level::kPanic : Level::kUnmarked;
    default:
      return Level::kUnmarked;
  }
}

/// The service of a process name, also where it is the name of a part of one.
std::optional<Daemon> ServiceOf(std::string_view name) {
  if (const std::optional<Daemon> service = DovecotService(name)) return service;
  if (StartsWith(name, "dsync-")) return Daemon::kDsync;  // dsync-local, dsync-server
  return std::nullopt;
}

/// `)`, then any of `<pid>`, `<session>`, then `: `.
[[gnu::always_inline]] inline bool EatUserEnd(std::string_view& text) {
  std::string_view rest = text;
  if (!Eat(rest, ')')) return false;
  while (Eat(rest, '<')) {
    (void)TakeUntilOneOf<'<', '>', ' '>(rest);
    if (!Eat(rest, '>')) return false;
  }
  if (!Eat(rest, ": ")) return false;
  text = rest;
  return true;
}

/// What is in the parentheses, moving past their end; nothing if they have none.
std::optional<std::string_view> TakeParentheses(std::string_view& text) {
  std::string_view rest = text;
  while (!rest.empty()) {
    (void)TakeUntil(rest, ')');
    const std::string_view taken = text.substr(0, text.size() - rest.size());
    if (EatUserEnd(rest)) {
      text = rest;
      return taken;
    }
    (void)Eat(rest, ')');
  }
  return std::nullopt;
}

/// Whether the last part of what is in auth's parentheses is the server's own: an address, the
/// mechanism.
bool EndsInOwnPart(std::string_view parentheses) {
  if (!SkipPast(parentheses, ',')) return false;
  while (SkipPast(parentheses, ',')) continue;
  if (StartsWith(parentheses, "sasl:") || parentheses == "master") return true;
  const std::string_view address =
      TakeWhile(parentheses, [](char c) { return IsAlnum(c) || c == '.' || c == ':' || c == '%'; });
  return parentheses.empty() && address.find_first_of(".:") != std::string_view::npos;
}

/// `auth(user,ip,sasl:plain)<session>: ` of 2.4. Here the user is whoever tries to log in, so the
/// prefix ends at the last place that looks like its end; a name with `): Error: ` inside must not
/// become an error.
bool SkipAuthParentheses(std::string_view& text) {
  std::string_view rest = text;
  const std::optional<std::string_view> first = TakeParentheses(rest);
  if (!first) return false;
  std::string_view best = rest;
  const bool names_a_process = *first == "default" || ParseUint(*first).has_value();
  while (!names_a_process) {
    const std::optional<std::string_view> next = TakeParentheses(rest);
    if (!next) break;
    if (EndsInOwnPart(*next)) best = rest;
  }
  text = best;
  return true;
}

/// `request [4]: ` of a 2.4 auth-worker, whose level comes after it.
void SkipRequest(std::string_view& text) {
  std::string_view rest = text;
  if (!Eat(rest, "request [") || TakeWhile(rest, IsDigit).empty() || !Eat(rest, "]: ")) return;
  text = rest;
}

/// The name of a user or another part that is not known, up to `, ` or the full stop that ends the
/// prefix.
void SkipPart(std::string_view& text) {
  std::string_view to_comma = text;
  std::string_view to_stop = text;
  (void)TakeUntil(to_comma, ", ");
  (void)TakeUntil(to_stop, ". ");
  text = to_comma.size() > to_stop.size() ? to_comma : to_stop;
}

/// `service=pop3, user=test@example.com, ip=[192.0.2.1]. `, in any order.
std::optional<Daemon> TakeCustomPrefix(std::string_view& text) {
  constexpr int kMaxParts = 8;  // service, user, ip, and what a site adds
  std::optional<Daemon> service;
  int parts = 0;
  do {
    if (++parts > kMaxParts) return std::nullopt;
    if (!service && Eat(text, "service=")) {
      service = ServiceOf(TakeName(text));
    } else if (Eat(text, "ip=[")) {
      (void)TakeWhile(text, [](char c) { return c != ']' && c != ' '; });
      if (!Eat(text, ']')) return std::nullopt;
    } else {
      SkipPart(text);
    }
  } while (Eat(text, ", "));
  return Eat(text, ". ") ? service : std::nullopt;
}

bool HasCustomPrefix(std::string_view text) {
  return StartsWith(text, "service=") || StartsWith(text, "user=") || StartsWith(text, "ip=[");
}

/// `imap-login: `, `imap(user)<pid><session>: `; the text goes on after it.
std::optional<Daemon> TakeProcess(std::string_view& text) {
  const std::optional<Daemon> service = ServiceOf(TakeName(text));
  if (!service) return std::nullopt;
  if (Eat(text, ": ")) return service;
  if (!Eat(text, '(')) return std::nullopt;
  const bool is_auth = *service == Daemon::kAuth || *service == Daemon::kAuthWorker;
  const bool ended = is_auth ? SkipAuthParentheses(text) : TakeParentheses(text).has_value();
  return ended ? service : std::nullopt;
}

/// `quota-warning: Error: `, of a service that a site has named itself (`service quota-warning {`):
/// only before a level word, since anything may come before a colon. The text goes on after it.
Level TakeOwnService(std::string_view& text) {
  std::string_view rest = text;
  if (TakeWhile(rest, IsServiceByte).empty()) return Level::kUnmarked;
  if (!Eat(rest, ": ") && !(Eat(rest, '(') && TakeParentheses(rest))) return Level::kUnmarked;
  const Level level = TakeLevel(rest);
  if (level == Level::kInfo) return Level::kUnmarked;
  if (level != Level::kUnmarked) text = rest;
  return level;
}

/// The process names that most lines have before `(`; nothing for other names. None begins like a
/// level word or a part of a mail_log_prefix. Not auth's: what is in its parentheses is special.
std::optional<Daemon> UsualService(std::uint64_t name) {
  switch (name) {
    case FirstEight("lmtp"):
      return Daemon::kDovecotLmtp;
    case FirstEight("imap"):
      return Daemon::kImap;
    case FirstEight("pop3"):
      return Daemon::kPop3;
    case FirstEight("lda"):
      return Daemon::kLda;
    default:
      return std::nullopt;
  }
}

/// The same as TakeProcess of the forms that most lines have; nothing, and the text left as it was,
/// for all others: `lmtp(user)<pid><session>: `, `imap-login: `.
std::optional<Daemon> TakeUsualProcess(std::string_view& text) {
  if (Eat(text, "imap-login: ")) return Daemon::kImapLogin;
  if (Eat(text, "pop3-login: ")) return Daemon::kPop3Login;
  std::string_view rest = text;
  std::uint64_t name = 0;
  if (!EatShortWord(rest, '(', name)) return std::nullopt;
  const std::optional<Daemon> service = UsualService(name);
  if (!service) return std::nullopt;
  (void)TakeUntil(rest, ')');
  if (!EatUserEnd(rest)) return std::nullopt;
  text = rest;
  return service;
}

/// `session=<…> ` or `session=… `, as some sites put it into mail_log_prefix, without a colon.
void SkipSession(std::string_view& text) {
  std::string_view rest = text;
  if (!Eat(rest, "session=")) return;
  (void)TakeUntil(rest, ' ');
  if (Eat(rest, ' ')) text = rest;
}

/// TakePrefix, of any form. Apart, so that the usual form does not pay for its registers.
[[gnu::noinline]] std::optional<Line> TakeAnyPrefix(std::string_view message) {
  Line line;
  (void)Eat(message, "dovecot: ");  // files of 1.x
  line.level = TakeLevel(message);
  line.text = message;
  const bool is_custom = HasCustomPrefix(message);
  const std::optional<Daemon> service =
      is_custom ? TakeCustomPrefix(message) : TakeProcess(message);
  if (!service && is_custom) return std::nullopt;
  if (!service && line.level == Level::kUnmarked) {
    line.level = TakeOwnService(line.text);
    if (line.level != Level::kUnmarked) line.service = Daemon::kOther;
  }
  if (!service) return line;
  line.service = *service;
  if (line.service == Daemon::kAuthWorker) SkipRequest(message);
  SkipSession(message);
  if (line.level == Level::kUnmarked) line.level = TakeLevel(message);
  line.text = message;
  return line;
}

}  // namespace

std::optional<Line> TakePrefix(std::string_view message) {
  const std::optional<Daemon> usual = TakeUsualProcess(message);
  if (!usual) return TakeAnyPrefix(message);
  SkipSession(message);
  return LineOf(*usual, message);
}

Line LineOf(Daemon service, std::string_view message) {
  Line line;
  line.service = service;
  line.level = TakeLevel(message);
  line.text = message;
  return line;
}

std::optional<ProblemLevel> ProblemOf(Level level) {
  switch (level) {
    case Level::kWarning:
      return ProblemLevel::kWarning;
    case Level::kError:
      return ProblemLevel::kError;
    case Level::kFatal:
      return ProblemLevel::kFatal;
    case Level::kPanic:
      return ProblemLevel::kPanic;
    default:
      return std::nullopt;
  }
}

}  // namespace maillog::dovecot
