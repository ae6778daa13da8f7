// A dialect under fuzzing: the first line of the input is the program, the rest the message.
#pragma once

#include <string_view>
#include <variant>

#include "parser/dialect/record_parser.h"
#include "parser/encoding.h"
#include "parser/event.h"
#include "parser/event_text.h"
#include "parser/record.h"
#include "parser/scan.h"
#include "tests/fuzz/fuzz.h"

namespace maillog::fuzz {

/// The texts of an event's open labels that came from the log.
template <class Visit>
void ForEachOpenLabel(const Event& event, Visit visit) {
  std::visit(
      [&visit](const auto& e) {
        if constexpr (requires { e.syslog_name.text; }) visit(e.syslog_name.text);
        if constexpr (requires { e.listener.text; }) visit(e.listener.text);
        if constexpr (requires { e.transport.text; }) visit(e.transport.text);
      },
      event);
}

/// Labels may also be constants of the parser: an `other`, or the name of a listener.
[[nodiscard]] inline bool MayBeConstant(std::string_view text) {
  return text.size() <= 32 && IsValidUtf8(text);
}

/// The event of a record can be shown, and its open labels lie in the record.
inline void CheckRecord(const Record& record) {
  static RecordParser parser;
  const Event event = parser.Parse(record);
  Check(!EventText(event).empty());
  ForEachOpenLabel(event, [&record](std::string_view text) {
    Check(LiesIn(text, record.program) || LiesIn(text, record.message) || MayBeConstant(text));
  });
}

/// A record made of the input.
inline void CheckDialect(std::string_view input, Speaker speaker) {
  Record record;
  record.speaker = speaker;
  record.program = TakeLine(input);
  record.message = input;
  CheckRecord(record);
}

}  // namespace maillog::fuzz
