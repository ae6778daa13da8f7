#include "exporter/os/listen_address.h"

#include <gtest/gtest.h>

namespace maillog {
namespace {

TEST(ListenAddressTest, ThreeFormsAreRead) {
  EXPECT_EQ(ParseListenAddress(":9025"), (ListenAddress{"", 9025}));
  EXPECT_EQ(ParseListenAddress("127.0.0.1:0"), (ListenAddress{"127.0.0.1", 0}));
  EXPECT_EQ(ParseListenAddress("mx.example.com:65535"), (ListenAddress{"mx.example.com", 65535}));
  EXPECT_EQ(ParseListenAddress("[::1]:9025"), (ListenAddress{"::1", 9025}));
  EXPECT_EQ(ParseListenAddress("[fe80::1]:1"), (ListenAddress{"fe80::1", 1}));
}

TEST(ListenAddressTest, OthersAreNot) {
  for (const char* text :
       {"", ":", "9025", "host", "host:", "::1", "::1:9025", "[::1]", "[]:1", "[x]:1", ":65536",
        ":-1", ":+1", ":1x", ": 1", "a,b:1", "[::1:1", "http://x:1"}) {
    EXPECT_EQ(ParseListenAddress(text), std::nullopt) << text;
  }
}

TEST(ListenAddressTest, APortThatIsTooLargeIsSaidToBe) {
  for (const char* text : {":65536", "127.0.0.1:99999999999999999999", "[::1]:70000"}) {
    EXPECT_EQ(WhyNoAddress(text), "has a port over 65535") << text;
  }
  for (const char* text : {"", ":", "9025", "::1:70000", "a b:70000", ":1x"}) {
    EXPECT_EQ(WhyNoAddress(text), "is not host:port, [ipv6]:port or :port") << text;
  }
}

TEST(ListenAddressTest, TextIsAsWritten) {
  for (const char* text : {":9025", "127.0.0.1:1", "[::1]:9025", "localhost:80"}) {
    EXPECT_EQ(ToText(*ParseListenAddress(text)), text);
  }
}

TEST(ListenAddressTest, FreePortsCanBeListenedOn) {
  EXPECT_EQ(WhyNotListen({"127.0.0.1", 0}), "");
  EXPECT_EQ(WhyNotListen({"", 0}), "");
  // A documentation address, which no machine has.
  EXPECT_EQ(WhyNotListen({"192.0.2.1", 0}), "Cannot assign requested address");
}

}  // namespace
}  // namespace maillog
