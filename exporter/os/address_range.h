// Ranges of IP addresses (`192.0.2.0/24`, `2001:db8::/32`), to say who may connect.
#pragma once

#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace maillog {

/// An address of either version in 16 bytes; of IPv4 the one that it has within IPv6
/// (`::ffff:192.0.2.1`), so that both spellings are the same.
using IpAddress = std::array<std::uint8_t, 16>;

struct AddressRange {
  IpAddress first{};
  int bits = 0;  ///< of `first` that all addresses of the range have
};

/// `address/bits`, or one address alone. Nothing if it is neither.
[[nodiscard]] std::optional<AddressRange> ParseAddressRange(std::string_view text);

/// Of a socket's peer. Nothing if that is not an IP address.
[[nodiscard]] std::optional<IpAddress> AddressOf(const sockaddr_storage& peer);

/// Whether one of the ranges has the address.
[[nodiscard]] bool IsWithin(const IpAddress& address, const std::vector<AddressRange>& ranges);

}  // namespace maillog
