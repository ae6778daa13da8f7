// LMTP connections, and messages that submission relayed or an LMTP proxy passed on. The relay's
// or the backend's own log has these deliveries.
#include <array>

#include "parser/dialect/dovecot/rules.h"
#include "parser/message_forms.h"
#include "parser/scan.h"

namespace maillog::dovecot {
namespace {

constexpr FormTable kForms(std::to_array<Form>({
    {"Successfully relayed message: from=%s"},
    {"Failed to relay message: from=%s"},
    {"relay: Successfully relayed message: from=%s"},
    {"relay: Failed to relay message: from=%s"},
    {"rcpt <%s: Sent message to <%s> at %s"},
    {"rcpt <%s: Failed to send message to <%s> at %s"},
    {"Sent message to <%s> at %s"},
    {"221 2.0.0%s"},  // what an LMTP client was told at the end, up to 2.2
    {"421 4.3.2 %s"},
    {"421 4.4.2 %s"},
    {"451 4.3.0%s"},
    {"502 5.5.2%s"},
    {"4.3.2%s"},
    {"Failed to send message to <%s> at %s"},
}));

}  // namespace

bool IsConnectionLine(std::string_view text) {
  if (Eat(text, "Connect from ")) return !text.empty();
  if (Eat(text, "Disconnect from ")) return SkipPastColon(text);
  return false;
}

bool IsRelayLine(std::string_view text) {
  return IsConnectionLine(text) || kForms.Match(text) != nullptr;
}

const FormLookup& RelayForms() { return kForms; }

}  // namespace maillog::dovecot
