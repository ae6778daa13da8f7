#include <array>

#include "parser/beginnings.h"
#include "parser/dialect/postfix/families.h"
#include "parser/dialect/postfix/forms.h"
#include "parser/dialect/postfix/restriction.h"

namespace maillog::postfix {
namespace {

struct EventWords {
  std::string_view text;
  PostscreenEventKind event;
};

/// First words of a line, the most frequent first. An endpoint `[192.0.2.1]:4711` follows.
constexpr Beginnings kEvents(std::to_array<EventWords>({
    {"CONNECT from ", PostscreenEventKind::kConnect},
    {"PASS NEW ", PostscreenEventKind::kPassNew},
    {"PASS OLD ", PostscreenEventKind::kPassOld},
    {"DISCONNECT ", PostscreenEventKind::kDisconnect},
    {"ALLOWLISTED ", PostscreenEventKind::kAllowlisted},
    {"WHITELISTED ", PostscreenEventKind::kAllowlisted},
    {"DENYLISTED ", PostscreenEventKind::kDenylisted},
    {"BLACKLISTED ", PostscreenEventKind::kDenylisted},
    {"ALLOWLIST VETO ", PostscreenEventKind::kAllowlistVeto},
    {"WHITELIST VETO ", PostscreenEventKind::kAllowlistVeto},
    {"PREGREET ", PostscreenEventKind::kPregreet},
    {"HANGUP after ", PostscreenEventKind::kHangup},
    {"DNSBL rank ", PostscreenEventKind::kDnsbl},
    {"BARE NEWLINE from ", PostscreenEventKind::kBareNewline},
    {"NON-SMTP COMMAND from ", PostscreenEventKind::kNonSmtpCommand},
    {"COMMAND PIPELINING from ", PostscreenEventKind::kCommandPipelining},
    {"COMMAND TIME LIMIT from ", PostscreenEventKind::kCommandTimeLimit},
    {"COMMAND COUNT LIMIT from ", PostscreenEventKind::kCommandCountLimit},
    {"COMMAND LENGTH LIMIT from ", PostscreenEventKind::kCommandLengthLimit},
    {"DATA without valid RCPT from ", PostscreenEventKind::kDataWithoutRcpt},
    {"BDAT without valid RCPT from ", PostscreenEventKind::kDataWithoutRcpt},
    {"entering STRESS mode with ", PostscreenEventKind::kStress},
    {"leaving STRESS mode with ", PostscreenEventKind::kStress},
}));

/// `PASS`, `…LISTED` and `…LIST VETO` of lists that other versions may have.
bool IsOtherList(std::string_view text) {
  if (StartsWith(text, "PASS ")) return true;
  const std::string_view name = TakeUntil(text, " [");
  return EndsWith(name, "LISTED") || EndsWith(name, "LIST VETO");
}

}  // namespace

Event ParsePostscreen(const Line& line, QueueRef ref, std::string_view text) {
  if (ref != QueueRef::kNone) {
    const auto restriction = ParseRestriction(line, text);
    return restriction ? *restriction : Event{StoppedAt(text)};
  }
  if (const EventWords* const event = kEvents.Find(text))
    return PostscreenEvent{ServiceOf(line), event->event};
  // reject: connect from [192.0.2.1]:4711: all screening ports busy
  if (StartsWith(text, "reject: connect from "))
    return SmtpReject{SmtpServiceOf(line), Stage::kConnect, {}, Reason::kRateLimit};
  if (IsOtherList(text)) return PostscreenEvent{ServiceOf(line), PostscreenEventKind::kOther};
  return ParseForms(line);
}

Event ParseDnsblog(const Line& line, QueueRef /*ref*/, std::string_view text) {
  // addr 192.0.2.1 listed by domain zen.example as 127.0.0.2
  if (!Eat(text, "addr ")) return ParseForms(line);
  (void)TakeUntil(text, ' ');
  if (!Eat(text, " listed by domain ")) return StoppedAt(text);
  return DnsblLookup{ServiceOf(line), DnsblResult::kListed};
}

}  // namespace maillog::postfix
