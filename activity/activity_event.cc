#include "activity/activity_event.h"

#include <algorithm>
#include <limits>
#include <variant>

#include "activity/login_names.h"
#include "parser/scan.h"

namespace maillog {
namespace {

/// `client=host[192.0.2.1], orig_queue_id=…, orig_client=…`: as the memory of mails takes it.
std::string_view ClientOf(std::string_view text) {
  if (!SkipPast(text, ": client=")) return {};
  std::string_view client = TakeUntil(text, ',');
  if (Eat(text, ", orig_queue_id=")) (void)TakeUntil(text, ',');
  if (Eat(text, ", orig_client=")) client = TakeUntil(text, ',');
  if (!SkipPast(client, '[')) return {};
  return TakeUntil(client, ']');
}

std::string_view UserOf(std::string_view text) {
  if (!SkipPast(text, ", sasl_username=")) return {};
  return TakeUntil(text, ", ");
}

/// `Q: uid=33 from=<www-data>`
std::string_view UidOf(std::string_view text) {
  if (!SkipPast(text, ": uid=")) return {};
  return TakeUntil(text, ' ');
}

/// Of a mail that was here before under another id, the sender has been counted.
bool AddSender(const MailSalt& salt, const Record& record, const MailEvent& mail,
               ActivityEvent& made) {
  if (mail.link != MailLink::kNone) return false;
  switch (mail.origin) {
    case MailOrigin::kUser:
      made.sender = SenderKind::kUser;
      made.who = WhoIdOf(salt, "user", UserOf(record.message));
      break;
    case MailOrigin::kNear:
      made.sender = SenderKind::kClient;
      made.who = WhoIdOf(salt, "client", ClientOf(record.message));
      break;
    case MailOrigin::kSubmitted:
      made.sender = SenderKind::kLocal;
      made.who = WhoIdOf(salt, "uid", UidOf(record.message));
      break;
    default:
      return false;
  }
  made.step = ActivityStep::kMailBegun;
  made.id = mail.id;
  return made.who != 0;
}

/// The protocol of a session with a mailbox.
AuthProtocol ProtocolOf(const Event& event) {
  if (std::holds_alternative<Pop3Session>(event)) return AuthProtocol::kPop3;
  if (std::holds_alternative<ImapSession>(event)) return AuthProtocol::kImap;
  if (const auto* const login = std::get_if<AuthAttempt>(&event)) return login->protocol;
  const auto* const one = std::get_if<MailboxSession>(&event);
  return one == nullptr ? AuthProtocol::kOther : one->protocol;
}

bool AddSession(const MailSalt& salt, const Record& record, const Event& event,
                std::string_view text, ActivityEvent& made) {
  const SessionLine line = ReadSessionLine(record, event, text);
  if (line.name.empty()) return false;
  made.step = line.is_end ? ActivityStep::kSessionEnded : ActivityStep::kSessionBegun;
  made.id = MailIdOf(salt, record.host, line.name);
  made.session = line.kind;
  made.protocol = ProtocolOf(event);
  if (const auto* const end = std::get_if<SmtpDisconnection>(&event))
    made.service = static_cast<const SmtpService&>(*end);
  return true;
}

}  // namespace

// The finisher of MurmurHash3 keeps different hashes different: none becomes 0.
WhoId WhoIdOf(const MailSalt& salt, std::string_view kind, std::string_view text) {
  if (text.empty()) return 0;
  std::uint64_t mixed = MailIdOf(salt, kind, text);
  mixed = (mixed ^ (mixed >> 33)) * 0xff51afd7ed558ccdULL;
  mixed = (mixed ^ (mixed >> 33)) * 0xc4ceb9fe1a85ec53ULL;
  return mixed ^ (mixed >> 33);
}

bool MakeActivityEvent(const MailSalt& salt, const Record& record, const Event& event,
                       const MailEvent* mail, std::string_view text, ActivityEvent& made) {
  if ((internal::kOfSessions >> event.index() & 1) != 0)
    return AddSession(salt, record, event, text, made);
  if (mail != nullptr) {
    if (mail->step != MailStep::kQueued) return AddSender(salt, record, *mail, made);
    made.step = ActivityStep::kMailQueued;
    made.id = mail->id;
    made.count = mail->recipients;
    return made.count > 0;
  }
  const std::uint32_t failures = FailedLogins(event);
  if (failures == 0) return AddSession(salt, record, event, text, made);
  const LoginNames names = NamesOfLogin(record, event);
  made.step = ActivityStep::kFailedLogin;
  made.id = WhoIdOf(salt, "client", names.client);
  made.who = WhoIdOf(salt, "user", names.user);
  constexpr std::uint64_t kMax = std::numeric_limits<std::uint32_t>::max();
  made.count = static_cast<std::uint32_t>(std::min(std::uint64_t{failures} * record.times, kMax));
  return made.id != 0 || made.who != 0;
}

}  // namespace maillog
