// Addresses as logs write them.
#pragma once

#include <string_view>

#include "parser/find.h"

namespace maillog {

/// Whether an IP address is of the host itself, IPv4 in either spelling.
[[nodiscard]] inline bool IsLoopback(std::string_view address) {
  return StartsWith(address, "127.") || address == "::1" || StartsWith(address, "::ffff:127.");
}

}  // namespace maillog
