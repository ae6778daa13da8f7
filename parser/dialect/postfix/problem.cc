#include "parser/dialect/postfix/problem.h"

#include "parser/dialect/postfix/smtpd.h"

namespace maillog::postfix {

std::optional<ProblemLevel> TakeLevel(std::string_view& text) {
  if (text.empty()) return std::nullopt;
  switch (text.front()) {
    case 'w':
      return Eat(text, "warning: ") ? std::optional(ProblemLevel::kWarning) : std::nullopt;
    case 'e':
      return Eat(text, "error: ") ? std::optional(ProblemLevel::kError) : std::nullopt;
    case 'f':
      return Eat(text, "fatal: ") ? std::optional(ProblemLevel::kFatal) : std::nullopt;
    case 'p':
      return Eat(text, "panic: ") ? std::optional(ProblemLevel::kPanic) : std::nullopt;
    default:
      return std::nullopt;
  }
}

Event ParseProblem(const Line& line, ProblemLevel level, std::string_view text) {
  if (level == ProblemLevel::kWarning) {
    // The library's words for a handshake that SSL_accept or SSL_connect error has counted.
    if (StartsWith(text, "TLS library problem: ")) return Ignored{};
    if (line.daemon == Daemon::kSmtpd || line.daemon == Daemon::kQmqpd) {
      if (const auto event = ParseSmtpdWarning(line, text)) return *event;
    }
  }
  return LogProblem{ServiceOf(line), line.daemon, level};
}

}  // namespace maillog::postfix
