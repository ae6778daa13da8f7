// Postfix 2.0 to 3.12. A program is ours if its name has at least two parts and the last is a
// Postfix daemon or tool (`postfix/smtpd`, `postfix-out/submission/smtpd`): the first part is the
// instance, what comes between is the listener or transport. Message forms and their versions:
// Postfix's sources.
#pragma once

#include <string_view>

#include "parser/dialect/dialect_memory.h"
#include "parser/dialect/dialects.h"
#include "parser/event.h"
#include "parser/record.h"

namespace maillog::postfix {

/// Whether the program can be one of ours: a name of several parts, or `postfix`, which is its own
/// command and what is left where a syslog template cut the name at the slash.
[[nodiscard]] bool Speaks(const Record& record);

/// What a program's name says, if Speaks() holds.
[[nodiscard]] NameNote NoteName(std::string_view program);

/// `name` is what NoteName makes of the record's program.
[[nodiscard]] Event Parse(const Record& record, NameNote name, DialectMemory& memory);

}  // namespace maillog::postfix
