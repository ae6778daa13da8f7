#include "parser/dialect/pmailserver/pmailserver.h"

#include "parser/dialect/pmailserver/phrase.h"
#include "parser/dialect/pmailserver/report.h"
#include "parser/dialogue.h"
#include "parser/reason.h"

namespace maillog::pmailserver {
namespace {

using maillog::Eat;

struct ServiceName {
  std::string_view name;
  Daemon daemon;
};
constexpr ServiceName kServices[] = {{"SMTP", Daemon::kPMailSmtp},
                                     {"POP3", Daemon::kPMailPop3},
                                     {"IMAP4", Daemon::kPMailImap4},
                                     {"MTA", Daemon::kPMailMta}};

Daemon ServiceOf(std::string_view program) {
  for (const ServiceName& service : kServices) {
    if (EqualFold(service.name, program)) return service.daemon;
  }
  return Daemon::kOther;
}

/// `[000] `, from 1.88a `[000-00123] `. A text may itself begin with a bracket.
void SkipThread(std::string_view& message) {
  std::string_view text = message;
  if (!Eat(text, '[') || TakeWhile(text, IsDigit).empty()) return;
  if (Eat(text, '-') && TakeWhile(text, IsAlnum).size() != 5) return;
  if (Eat(text, "] ")) message = text;
}

/// `SMTP サービスを開始しました。(Debug Level3)`
std::optional<ServiceEventKind> StartOrStop(std::string_view text) {
  std::string_view name = text;
  if (ServiceOf(TakeWhile(name, IsAlnum)) != Daemon::kOther && Eat(name, ' ')) text = name;
  if (Eat(text, kStarted)) return ServiceEventKind::kStart;
  if (Eat(text, kStopped) || Eat(text, kEnded)) return ServiceEventKind::kStop;
  return std::nullopt;
}

std::optional<AccessDecisionKind> DecisionIn(std::string_view text) {
  if (Eat(text, kUnconditionalHost)) return AccessDecisionKind::kUnconditional;
  if (!Eat(text, kRelayPermission)) return std::nullopt;
  (void)TakeWhile(text, IsAlnum);  // the kind of rule: IP, IPS, IPR, HOST
  if (Eat(text, kWasDone)) return AccessDecisionKind::kRelayPermitted;
  return std::nullopt;
}

/// A text that says in Japanese that something went wrong. It begins in Japanese, perhaps after a
/// word in capitals: what a client sent does not.
std::optional<ProblemLevel> ProblemIn(std::string_view text) {
  std::string_view rest = text;
  (void)TakeWhile(rest, [](char c) { return IsUpper(c) || IsDigit(c) || c == ' ' || c == '('; });
  if (rest.empty() || static_cast<unsigned char>(rest.front()) < 0x80) return std::nullopt;
  if (Contains(text, kError)) return ProblemLevel::kError;
  if (Contains(text, kFailure) || Contains(text, kRefusal) || Contains(text, kTimeout)) {
    return ProblemLevel::kWarning;
  }
  return std::nullopt;
}

template <class E>
E Ours() {
  E event;
  event.server = Server::kPMailServer;
  return event;
}

/// Only the code shows the stage: the wording of replies is not documented.
Stage StageOf(std::string_view code) {
  const bool is_auth = code == "530" || code == "534" || code == "535" || code == "538";
  return is_auth ? Stage::kAuth : Stage::kOther;
}

Event ReplyEvent(const SmtpReplyLine& line) {
  if (!line.is_last) return Ignored{};  // the last line of a reply is the one that counts
  auto reply = Ours<SmtpReply>();
  reply.reply_class = line.reply_class;
  if (line.reply_class < ReplyClass::kTransient) return reply;
  reply.stage = StageOf(line.code);
  reply.code = ReplyCode::Of(line.code);
  reply.reason = ReasonOf(line.text, DsnCode::Of(line.dsn), reply.code);
  return reply;
}

Event SmtpEvent(std::string_view text) {
  if (StartsWith(text, "Connect from ")) return Ours<SmtpConnection>();
  if (StartsWith(text, "Disconnect from ")) return Ours<SmtpDisconnection>();
  if (const auto reply = ReadSmtpReply(text)) return ReplyEvent(*reply);
  if (const auto verb = SmtpCommandIn(text)) {
    auto command = Ours<SmtpCommand>();
    command.verb = *verb;
    return command;
  }
  return Unknown{};
}

/// Connections of the other services are counted nowhere: no line tells whether one logged in.
bool IsConnectionLine(std::string_view text) {
  return StartsWith(text, "Connect from ") || StartsWith(text, "Disconnect from ");
}

Event Pop3Event(std::string_view text) {
  if (IsConnectionLine(text) || IsPop3Reply(text)) return Ignored{};
  if (const auto verb = Pop3CommandIn(text)) {
    return Pop3Command{.server = Server::kPMailServer, .verb = *verb};
  }
  return Unknown{};
}

Event Imap4Event(std::string_view text) {
  if (IsConnectionLine(text) || IsImapReply(text)) return Ignored{};
  if (const auto verb = ImapCommandIn(text)) {
    return ImapCommand{.server = Server::kPMailServer, .verb = *verb};
  }
  return Unknown{};
}

/// The MTA's dialogue with other servers. What became of a mail is counted from the report.
Event MtaEvent(std::string_view text) {
  if (IsConnectionLine(text) || StartsWith(text, "Connect to ")) return Ignored{};
  if (ReadSmtpReply(text) || SmtpCommandIn(text)) return Ignored{};
  if (const auto report = ReadBareReport(text)) return *report;
  return Unknown{};
}

Event TextEvent(Daemon service, std::string_view text) {
  switch (service) {
    case Daemon::kPMailSmtp:
      return SmtpEvent(text);
    case Daemon::kPMailPop3:
      return Pop3Event(text);
    case Daemon::kPMailImap4:
      return Imap4Event(text);
    default:
      return MtaEvent(text);
  }
}

}  // namespace

bool Speaks(const Record& record) { return record.speaker == Speaker::kPMailServer; }

Event Parse(const Record& record) {
  if (record.program.empty()) {
    const auto report = ReadReport(record.message);
    return report ? Event{*report} : Unknown{};
  }
  const Daemon service = ServiceOf(record.program);
  std::string_view text = record.message;
  SkipThread(text);
  if (const auto event = StartOrStop(text)) {
    return ServiceEvent{Server::kPMailServer, service, *event};
  }
  Event event = TextEvent(service, text);
  if (!std::holds_alternative<Unknown>(event)) return event;
  if (const auto decision = DecisionIn(text)) return AccessDecision{.decision = *decision};
  if (const auto level = ProblemIn(text)) {
    auto problem = Ours<LogProblem>();
    problem.daemon = service;
    problem.level = *level;
    return problem;
  }
  return event;
}

}  // namespace maillog::pmailserver
