// An event as one line of text, for `explain` and for case files: its kind, then its fields as
// `name=value`; what is absent or empty is left out, except numbers that are 0.
//
//   delivery server=postfix syslog_name=postfix agent=smtp next_hop=remote status=sent dsn_class=2
//   dsn=2.0.0 delay=0.58 …
#pragma once

#include <string>

#include "parser/event.h"

namespace maillog {

/// Kind (`delivery`, `smtp_reject`, `unknown`) and fields. Text that came from the log (open
/// labels) is quoted if it holds blanks or bytes outside ASCII.
[[nodiscard]] std::string EventText(const Event& event);

}  // namespace maillog
