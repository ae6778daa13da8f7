#include "parser/dialect/dovecot/dovecot.h"

#include <algorithm>
#include <cstdint>

#include "parser/dialect/dovecot/rules.h"

namespace maillog::dovecot {
namespace {

bool IsUnknown(const Event& event) { return std::holds_alternative<Unknown>(event); }

Event IgnoredIf(bool matched) { return matched ? Event{Ignored{}} : Unknown{}; }

Event Problem(Daemon service, ProblemLevel level) {
  LogProblem problem;
  problem.server = Server::kDovecot;
  problem.daemon = service;
  problem.level = level;
  return problem;
}

// Each event has one name up to the end, so that it is never copied.

Event MailDeliveryEvent(const Line& line) {
  // Most lines of lmtp that are not deliveries; no delivery begins like this.
  Event event =
      IsConnectionLine(line.text) ? Event{Ignored{}} : DeliveryEvent(line.service, line.text);
  if (IsUnknown(event))
    event = IgnoredIf(IsRelayLine(line.text) || IsMailLogLine(line.text) || IsOtherLine(line.text));
  if (IsUnknown(event)) event = BareScriptEvent(line.service, line.text);
  return event;
}

Event MailSessionEvent(const Line& line) {
  Event event = SessionEndEvent(line.service, line.text);
  if (!IsUnknown(event)) return event;
  if (IsMailLogLine(line.text)) {
    event = Ignored{};
    return event;
  }
  event = DeliveryEvent(line.service, line.text);
  if (IsUnknown(event)) event = IgnoredIf(IsRelayLine(line.text) || IsOtherLine(line.text));
  if (IsUnknown(event)) event = BareScriptEvent(line.service, line.text);
  return event;
}

Event LoginOrOtherEvent(const Line& line) {
  Event event = LoginEvent(line.service, line.text);
  if (IsUnknown(event)) event = IgnoredIf(IsOtherLine(line.text));
  return event;
}

/// What the rules of its service make of a line that is not a problem.
Event InfoEvent(const Line& line) {
  switch (line.service) {
    case Daemon::kImapLogin:
    case Daemon::kPop3Login:
    case Daemon::kSubmissionLogin:
    case Daemon::kManagesieveLogin:
      return LoginOrOtherEvent(line);
    case Daemon::kDovecotLmtp:
    case Daemon::kLda:
    case Daemon::kDeliver:
      return MailDeliveryEvent(line);
    case Daemon::kAuth:
    case Daemon::kAuthWorker:
      return IgnoredIf(IsAuthLine(line.text) || IsOtherLine(line.text));
    case Daemon::kDovecotMaster: {
      Event event = MasterEvent(line.text);
      // A subject could be what is left of a prefix that names no service.
      return IsUnknown(event) ? IgnoredIf(OtherForms().Has(line.text)) : event;
    }
    case Daemon::kDoveadm:
    case Daemon::kDsync:
    case Daemon::kSieve: {
      Event event = MailSessionEvent(line);
      return IsUnknown(event) ? IgnoredIf(IsToolLine(line.text)) : event;
    }
    default:
      return MailSessionEvent(line);
  }
}

bool IsDovecotsOwn(std::string_view program) {
  return program == "dovecot" || StartsWith(program, "dovecot-");
}

/// Of a process that logs by itself, with its own name: `imap-login`, `deliver(user@b.example)` of
/// 1.x. A name of other servers' programs needs the parentheses.
std::optional<Daemon> ServiceInName(std::string_view program) {
  std::string_view rest = program;
  const std::optional<Daemon> service = DovecotService(TakeUntil(rest, '('));
  if (!service) return std::nullopt;
  switch (*service) {
    case Daemon::kImapLogin:
    case Daemon::kPop3Login:
    case Daemon::kSubmissionLogin:
    case Daemon::kManagesieveLogin:
      return rest.empty() ? service : std::nullopt;
    case Daemon::kDeliver:
    case Daemon::kLda:
    case Daemon::kImap:
    case Daemon::kPop3:
    case Daemon::kDovecotLmtp:
    case Daemon::kManagesieve:
      return Eat(rest, '(') && rest.ends_with(')') ? service : std::nullopt;
    default:
      return std::nullopt;
  }
}

/// Of a line that no rule knows, with how far it was read.
Unknown UnknownLine(const Line& line) {
  const Event end = SessionEndEvent(line.service, line.text);
  const auto* const in_figures = std::get_if<Unknown>(&end);
  if (in_figures != nullptr && in_figures->left != Unknown::kAll) return *in_figures;
  std::size_t read = 0;
  for (const FormLookup* const forms :
       {&LoginForms(), &EndForms(), &MailboxForms(), &ScriptForms(), &RelayForms(), &AuthForms(),
        &MasterForms(), &OtherForms(), &ToolForms(), &UnmarkedForms()}) {
    read = std::max(read, forms->Read(line.text));
  }
  return StoppedAt(line.text.substr(read));
}

/// Of a line that does not say that it is a problem.
Event UnmarkedEvent(const Line& line) {
  Event event = InfoEvent(line);
  if (!IsUnknown(event)) return event;
  const bool is_error = line.level == Level::kUnmarked && IsUnmarkedError(line.text);
  event = is_error ? Problem(line.service, ProblemLevel::kError) : UnknownLine(line);
  return event;
}

}  // namespace

bool Speaks(const Record& record) {
  if (record.speaker != Speaker::kProgram) return record.speaker == Speaker::kDovecot;
  return IsDovecotsOwn(record.program) || ServiceInName(record.program).has_value();
}

Event Parse(const Record& record) {
  const bool is_named = record.speaker == Speaker::kProgram && !IsDovecotsOwn(record.program);
  const std::optional<Daemon> service = is_named ? ServiceInName(record.program) : std::nullopt;
  const std::optional<Line> line =
      service ? LineOf(*service, record.message) : TakePrefix(record.message);
  if (!line) return Unknown{};
  if (line->level == Level::kUnmarked) return UnmarkedEvent(*line);  // most
  if (line->level == Level::kDebug) return Ignored{};
  const std::optional<ProblemLevel> problem = ProblemOf(line->level);
  if (!problem) return UnmarkedEvent(*line);
  if (line->service == Daemon::kDovecotMaster) {
    if (Event event = MasterEvent(line->text); std::holds_alternative<ServiceEvent>(event)) {
      return event;
    }
  }
  return Problem(line->service, *problem);
}

}  // namespace maillog::dovecot
