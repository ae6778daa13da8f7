// Prefixes that are read in one go are what the reader of all forms reads: it gets the same line
// with the service in capitals, as 1.x wrote it.
#include <gtest/gtest.h>

#include <string>

#include "parser/dialect/dovecot/rules.h"

namespace maillog::dovecot {
namespace {

std::string InCapitals(std::string text, std::size_t size) {
  for (std::size_t i = 0; i < size && i < text.size(); ++i)
    text[i] = IsLower(text[i]) ? static_cast<char>(text[i] - 32) : text[i];
  return text;
}

TEST(TakePrefix, OfTheUsualFormReadsWhatTheReaderOfAllFormsReads) {
  const std::string names[] = {"lmtp", "imap", "pop3", "lda", "imap-login", "pop3-login", "auth"};
  const std::string rests[] = {
      "(1242): Connect from local",
      "(user@b.example)<1199><QGAlOkPSAWuvBAAAbw8qlA>: msgid=<a@b.example>: saved mail to INBOX",
      "(user)<1>: Error: Disk quota exceeded",
      "(user): session=<abc> Warning: Inactivity",
      "(user): session=<abc>",
      std::string("\0(user)<1>: b", 13),
      std::string("\0\0\0(user): b", 12),
      "(a (b) c)<1><2>: Info: d): e",
      "(a)b)<1><2>: c",
      "(a)<1 2>: b): c",
      "(a)<1><2: b",
      "(a)<<1>: b",
      "(): Debug: ",
      "(a) : b",
      "((a)): b",
      ": Login: user=<a>, method=PLAIN",
      ": Fatal: x",
      ":Login",
      "-x(a): b",
      " (a): b",
      "x(a): b"};
  for (const std::string& name : names) {
    for (const std::string& rest : rests) {
      const std::string whole = name + rest;
      for (std::size_t size = 0; size <= whole.size(); ++size) {
        const std::string cut = whole.substr(0, size);  // so that a sanitizer sees its end
        const std::string other = InCapitals(cut, name.size());
        const std::optional<Line> usual = TakePrefix(cut);
        const std::optional<Line> general = TakePrefix(other);
        ASSERT_EQ(usual.has_value(), general.has_value()) << cut;
        if (!usual) continue;
        EXPECT_EQ(usual->service, general->service) << cut;
        EXPECT_EQ(usual->level, general->level) << cut;
        EXPECT_EQ(usual->text.size(), general->text.size()) << cut;  // both are what is left
      }
    }
  }
}

TEST(ConnectionLine, IsNoDelivery) {
  for (const Daemon service : {Daemon::kDovecotLmtp, Daemon::kLda, Daemon::kDeliver}) {
    for (const std::string whole :
         {"Connect from local", "Disconnect from 192.0.2.1: Logged out"}) {
      for (std::size_t size = 0; size <= whole.size(); ++size) {
        const std::string cut = whole.substr(0, size);
        if (!IsConnectionLine(cut)) continue;
        EXPECT_TRUE(IsRelayLine(cut)) << cut;
        EXPECT_TRUE(std::holds_alternative<Unknown>(DeliveryEvent(service, cut))) << cut;
      }
    }
  }
  EXPECT_TRUE(IsConnectionLine("Connect from local"));
  EXPECT_TRUE(IsConnectionLine("Disconnect from local: x"));
  EXPECT_FALSE(IsConnectionLine("Connect from "));
  EXPECT_FALSE(IsConnectionLine("Disconnect from local"));
}

}  // namespace
}  // namespace maillog::dovecot
