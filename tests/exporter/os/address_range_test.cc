#include "exporter/os/address_range.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

#include <string>

namespace maillog {
namespace {

// As a socket for IPv4, or one for both versions, reports its peer.
IpAddress Peer(const std::string& text) {
  sockaddr_storage peer{};
  auto* ipv4 = reinterpret_cast<sockaddr_in*>(&peer);
  auto* ipv6 = reinterpret_cast<sockaddr_in6*>(&peer);
  if (::inet_pton(AF_INET, text.c_str(), &ipv4->sin_addr) == 1) {
    peer.ss_family = AF_INET;
  } else {
    EXPECT_EQ(::inet_pton(AF_INET6, text.c_str(), &ipv6->sin6_addr), 1) << text;
    peer.ss_family = AF_INET6;
  }
  return AddressOf(peer).value();
}

TEST(AddressRangeTest, HasTheAddressesOfItsPrefixInBothSpellings) {
  struct Row {
    std::string_view range;
    std::string address;
    bool within;
  };
  for (const auto& [range, address, within] :
       {Row{"192.0.2.0/24", "192.0.2.255", true}, Row{"192.0.2.0/24", "192.0.3.0", false},
        Row{"192.0.2.0/24", "::ffff:192.0.2.7", true}, Row{"192.0.2.7", "192.0.2.7", true},
        Row{"192.0.2.7", "192.0.2.6", false}, Row{"192.0.2.99/25", "192.0.2.1", true},
        Row{"192.0.2.128/25", "192.0.2.127", false}, Row{"0.0.0.0/0", "203.0.113.1", true},
        Row{"0.0.0.0/0", "2001:db8::1", false}, Row{"::/0", "203.0.113.1", true},
        Row{"2001:db8::/33", "2001:db8:7fff::1", true},
        Row{"2001:db8::/33", "2001:db8:8000::1", false}, Row{"::1", "::1", true},
        Row{"::ffff:192.0.2.0/120", "192.0.2.9", true}}) {
    const auto parsed = ParseAddressRange(range);
    ASSERT_TRUE(parsed) << range;
    EXPECT_EQ(IsWithin(Peer(address), {*parsed}), within) << range << " " << address;
  }
}

TEST(AddressRangeTest, OthersAreNone) {
  for (const std::string_view text :
       {"", "/", "192.0.2.0/", "192.0.2.0/33", "192.0.2.0/-1", "192.0.2.0/+8", "192.0.2/24",
        "2001:db8::/129", "localhost", "192.0.2.0/24 ", "[::1]", "192.0.2.0/24/8"}) {
    EXPECT_FALSE(ParseAddressRange(text)) << text;
  }
}

TEST(AddressRangeTest, OtherKindsOfSocketsHaveNone) {
  sockaddr_storage peer{};
  peer.ss_family = AF_UNIX;
  EXPECT_FALSE(AddressOf(peer));
}

}  // namespace
}  // namespace maillog
