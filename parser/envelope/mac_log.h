// macOS's `log show` and `log stream`, which name the process and not the tag:
//
//   2026-11-21 10:00:00.123456+0900 0x1a2b     Info        0x0      123    0    smtpd: text
//   2026-11-21 10:00:00.123456+0900  mx1 smtpd[123]: (libsystem.dylib) text     --style syslog
//   2026-11-21 10:00:00.123 Df smtpd[123:1a2b] text                             --style compact
#pragma once

#include <string_view>

#include "parser/record.h"

namespace maillog {

/// Reads what follows the stamp (`record.stamp`) of such a line. A process that has the name of a
/// Postfix daemon becomes program `postfix/NAME`, as its tag would have been.
[[nodiscard]] bool ReadMacLog(std::string_view text, Record& record);

}  // namespace maillog
