#include <algorithm>

#include "parser/dialect/epost/logs.h"
#include "parser/scan.h"

namespace maillog::epost {
namespace {

struct Ending {
  std::string_view text;
  SmtpSessionResult result;
};
constexpr Ending kEndings[] = {{",ok", SmtpSessionResult::kOk},
                               {",abort", SmtpSessionResult::kAbort},
                               {",connection timeout", SmtpSessionResult::kTimeout}};

std::optional<SmtpSessionResult> TakeEnding(std::string_view& text) {
  for (const Ending& ending : kEndings) {
    if (EatBack(text, ending.text)) return ending.result;
  }
  return std::nullopt;
}

/// `<B0000097586>` at the end, also an empty one. A sender may look the same: the last one is it.
bool EatNumberBack(std::string_view& text) {
  if (!EatBack(text, ">")) return false;
  const auto id = TakeBack(text, ",<");
  return id && std::all_of(id->begin(), id->end(),
                           [](char c) { return IsAlnum(c) || c == '-' || c == '.' || c == '@'; });
}

/// `[203.0.113.9]:465 SSL`
bool IsConnection(std::string_view text) {
  if (!Eat(text, '[') || !SkipPast(text, "]:") || !TakeUint(text)) return false;
  (void)Eat(text, " SSL");
  return text == ", Client accept now.";
}

/// `AUTH-LOGIN:user@example.jp [failed]`
void ReadAuth(std::string_view subject, SmtpSession& session) {
  std::string_view text = subject;
  if (!Eat(text, "AUTH-")) return;
  const std::string_view method = TakeUntil(text, ':');
  if (EatBack(text, " [success]")) {
    session.auth = AuthResult::kSuccess;
  } else if (EatBack(text, " [failed]")) {
    session.auth = AuthResult::kFailure;
  } else {
    return;
  }
  session.auth_method =
      EqualFold(method, "XAOUTH2") ? AuthMethod::kXoauth2 : AuthMethodOf(method);  // as it is spelt
}

}  // namespace

Event AcceptLogEvent(std::string_view text) {
  if (!Eat(text, '(') || !SkipPast(text, "), ")) return Unknown{};
  if (IsConnection(text)) return Ours<SmtpConnection>();
  const auto result = TakeEnding(text);
  if (!result || !EatNumberBack(text)) return Unknown{};
  if (!SkipPast(text, '[') || !SkipPast(text, "], ")) return Unknown{};
  auto session = Ours<SmtpSession>();
  session.result = *result;
  // The reply to a listed client is logged nowhere else.
  if (text == "It was in the ORDB IP.") session.rejected = Reason::kBlocklist;
  ReadAuth(text, session);
  return session;
}

}  // namespace maillog::epost
