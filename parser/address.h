// Addresses as logs write them.
#pragma once

#include <cstdint>
#include <string_view>

#include "parser/find.h"
#include "parser/scan.h"

namespace maillog {

/// Whether an IP address is of the host itself, IPv4 in either spelling.
[[nodiscard]] inline bool IsLoopback(std::string_view address) {
  return StartsWith(address, "127.") || address == "::1" || StartsWith(address, "::ffff:127.");
}

/// Whether an IP address is not routed in the Internet (RFC 1918, RFC 4193, RFC 4291, RFC 3927). No
/// loopback.
[[nodiscard]] inline bool IsPrivate(std::string_view address) {
  (void)Eat(address, "::ffff:");
  if (address.empty()) return false;
  if (address.front() == '1') {
    if (StartsWith(address, "10.") || StartsWith(address, "192.168.") ||
        StartsWith(address, "169.254."))
      return true;
    std::uint64_t second = 0;
    return Eat(address, "172.") && TakeUint(address, second) && second >= 16 && second <= 31;
  }
  return Lower(address.front()) == 'f' &&
         (StartsWithFold(address, "fc") || StartsWithFold(address, "fd") ||
          StartsWithFold(address, "fe80:")) &&
         address.find(':') != std::string_view::npos;
}

}  // namespace maillog
