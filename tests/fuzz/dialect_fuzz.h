// A dialect under fuzzing: the first line of the input is the program, the rest the message.
#pragma once

#include <string_view>

#include "parser/record.h"
#include "parser/scan.h"
#include "tests/fuzz/fuzz.h"

namespace maillog::fuzz {

/// The event of a record can be shown, and its open labels lie in the record.
void CheckRecord(const Record& record);

/// A record made of the input.
inline void CheckDialect(std::string_view input, Speaker speaker) {
  Record record;
  record.speaker = speaker;
  record.program = TakeLine(input);
  record.message = input;
  CheckRecord(record);
}

}  // namespace maillog::fuzz
