#include "parser/dialect/dovecot/dovecot.h"

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
  Event event = DeliveryEvent(line.service, line.text);
  if (IsUnknown(event))
    event = IgnoredIf(IsRelayLine(line.text) || IsMailLogLine(line.text) || IsOtherLine(line.text));
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
  return event;
}

Event LoginOrOtherEvent(const Line& line) {
  Event event = LoginEvent(line.service, line.text);
  if (IsUnknown(event)) event = IgnoredIf(IsOtherLine(line.text));
  return event;
}

/// A line that is no problem.
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
    case Daemon::kDovecotMaster:
      return MasterEvent(line.text);
    default:
      return MailSessionEvent(line);
  }
}

}  // namespace

bool Speaks(const Record& record) {
  if (record.speaker != Speaker::kProgram) return record.speaker == Speaker::kDovecot;
  return record.program == "dovecot" || StartsWith(record.program, "dovecot-");
}

Event Parse(const Record& record) {
  const std::optional<Line> line = TakePrefix(record.message);
  if (!line) return Unknown{};
  if (line->level == Level::kDebug) return Ignored{};
  const std::optional<ProblemLevel> problem = ProblemOf(line->level);
  if (!problem) return InfoEvent(*line);
  if (line->service == Daemon::kDovecotMaster) {
    if (Event event = MasterEvent(line->text); std::holds_alternative<ServiceEvent>(event)) {
      return event;
    }
  }
  return Problem(line->service, *problem);
}

}  // namespace maillog::dovecot
