// The first fixed word of a message, for the test against catch-all rules.
#pragma once

#include <string_view>

#include "parser/record.h"

namespace maillog::postfix::test {

/// After a queue id, a function's name, a client or a table: what the rule matches first. Empty
/// for a message without any.
[[nodiscard]] std::string_view FirstFixedWord(const Record& record);

}  // namespace maillog::postfix::test
