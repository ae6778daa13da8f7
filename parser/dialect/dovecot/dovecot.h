// Dovecot 1.0 to 2.4, through syslog (`dovecot`, or another instance_name such as `dovecot-old`) or
// its own files.
#pragma once

#include "parser/event.h"
#include "parser/record.h"

namespace maillog::dovecot {

[[nodiscard]] bool Speaks(const Record& record);
[[nodiscard]] Event Parse(const Record& record);

}  // namespace maillog::dovecot
