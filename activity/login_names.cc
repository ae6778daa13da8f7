#include "activity/login_names.h"

#include <optional>
#include <variant>

#include "parser/scan.h"

namespace maillog {
namespace {

/// `warning: unknown[203.0.113.30]: SASL LOGIN authentication failed: …, sasl_username=info`
LoginNames OfPostfix(std::string_view text) {
  LoginNames names;
  std::string_view user = text;
  if (SkipPast(user, ", sasl_username=")) names.user = user;
  if (SkipPast(text, '[')) names.client = TakeUntil(text, ']');
  return names;
}

/// `Disconnected (auth failed, 3 attempts in 5 secs): user=<info>, method=PLAIN, rip=203.0.113.30,
/// lip=…`: nothing after the client's address is of its choosing.
LoginNames OfDovecot(std::string_view text) {
  LoginNames names;
  std::string_view before = text;
  if (std::string_view after = TakeBack(before, ", rip=").value_or(std::string_view{});
      !after.empty()) {
    names.client = TakeUntilOneOf<',', ' '>(after);
  }
  if (SkipPast(text, "user=<")) {
    std::string_view user = TakeUntil(text, ">, method=");
    if (text.empty()) user = TakeUntil(user, '>');
    names.user = user;
  }
  return names;
}

/// acceptlog: `(mx.example.jp), cl.example.net[203.0.113.9], AUTH-LOGIN:info
/// [failed],<B0000097587>, abort`
LoginNames OfAcceptLog(std::string_view text) {
  LoginNames names;
  if (!SkipPast(text, "), ") || !SkipPast(text, '[')) return names;
  names.client = TakeUntil(text, ']');
  if (!SkipPast(text, "], AUTH-") || !SkipPast(text, ':')) return names;
  std::string_view user = text;
  if (TakeBack(user, " [")) names.user = user;
  return names;
}

/// pop3log and imap4log: `info from 203.0.113.9 PASS **** …`; while nobody is logged in,
/// `- from 203.0.113.9 LOGIN info **** failed`.
LoginNames OfMailboxLog(std::string_view text) {
  LoginNames names;
  const std::string_view user = TakeUntil(text, ' ');
  if (!Eat(text, " from ")) return names;
  names.client = TakeUntil(text, ' ');
  if (user != "-") {
    names.user = user;
  } else if (Eat(text, " LOGIN ") || Eat(text, " APOP ")) {
    names.user = TakeUntil(text, " ****");
  }
  return names;
}

}  // namespace

std::uint32_t FailedLogins(const Event& event) {
  const auto failures = [](const std::optional<AuthResult>& result) {
    return result == AuthResult::kFailure ? 1U : 0U;
  };
  if (const auto* one = std::get_if<AuthAttempt>(&event))
    return failures(one->result) * one->attempts;
  if (const auto* one = std::get_if<SmtpSession>(&event)) return failures(one->auth);
  if (const auto* one = std::get_if<Pop3Command>(&event)) return failures(one->auth);
  if (const auto* one = std::get_if<ImapCommand>(&event)) return failures(one->auth);
  return 0;
}

LoginNames NamesOfLogin(const Record& record, const Event& event) {
  if (const auto* attempt = std::get_if<AuthAttempt>(&event)) {
    return attempt->server == Server::kPostfix ? OfPostfix(record.message)
                                               : OfDovecot(record.message);
  }
  if (std::holds_alternative<SmtpSession>(event)) return OfAcceptLog(record.message);
  return OfMailboxLog(record.message);
}

}  // namespace maillog
