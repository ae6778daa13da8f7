// Postfix 2.0 to 3.12. A program is ours if its name has at least two parts and the last is a
// Postfix daemon.
#pragma once

#include "parser/event.h"
#include "parser/record.h"

namespace maillog::postfix {

[[nodiscard]] bool Speaks(const Record& record);
[[nodiscard]] Event Parse(const Record& record);

}  // namespace maillog::postfix
