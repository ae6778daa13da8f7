#include "parser/dialect/epost/logs.h"
#include "parser/dialogue.h"
#include "parser/scan.h"

namespace maillog::epost {
namespace {

/// `user from 203.0.113.9 `; `-` before there is a user.
bool EatUserAndPeer(std::string_view& text) {
  std::string_view rest = text;
  if (TakeWord(rest).empty() || !Eat(rest, "from ") || !IsAddressLike(TakeWord(rest))) return false;
  text = rest;
  return true;
}

/// Moves past a status of failure, `-ERR …`.
bool IsError(std::string_view status) { return StartsWith(status, "-ERR"); }

AuthResult Pop3Result(std::string_view arguments, std::string_view status) {
  const std::size_t at = arguments.find(" -ERR");
  if (at != std::string_view::npos) status = arguments.substr(at + 1);
  if (IsError(status)) {
    // The password was right, and somebody else was logged in.
    const bool overlap = status.find("logon overlap") != std::string_view::npos;
    return overlap ? AuthResult::kOther : AuthResult::kFailure;
  }
  const bool failed = EqualFold(status, "failed") || EndsWith(arguments, " failed");
  return failed ? AuthResult::kFailure : AuthResult::kSuccess;
}

/// `status` is what comes after the stamp; where the stamp comes first, it ends the
/// arguments. A login that says nothing of an error was one.
Event Pop3Event(Pop3Verb verb, std::string_view arguments, std::string_view status) {
  Pop3Command command{.server = Server::kEPost, .verb = verb};
  if (verb == Pop3Verb::kApop) command.auth_method = AuthMethod::kApop;
  if (verb == Pop3Verb::kAuth) {
    std::string_view rest = arguments;
    command.auth_method = AuthMethodOf(TakeWord(rest));
  }
  if (verb == Pop3Verb::kPass || verb == Pop3Verb::kApop || verb == Pop3Verb::kAuth) {
    command.auth = Pop3Result(arguments, status);
  }
  return command;
}

std::optional<AuthResult> ImapResult(std::string_view arguments) {
  const auto last = TakeBack(arguments, ' ');
  if (!last) return std::nullopt;
  if (EqualFold(*last, "Success")) return AuthResult::kSuccess;
  if (EqualFold(*last, "failed")) return AuthResult::kFailure;
  return std::nullopt;
}

/// Only LOGIN and AUTHENTICATE carry a status: it ends the line.
Event ImapEvent(ImapVerb verb, std::string_view arguments) {
  ImapCommand command{.server = Server::kEPost, .verb = verb};
  if (verb == ImapVerb::kLogin || verb == ImapVerb::kAuthenticate) {
    command.auth = ImapResult(arguments);
  }
  if (verb == ImapVerb::kAuthenticate && command.auth) {
    std::string_view rest = arguments;
    command.auth_method = AuthMethodOf(TakeWord(rest));
  }
  return command;
}

/// LIST is a command of both: with a number, or nothing, it is POP3's.
bool IsPop3List(ImapVerb verb, std::string_view arguments) {
  if (verb != ImapVerb::kList) return false;
  const std::string_view first = TakeWord(arguments);
  return arguments.empty() && (first.empty() || ParseUint(first));
}

/// `[30/Nov/2017:08:20:44]` after the command: its arguments end there.
std::optional<std::string_view> TakeArguments(std::string_view& text) {
  const std::string_view whole = text;
  for (std::string_view rest = text; SkipPast(rest, '[');) {
    std::string_view stamp = rest;
    if (!EatLike<"00/AAA/0000_00:00:00]">(stamp)) continue;
    const std::string_view before = TakenFrom(whole, rest);
    text = stamp;
    SkipSpaces(text);
    return before.substr(0, before.size() - 1);
  }
  return std::nullopt;
}

}  // namespace

Event MailboxLogEvent(std::string_view text) {
  if (!EatUserAndPeer(text)) return Unknown{};
  const std::string_view word = TakeWord(text);
  const auto imap = ImapVerbOf(word);
  if (imap && !IsPop3List(*imap, text)) return ImapEvent(*imap, text);
  if (const auto pop3 = Pop3VerbOf(word)) return Pop3Event(*pop3, text, {});
  return Unknown{};
}

Event Pop3LogEvent(std::string_view text) {
  if (!EatUserAndPeer(text)) return Unknown{};
  const auto verb = Pop3VerbOf(TakeWord(text));
  const auto arguments = TakeArguments(text);
  if (!arguments) return Unknown{};
  if (verb) return Pop3Event(*verb, *arguments, text);
  const bool is_invalid = text == "[invalid command]";
  return is_invalid ? Event{Pop3Command{.server = Server::kEPost}} : Unknown{};
}

}  // namespace maillog::epost
