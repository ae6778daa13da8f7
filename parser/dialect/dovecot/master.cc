// The master process: `Dovecot v2.3.21 (47349e2482) starting up for imap, pop3`, `Killed with
// signal 15 (by pid=1 uid=0 code=kill)`, `SIGHUP received - reloading configuration`. 1.x writes
// them without a prefix, and its syslog records without a level.
#include <array>

#include "parser/dialect/dovecot/rules.h"
#include "parser/message_forms.h"
#include "parser/scan.h"

namespace maillog::dovecot {
namespace {

constexpr FormTable kForms(std::to_array<Form>({
    {"Created authentication processes successfully, unstalling"},
    {"Created login processes successfully, unstalling"},
    {"Generating Diffie-Hellman parameters for the first time. This may take a while.."},
    {"If you have trouble with authentication failures,%s"},
    {"enable auth_debug setting. See http%s"},
    {"This is Dovecot's info log%s"},
}));

/// 1.x about its children, errors whose level was only in the syslog priority.
constexpr FormTable kChildErrors(std::to_array<Form>({
    {"child %d (%s) returned error %s"},
    {"child %d (%s) killed with signal %s"},
}));

Event Of(ServiceEventKind kind) {
  ServiceEvent event;
  event.server = Server::kDovecot;
  event.daemon = Daemon::kDovecotMaster;
  event.event = kind;
  return event;
}

bool IsStart(std::string_view text) {
  return Eat(text, "Dovecot v") && text.find(" starting up") != text.npos;
}

}  // namespace

Event MasterEvent(std::string_view text) {
  if (IsStart(text)) return Of(ServiceEventKind::kStart);
  if (StartsWith(text, "Killed with signal ")) return Of(ServiceEventKind::kStop);
  if (StartsWith(text, "SIGHUP received - reloading")) return Of(ServiceEventKind::kReload);
  if (kForms.Match(text) != nullptr) return Ignored{};
  if (kChildErrors.Match(text) == nullptr) return Unknown{};
  LogProblem problem;
  problem.server = Server::kDovecot;
  problem.daemon = Daemon::kDovecotMaster;
  problem.level = ProblemLevel::kError;
  return problem;
}

const FormLookup& MasterForms() { return kForms; }

}  // namespace maillog::dovecot
