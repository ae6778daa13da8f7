// Postfix 2.0 to 3.12. A program is ours if its name has at least two parts and the last is a
// Postfix daemon or tool (`postfix/smtpd`, `postfix-out/submission/smtpd`): the first part is the
// instance, what stands between is the listener or transport. Message forms and their versions:
// Postfix's sources.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "parser/event.h"
#include "parser/reason_memory.h"
#include "parser/record.h"

namespace maillog::postfix {

/// Whether the program can be one of ours: a name of several parts, or `postfix`, which is its own
/// command and what is left where a syslog template cut the name at the slash.
[[nodiscard]] bool Speaks(const Record& record);

/// What a program's name tells, where Speaks() holds.
struct Name {
  enum class Kind : std::uint8_t {
    kForeign,  ///< the last part is no Postfix daemon (`postfix/policyd-spf`)
    kBare,     ///< `postfix`
    kDaemon,
  };
  Kind kind = Kind::kForeign;
  Daemon daemon = Daemon::kOther;
  std::uint32_t first_size = 0;   ///< of the first part: the instance
  std::uint32_t middle_size = 0;  ///< of what stands behind it and one slash; 0 for most
};
[[nodiscard]] Name ReadName(std::string_view program);

/// `name` is what ReadName makes of the record's program; `reasons` may be nullptr.
[[nodiscard]] Event Parse(const Record& record, const Name& name, ReasonMemory* reasons);
[[nodiscard]] inline Event Parse(const Record& record) {
  return Parse(record, ReadName(record.program), nullptr);
}

}  // namespace maillog::postfix
