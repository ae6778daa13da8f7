#include "parser/dialect/postfix/families.h"
#include "parser/dialect/postfix/forms.h"

namespace maillog::postfix {
namespace {

ServiceEvent Say(ServiceEventKind event) { return {Server::kPostfix, Daemon::kMaster, event}; }

}  // namespace

// Each start, stop and reload is logged by postfix-script as well, before it is tried: only
// master's line counts.
Event ParseMaster(const Line& line, QueueRef /*ref*/, std::string_view text) {
  if (StartsWith(text, "daemon started -- version ")) return Say(ServiceEventKind::kStart);
  // reload -- version 3.7.11, configuration /etc/postfix
  // reload configuration /etc/postfix
  if (StartsWith(text, "reload -- version ") || text == "reload configuration" ||
      StartsWith(text, "reload configuration "))
    return Say(ServiceEventKind::kReload);
  if (StartsWith(text, "terminating on signal ") || text == "master exit time has arrived")
    return Say(ServiceEventKind::kStop);
  return ParseForms(line);
}

}  // namespace maillog::postfix
