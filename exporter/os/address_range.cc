#include "exporter/os/address_range.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <string>
#include <system_error>

namespace maillog {
namespace {

constexpr int kBits = 128;
constexpr int kIpv4Bits = 32;

IpAddress OfIpv4(const in_addr& address) {
  IpAddress bytes{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  std::memcpy(bytes.data() + 12, &address, sizeof address);
  return bytes;
}

IpAddress OfIpv6(const in6_addr& address) {
  IpAddress bytes{};
  std::memcpy(bytes.data(), &address, sizeof address);
  return bytes;
}

bool Agree(const IpAddress& a, const IpAddress& b, int bits) {
  const auto whole = static_cast<std::size_t>(bits / 8);
  if (std::memcmp(a.data(), b.data(), whole) != 0) return false;
  const int rest = bits % 8;
  return rest == 0 || (a[whole] >> (8 - rest)) == (b[whole] >> (8 - rest));
}

}  // namespace

std::optional<AddressRange> ParseAddressRange(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string address(text.substr(0, slash));
  AddressRange range;
  in_addr ipv4{};
  in6_addr ipv6{};
  int most = kBits;
  if (::inet_pton(AF_INET, address.c_str(), &ipv4) == 1) {
    range.first = OfIpv4(ipv4);
    most = kIpv4Bits;
  } else if (::inet_pton(AF_INET6, address.c_str(), &ipv6) == 1) {
    range.first = OfIpv6(ipv6);
  } else {
    return std::nullopt;
  }
  range.bits = most;
  if (slash != std::string_view::npos) {
    const std::string_view bits = text.substr(slash + 1);
    const auto [end, error] = std::from_chars(bits.data(), bits.data() + bits.size(), range.bits);
    if (error != std::errc() || end != bits.data() + bits.size()) return std::nullopt;
    if (range.bits < 0 || range.bits > most) return std::nullopt;
  }
  range.bits += kBits - most;
  return range;
}

std::optional<IpAddress> AddressOf(const sockaddr_storage& peer) {
  if (peer.ss_family == AF_INET) {
    return OfIpv4(reinterpret_cast<const sockaddr_in&>(peer).sin_addr);
  }
  if (peer.ss_family == AF_INET6) {
    return OfIpv6(reinterpret_cast<const sockaddr_in6&>(peer).sin6_addr);
  }
  return std::nullopt;
}

bool IsWithin(const IpAddress& address, const std::vector<AddressRange>& ranges) {
  return std::any_of(ranges.begin(), ranges.end(), [&](const AddressRange& range) {
    return Agree(address, range.first, range.bits);
  });
}

}  // namespace maillog
