#include "parser/dialect/epost/logs.h"
#include "parser/dialogue.h"
#include "parser/message_forms.h"
#include "parser/scan.h"

namespace maillog::epost {
namespace {

constexpr FormTable kForms(std::to_array<Form>({
    {"GetTryServer:(%s"},
    {"ConnectHost:%s"},
    {"SetRetry():Try-number: %s"},  // the number of the attempt; `SetRetry:` says that there is one
    {"RetryDomain:(%s"},
    {"outlog() thread=%s"},
    {"outlocallog() thread=%s"},
    {"faillog() thread=%s"},
    {"Unable to deliver to destination domain%s"},
}));

/// Who reports socket errors: SendData is known, its siblings are inferred.
constexpr std::string_view kSocketFunctions[] = {"SendData", "RecvData",  "ReceiveData",
                                                 "GetReply", "get_reply", "ConnectHost"};

/// `[B0000097013-R0001] ` and `[example.jp] `, either of which may be missing.
void SkipBrackets(std::string_view& text) {
  std::string_view rest = text;
  if (Eat(rest, '[') && TakeMessageId(rest) && Eat(rest, ']')) {
    SkipSpaces(rest);
    text = rest;
  }
  rest = text;
  if (Eat(rest, '[') && SkipPast(rest, ']')) {
    SkipSpaces(rest);
    text = rest;
  }
}

/// `SendData (socket error code=54)`. Its sibling `(code=54/ffffffff)` repeats it in the reply that
/// E-Post makes of it.
std::optional<std::uint64_t> SocketErrorIn(std::string_view text) {
  for (const std::string_view name : kSocketFunctions) {
    std::string_view rest = text;
    if (Eat(rest, name) && Eat(rest, " (socket error code=")) return TakeUint(rest);
  }
  return std::nullopt;
}

}  // namespace

Event SenderLogEvent(std::string_view text) {
  SkipBrackets(text);
  if (StartsWith(text, "SetRetry:")) return Ours<DeliveryRetry>();
  if (kForms.Match(text) != nullptr) return Ignored{};
  // The dialogue with the remote server.
  if (ReadSmtpReply(text) || SmtpCommandIn(text)) return Ignored{};
  if (const auto error = SocketErrorIn(text)) {
    auto failure = Ours<ConnectionFailure>();
    failure.agent = Agent::kSmtp;
    failure.reason = ReasonOfSocketError(*error);
    return failure;
  }
  return Unknown{};
}

}  // namespace maillog::epost
