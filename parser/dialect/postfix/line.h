// What the rules of all Postfix daemons share: which program wrote it, and the parts that many
// lines are put together from (queue ids, addresses, clients, stages).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "parser/daemon.h"
#include "parser/dialect/dialect_memory.h"
#include "parser/event.h"
#include "parser/queue_id.h"
#include "parser/scan.h"

namespace maillog::postfix {

/// A message and who says it. Views into the record.
struct Line {
  std::string_view message;
  std::string_view syslog_name;  ///< first part of the program name
  std::string_view middle;       ///< parts between the first and the last; empty for most
  Daemon daemon = Daemon::kOther;
  DialectMemory& memory;
};

[[nodiscard, gnu::always_inline]] inline Service ServiceOf(const Line& line) {
  return {Server::kPostfix, {InParts(line.syslog_name)}};
}
/// With the listener: the middle of the program name, or the daemon's own name for postscreen and
/// cleanup.
[[nodiscard, gnu::always_inline]] inline SmtpService SmtpServiceOf(const Line& line) {
  const bool own_name = line.daemon == Daemon::kPostscreen || line.daemon == Daemon::kCleanup;
  return {ServiceOf(line), {own_name ? Text(line.daemon) : InParts(line.middle)}};
}

/// What may come in front of the fixed words.
enum class QueueRef : std::uint8_t { kNone, kNoQueue, kQueueId };

/// Moves past `queue-id: ` or `NOQUEUE: `. No word of a message looks like a queue id.
[[nodiscard, gnu::always_inline]] inline QueueRef TakeQueueRef(std::string_view& text) {
  if (const std::size_t size = LeadingQueueId(text); size > 0) {
    text = AfterBytes(text, size + 2);
    return QueueRef::kQueueId;
  }
  return Eat(text, "NOQUEUE: ") ? QueueRef::kNoQueue : QueueRef::kNone;
}

/// Moves past `QUEUEID: `, a word where masked logs had a queue id, a client or a function, and
/// returns it; empty if there is none. For messages that no rule knows as they stand.
[[nodiscard]] std::string_view TakeStandIn(std::string_view& text);

/// Moves past an address in angle brackets, `<"a b"@example.com>`: brackets and commas inside
/// quotes belong to it. An address that a mask took away (`to=,`) or that lost its brackets ends at
/// the comma. False: there is no end.
[[nodiscard]] inline bool SkipAddress(std::string_view& text);
/// SkipAddress, of all forms.
[[nodiscard]] bool SkipAnyAddress(std::string_view& text);

/// Moves past `host[address]: `, `host[address]:port: `, `[address]:port: `. No blank can be in
/// a client, so that words in front of one are not part of it.
[[nodiscard]] bool TakeClient(std::string_view& text);

/// The stage of the SMTP dialogue: `RCPT`, `END-OF-MESSAGE`.
[[nodiscard]] Stage StageOf(std::string_view word);

// Without a call where nothing is quoted, which is nearly always; a view that a call gets by
// reference does not stay in registers.
[[gnu::always_inline]] inline bool SkipAddress(std::string_view& text) {
  if (text.size() < 2 || text[0] != '<' || text[1] == '"') {
    std::string_view rest = text;
    const bool has_end = SkipAnyAddress(rest);
    text = rest;
    return has_end;
  }
  text = AfterBytes(text, 1);
  const std::size_t size = FindOneOf(text, '>');
  if (size == text.size()) return false;
  text = AfterBytes(text, size + 1);
  (void)Eat(text, '>');
  return true;
}

}  // namespace maillog::postfix
