// The replies of E-Post's SMTP receiver. Enhanced codes came with version 4.83 and are optional;
// what stands for a name or an address in a reply may be any text of the client's.
#include <array>

#include "parser/dialect/epost/logs.h"
#include "parser/dialogue.h"
#include "parser/message_forms.h"
#include "parser/reason.h"

namespace maillog::epost {
namespace {

struct Rejection {
  std::string_view code;
  std::string_view form;  ///< of what follows the codes
  Stage stage;
  Reason reason;
};

using enum Reason;
constexpr auto kRejections = std::to_array<Rejection>({
    {"421", "Exceeded an expiration date.%s", Stage::kConnect, kLocalError},  // of the licence
    {"421", "exceeds an accepting limit.%s", Stage::kConnect, kRateLimit},
    {"421", "%sService not available, closing transmission channel.%s", Stage::kOther, kLocalError},
    {"450", "Sorry. e-mail address box is full.%s", Stage::kRcpt, kMailboxFull},
    {"450", "Sorry. disk space not enough.%s", Stage::kOther, kStorage},
    {"450", "%sunconnected mail filter.%s", Stage::kEndOfData, kLocalError},
    {"450", "Sorry. mail from a valid IP or Domain address.%s", Stage::kMail, kSenderAuth},  // SPF
    {"500", "command unrecognized: %s", Stage::kOther, kProtocol},
    {"500", "Unknown or unimplemented command%s", Stage::kOther, kProtocol},
    {"501", "HELO requires domain address%s", Stage::kHelo, kProtocol},
    {"501", "Invalid domain name%s", Stage::kHelo, kProtocol},
    {"501", "The client wanted to cancel authentication.%s", Stage::kAuth, kAuth},
    {"501", "Argument required%s", Stage::kOther, kProtocol},
    {"501", "Syntax error in parameters or arguments.%s", Stage::kOther, kProtocol},
    {"502", "Command isn't implemented.%s", Stage::kOther, kProtocol},
    {"503", "Need EHLO before AUTH%s", Stage::kAuth, kProtocol},
    {"503", "Need AUTH before MAIL%s", Stage::kMail, kAuth},
    {"503", "Need MAIL before RCPT%s", Stage::kRcpt, kProtocol},
    {"503", "Need %s", Stage::kOther, kProtocol},
    {"503", "Error: authentication not enabled.%s", Stage::kAuth, kAuth},
    {"503", "%sDuplicate HELO%s", Stage::kHelo, kProtocol},
    {"503", "%sDuplicate EHLO%s", Stage::kHelo, kProtocol},
    {"503", "%sDuplicate AUTH%s", Stage::kAuth, kProtocol},
    {"503", "%sSender already specified%s", Stage::kMail, kProtocol},
    {"504", "Unrecognized authentication type.%s", Stage::kAuth, kAuth},
    {"535", "Authentication failed.%s", Stage::kAuth, kAuth},
    {"550", "Please mail to a valid e-mail address.%s", Stage::kRcpt, kRecipientRejected},
    {"550", "Address exceeds a maximum.%s", Stage::kRcpt, kRateLimit},
    {"550", "Please, mail from a valid e-mail address.%s", Stage::kMail, kSenderRejected},
    {"550", "Please, mail from a valid IP or Domain address.%s", Stage::kMail, kBlocklist},
    {"550", "Please, mail after SMTP-authentication.%s", Stage::kMail, kAuth},
    {"550", "Sorry. Your IP is in the open relay data base list.%s", Stage::kConnect, kBlocklist},
    {"550", "Sorry %s, I don't allow unauthorized relaying.%s", Stage::kRcpt, kRelayDenied},
    {"550", "<%s... User unknown.%s", Stage::kRcpt, kUserUnknown},
    {"551", "User not local; please try %s", Stage::kRcpt, kRelayDenied},
    {"552", "Requested mail action aborted: exceeded storage allocation.%s", Stage::kOther,
     kMessageTooBig},
    {"552", "%sneed RCPT.%s", Stage::kData, kProtocol},
    {"552", "%scaught by the filter setting.%s", Stage::kEndOfData, kContent},  // a virus as well
    {"552", "%sunconnected mail filter.%s", Stage::kEndOfData, kLocalError},
    {"552", "%sapproval filter.%s", Stage::kEndOfData, kContent},
    {"553", "%stoo long (%d bytes max)%s", Stage::kOther, kProtocol},
    {"554", "too many Received: headers.%s", Stage::kEndOfData, kLoop},
});

const Rejection* Find(const SmtpReplyLine& line) {
  for (const Rejection& rejection : kRejections) {
    if (rejection.code == line.code && HasForm(rejection.form, line.text)) return &rejection;
  }
  return nullptr;
}

}  // namespace

Event ReplyEvent(std::string_view text) {
  const auto line = ReadSmtpReply(text);
  if (!line) return Unknown{};
  if (!line->is_last) return Ignored{};  // the last line of a reply is the one that counts
  auto reply = Ours<SmtpReply>();
  reply.reply_class = line->reply_class;
  if (line->reply_class < ReplyClass::kTransient) return reply;
  reply.code = ReplyCode::Of(line->code);
  if (const Rejection* const rejection = Find(*line)) {
    reply.stage = rejection->stage;
    reply.reason = rejection->reason;
  } else {
    reply.reason = ReasonOf(line->text, DsnCode::Of(line->dsn), reply.code);
  }
  return reply;
}

}  // namespace maillog::epost
