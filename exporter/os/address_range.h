// Ranges of IP addresses (`192.0.2.0/24`, `2001:db8::/32`), to say who may connect.
#pragma once

#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace maillog {

/// An address of either version in 16 bytes; IPv4 as mapped into IPv6 (`::ffff:192.0.2.1`), so that
/// both spellings are the same.
using IpAddress = std::array<std::uint8_t, 16>;

struct AddressRange {
  IpAddress first{};
  int bits = 0;  ///< the first bits of `first`, which all addresses of the range share
};

/// `address/bits`, or a single address. Nothing if it is neither.
[[nodiscard]] std::optional<AddressRange> ParseAddressRange(std::string_view text);

/// The address of a socket's peer. Nothing if that is not an IP address.
[[nodiscard]] std::optional<IpAddress> AddressOf(const sockaddr_storage& peer);

/// Whether one of the ranges contains the address.
[[nodiscard]] bool IsWithin(const IpAddress& address, const std::vector<AddressRange>& ranges);

}  // namespace maillog
