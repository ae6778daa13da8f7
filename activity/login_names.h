// Who tried to log in, and from where: texts of the line.
#pragma once

#include <cstdint>
#include <string_view>

#include "parser/event.h"
#include "parser/record.h"

namespace maillog {

/// How many attempts to log in were refused; 0 for events that are of no attempts.
[[nodiscard]] std::uint32_t FailedLogins(const Event& event);

/// Views into the record; empty: the line does not say.
struct LoginNames {
  std::string_view client;  ///< its IP address
  std::string_view user;    ///< as it was written
};

/// `event` is what the record means. Where a line has the client's own words in it, its address is
/// looked for where they cannot be.
[[nodiscard]] LoginNames NamesOfLogin(const Record& record, const Event& event);

}  // namespace maillog
