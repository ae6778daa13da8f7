#include "parser/dialect/postfix/line.h"

#include <array>
#include <cstdint>

namespace maillog::postfix {
namespace {

/// What a byte may be part of.
enum : std::uint8_t { kEitherId = 1, kShortId = 2, kLongId = 4, kNoId = 8 };

constexpr auto kIdBytes = [] {
  std::array<std::uint8_t, 256> bytes{};
  bytes.fill(kNoId);
  for (unsigned c = 0; c < bytes.size(); ++c) {
    const char byte = static_cast<char>(c);
    if (IsAlpha(byte)) bytes[c] = kLongId;
    if (IsDigit(byte) || byte == '*') bytes[c] = kEitherId;
  }
  for (const char c : std::string_view("BCDF")) bytes[static_cast<unsigned char>(c)] = kEitherId;
  for (const char c : std::string_view("AE")) bytes[static_cast<unsigned char>(c)] = kShortId;
  for (const char c : std::string_view("IOUaeiou")) bytes[static_cast<unsigned char>(c)] = kNoId;
  return bytes;
}();

/// Five digits of microseconds and an inode; six or more of seconds, four, `z`, an inode. The limit
/// for the latter leaves room for masked ones, and none for `TLSRPT`.
constexpr std::size_t kShortestShortId = 6;
constexpr std::size_t kShortestLongId = 8;
/// Of a long one with 64 bits of inode, and room.
constexpr std::size_t kMaxId = 32;

/// `text` begins with the id.
bool IsQueueId(std::string_view id, std::string_view text) {
#ifdef __SSE2__
  if (id.size() <= 16 && text.size() >= 16) {
    const internal::QueueIdBytes bytes = internal::QueueIdsIn16(text.data());
    const unsigned all = (1U << id.size()) - 1;
    return (id.size() >= kShortestShortId && (bytes.in_short & all) == all) ||
           (id.size() >= kShortestLongId && (bytes.in_long & all) == all);
  }
#else
  (void)text;
#endif
  std::uint8_t seen = 0;
  for (const char c : id) seen |= kIdBytes[static_cast<unsigned char>(c)];
  const std::size_t shortest = (seen & kLongId) != 0 ? kShortestLongId : kShortestShortId;
  return id.size() >= shortest && seen < (kShortId | kLongId);
}

bool SkipQuoted(std::string_view& text) {
  while (!text.empty()) {
    if (Eat(text, '\\')) {
      if (!text.empty()) text.remove_prefix(1);
    } else if (Eat(text, '"')) {
      return true;
    } else {
      text.remove_prefix(1);
    }
  }
  return false;
}

}  // namespace

Service ServiceOf(const Line& line) { return {Server::kPostfix, {line.syslog_name}}; }

SmtpService SmtpServiceOf(const Line& line) {
  const bool own_name = line.daemon == Daemon::kPostscreen || line.daemon == Daemon::kCleanup;
  return {ServiceOf(line), {own_name ? Text(line.daemon) : line.middle}};
}

QueueRef TakeQueueRef(std::string_view& text) {
  std::string_view rest = text.substr(0, kMaxId + 1);
  const std::string_view id = TakeUntilOneOf<':', ' '>(rest);
  if (!rest.starts_with(':')) return QueueRef::kNone;
  rest = text.substr(id.size());
  if (IsQueueId(id, text) && Eat(rest, ": ")) {
    text = rest;
    return QueueRef::kQueueId;
  }
  return Eat(text, "NOQUEUE: ") ? QueueRef::kNoQueue : QueueRef::kNone;
}

bool SkipAddress(std::string_view& text) {
  if (!Eat(text, '<')) {
    (void)TakeUntil(text, ',');
    return !text.empty();
  }
  std::string_view quoted = text;
  if (Eat(quoted, '"') && SkipQuoted(quoted) &&
      (quoted.starts_with('@') || quoted.starts_with('>')))
    text = quoted;
  if (!SkipPast(text, '>')) return false;
  (void)Eat(text, '>');  // collected logs have brackets within brackets
  return true;
}

std::string_view TakeStandIn(std::string_view& text) {
  constexpr std::size_t kMaxBytes = 512;
  std::string_view rest = text.substr(0, kMaxBytes);
  const std::string_view word = TakeUntilOneOf<':', ' '>(rest);
  if (word.empty() || !Eat(rest, ": ")) return {};
  text.remove_prefix(word.size() + 2);
  return word;
}

bool TakeClient(std::string_view& text) {
  std::string_view rest = text;
  (void)TakeWhile(rest, [](char c) { return c != '[' && c != ' ' && c != ':'; });
  if (!Eat(rest, '[')) return false;
  (void)TakeWhile(rest, [](char c) { return c != ']' && c != ' '; });
  if (!Eat(rest, ']') || !TakeUntil(rest, ' ').ends_with(':') || !Eat(rest, ' ')) return false;
  text = rest;
  return true;
}

Stage StageOf(std::string_view word) {
  struct Name {
    std::string_view word;
    Stage stage;
  };
  static constexpr Name kNames[] = {
      {"RCPT", Stage::kRcpt},         {"CONNECT", Stage::kConnect},
      {"MAIL", Stage::kMail},         {"EHLO", Stage::kHelo},
      {"HELO", Stage::kHelo},         {"LHLO", Stage::kHelo},
      {"DATA", Stage::kData},         {"BDAT", Stage::kData},
      {"AUTH", Stage::kAuth},         {"END-OF-MESSAGE", Stage::kEndOfData},
      {"STARTTLS", Stage::kStarttls}, {"ETRN", Stage::kEtrn},
      {"VRFY", Stage::kVrfy},
  };
  for (const Name& name : kNames) {
    if (name.word == word) return name.stage;
  }
  return Stage::kOther;
}

}  // namespace maillog::postfix
