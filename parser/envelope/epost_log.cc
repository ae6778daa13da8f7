// E-Post Mail Server and its ancestors (EMWAC IMS, SPA). Program is empty; the log is recognised by
// the form of the message:
//
//    [30/Nov/2017:08:20:44], 00145008, 220 …    message `, 00145008, 220 …`   acceptlog, receive*
//   [30/Nov/2017:08:20:44] user from 192.0.2.1   message `user from …`         imap4log
//   [08:20:44:123] [B0000097013] …               message `[B0000097013] …`     senderlog
//   [B0000097013] …                              the whole line, no stamp      senderlog, old
//   <B0000097403@mx> [11/Nov/2017:17:58:25] …    the whole line                inlog
//   B0000055688@mx sent on [01/Nov/2017:…] to …  the whole line                outlog, faillog
//   user from 192.0.2.1 RETR 1 [01/Nov/2017:…]   the whole line                pop3log
//    <B0000097586>, [ …                          the whole line, no stamp      acceptlog, debugging
#include "parser/envelope/wrappings.h"
#include "parser/epost_id.h"
#include "parser/scan.h"

namespace maillog {
namespace {

constexpr ByteSet kAddressEnd(" @>[]");

/// A byte of an IP address, or of a masked one.
bool IsOfIp(char c) {
  const char low = Lower(c);
  return IsDigit(c) || c == '.' || c == ':' || c == '*' || (low >= 'a' && low <= 'f') || low == 'x';
}

/// `30/Nov/2017:08:20:44`
bool EatDate(std::string_view& text) { return EatLike<"00/AAA/0000_00:00:00">(text); }

/// `08:20:44:123`, `08:20:44`
bool EatEPostTime(std::string_view& text) {
  if (!EatLike<"00:00:00">(text)) return false;
  (void)EatLike<":000">(text);
  return true;
}

/// `@mx.example.jp`
bool EatHost(std::string_view& text) {
  return Eat(text, '@') && !TakeUntilAny(text, kAddressEnd).empty();
}

/// `[30/Nov/2017:08:20:44]` in the middle of a line
bool EatBracketedDate(std::string_view& text, Record& record) {
  if (!Eat(text, '[')) return false;
  const std::string_view begin = text;
  if (!EatDate(text)) return false;
  record.stamp = TakenFrom(begin, text);
  return Eat(text, ']');
}

bool ReadBracketed(std::string_view text, Record& record) {
  const std::string_view begin = text;
  if (!EatDate(text) && !EatEPostTime(text)) return false;
  record.stamp = TakenFrom(begin, text);
  if (!Eat(text, ']')) return false;
  (void)Eat(text, ' ');
  record.message = text;
  return true;
}

/// Lines in which the stamp comes after the message's number.
bool ReadNumbered(std::string_view text, Record& record) {
  if (Eat(text, '[')) return epost::TakeMessageId(text) && Eat(text, ']');
  if (Eat(text, '<')) {
    if (!epost::TakeMessageId(text)) return false;
    if (StartsWith(text, ">, [")) return true;
    return EatHost(text) && Eat(text, "> ") && EatBracketedDate(text, record);
  }
  if (!epost::TakeMessageId(text)) return false;
  (void)EatHost(text);  // EMWAC IMS wrote none
  return (Eat(text, " sent on ") || Eat(text, " send fail on ")) && EatBracketedDate(text, record);
}

/// `user from 192.0.2.1 RETR 1 [01/Nov/2017:10:29:51] -ERR …`: what identifies the form comes
/// first, and the stamp after the command.
bool ReadUser(std::string_view text, Record& record) {
  if (TakeUntilAny(text, kAddressEnd).empty() || !Eat(text, " from ")) return false;
  if (TakeWhile(text, IsOfIp).empty() || !Eat(text, ' ') || TakeWhile(text, IsAlpha).empty()) {
    return false;
  }
  while (SkipPast(text, " [")) {
    std::string_view stamp = text;
    if (!EatDate(stamp)) continue;
    record.stamp = TakenFrom(text, stamp);
    return stamp.starts_with(']');
  }
  return false;
}

}  // namespace

bool ReadEPostLog(std::string_view line, Record& record) {
  record.speaker = Speaker::kEPost;
  std::string_view text = line;
  (void)Eat(text, ' ');
  record.message = text;
  if (ReadNumbered(text, record) || ReadUser(text, record)) return true;
  return Eat(text, '[') && ReadBracketed(text, record);
}

}  // namespace maillog
