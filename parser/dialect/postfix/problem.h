// Lines of a level: `warning: `, `error: `, `fatal: `, `panic: `.
#pragma once

#include <optional>

#include "parser/dialect/postfix/line.h"

namespace maillog::postfix {

/// The level word in front of the message, if there is one; moves past it.
[[nodiscard]] std::optional<ProblemLevel> TakeLevel(std::string_view& text);

/// A line of a level, starting after the level word: an event of its own (failed login, client DNS,
/// rate limit), or a LogProblem.
[[nodiscard]] Event ParseProblem(const Line& line, ProblemLevel level, std::string_view text);

}  // namespace maillog::postfix
