#include "parser/label_form.h"

#include <gtest/gtest.h>

namespace maillog {
namespace {

TEST(LabelForm, ServicesAndInstancesHaveNames) {
  for (const std::string_view name : {"postfix",
                                      "postfix-out",
                                      "postfix-edge",
                                      "smtps",
                                      "submission",
                                      "10025",
                                      "smtp_in",
                                      "relay",
                                      "dovecot-lmtp",
                                      "mx1",
                                      "MX2",
                                      "Postfix2",
                                      "SERVER01",
                                      "srv01-dc02",
                                      "mail.example.com",
                                      "smtp-10025",
                                      "c++",
                                      "a",
                                      "1",
                                      "deadbeef",
                                      "feed01",
                                      "MySmtpRelay2in",
                                      "postfix-1.2.3",
                                      "o365-in",
                                      "s3",
                                      "spamassassin",
                                      "maildrop",
                                      "cyrus",
                                      "bsmtp",
                                      "scalemail-backend"})
    EXPECT_TRUE(IsServiceName(name)) << name;
  EXPECT_TRUE(IsServiceName(std::string(kMaxServiceName, 'x')));
}

TEST(LabelForm, AddressesPathsAndFreeTextAreNoNames) {
  for (const std::string_view text : {"",
                                      "user1@example.com",
                                      "@example.com",
                                      "<user1>",
                                      "127.0.0.1[127.0.0.1]:10025",
                                      "mail.example.com[192.0.2.1]:25",
                                      "/var/spool/postfix",
                                      "private/dovecot-lmtp",
                                      "../x",
                                      "a b",
                                      "a:b",
                                      "name=value",
                                      "-x",
                                      ".hidden",
                                      "_x",
                                      "+1",
                                      "x\n",
                                      "\xE3\x81\x82",
                                      "x\xff",
                                      "x%y",
                                      "x~y",
                                      "\"x\"",
                                      "x,y",
                                      "x;y"})
    EXPECT_FALSE(IsServiceName(text)) << text;
  EXPECT_FALSE(IsServiceName(std::string(kMaxServiceName + 1, 'x')));
  EXPECT_FALSE(IsServiceName(std::string_view("x\0y", 3)));
}

TEST(LabelForm, IpAddressesAreNoNames) {
  for (const std::string_view text :
       {"192.0.2.1", "1.2.3.4", "127.0.0.1", "192.0.2.1:25", "postfix-192.0.2.78", "ip192.0.2.1",
        "192.0.2.1x", "ip-192-0-2-1.example", "192_0_2_1", "1.2.192.0.2.1", "2001:db8::1", "::1",
        "[::1]", "fe80::1%eth0", "::ffff:192.0.2.1"})
    EXPECT_FALSE(IsServiceName(text)) << text;
}

TEST(LabelForm, IdsAreNoNames) {
  for (const std::string_view text :
       {"031B97815E", "4F9A31B97815E", "B54DA300087", "4bXk2Z1NqDz9CwR", "3WnFnL2bgZzyYr",
        "550e8400-e29b-41d4-a716-446655440000", "kX3bL+1rR8wKAAAB", "20261128", "out-031B97815E",
        "3f4e5d6c7b8a"})
    EXPECT_FALSE(IsServiceName(text)) << text;
}

TEST(LabelForm, HostsAreNamesOrIpAddresses) {
  for (const std::string_view host :
       {"mx", "mx1.example.com", "192.0.2.1", "2001:db8::1", "fe80::1%eth0", "my_host", "MX-1"})
    EXPECT_TRUE(IsHostName(host)) << host;
  EXPECT_TRUE(IsHostName(std::string(kMaxHostName, 'x')));
  for (const std::string_view text : {"", "user1@example.com", "src@mx", "mx/relay", "/etc/passwd",
                                      "<x>", "[::1]", "a b", "m\xff", "\xE3\x81\x82", "a,b"})
    EXPECT_FALSE(IsHostName(text)) << text;
  EXPECT_FALSE(IsHostName(std::string(kMaxHostName + 1, 'x')));
}

}  // namespace
}  // namespace maillog
