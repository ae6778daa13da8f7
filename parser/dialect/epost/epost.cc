#include "parser/dialect/epost/epost.h"

#include <functional>

#include "parser/dialect/epost/logs.h"
#include "parser/scan.h"

namespace maillog::epost {
namespace {

/// ` <B0000097586>, [` … of debug builds
bool IsDebugLine(std::string_view message) {
  return Eat(message, '<') && TakeMessageId(message) && StartsWith(message, ">, [");
}

/// Lines that begin with a date, `[30/Nov/2017:08:20:44]`.
Event DatedEvent(std::string_view message) {
  if (Eat(message, ", ")) {
    return message.starts_with('(') ? AcceptLogEvent(message) : DialogueEvent(message);
  }
  Event event = MailboxLogEvent(message);
  if (!std::holds_alternative<Unknown>(event)) return event;
  return InLogEvent(message);  // EMWAC IMS wrote no number in front
}

/// Lines that begin with a message's number, a user or nothing that the envelope took off.
Event UndatedEvent(std::string_view message) {
  std::string_view text = message;
  if (text.starts_with('[')) return SenderLogEvent(text);
  if (Eat(text, '<')) {
    // <B0000097403@mx.example.jp> [11/Nov/2017:17:58:25] 203.0.113.9 …
    if (SkipPast(text, "> [") && SkipPast(text, "] ")) return InLogEvent(text);
    return IsDebugLine(message) ? Event{Ignored{}} : Unknown{};
  }
  if (TakeMessageId(text)) {
    if (Event event = OutLogEvent(message); !std::holds_alternative<Unknown>(event)) return event;
  }
  return Pop3LogEvent(message);
}

}  // namespace

bool Speaks(const Record& record) { return record.speaker == Speaker::kEPost; }

Event Parse(const Record& record) {
  // senderlog has a time alone in front: its date is the file's name.
  if (StartsLike<"00:00">(record.stamp)) return SenderLogEvent(record.message);
  // Where the stamp is inside the line, the message begins before it.
  const bool is_inside =
      record.stamp.empty() || std::less<>{}(record.message.data(), record.stamp.data());
  return is_inside ? UndatedEvent(record.message) : DatedEvent(record.message);
}

}  // namespace maillog::epost
