// Who tried to log in, and from where, in the lines of each server.
#include "activity/login_names.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "parser/dialect/record_parser.h"
#include "parser/envelope/message_reader.h"

namespace maillog::test {
namespace {

struct Case {
  const char* line;
  const char* client;
  const char* user;
};

constexpr Case kCases[] = {
    // Postfix; the user's name since 3.5, and only there
    {"Nov 21 10:00:00 mx postfix/smtpd[1]: warning: unknown[203.0.113.30]: SASL LOGIN "
     "authentication failed: UGFzc3dvcmQ6",
     "203.0.113.30", ""},
    {"Nov 21 10:00:00 mx postfix/smtps/smtpd[1]: warning: c.example[2001:db8::7]: SASL PLAIN "
     "authentication failed: (reason unavailable), sasl_username=info@example.com",
     "2001:db8::7", "info@example.com"},
    // the name is the client's
    {"Nov 21 10:00:00 mx postfix/smtpd[1]: warning: c.example[203.0.113.30]: SASL LOGIN "
     "authentication failed: x, sasl_username=a[192.0.2.1], sasl_username=b",
     "203.0.113.30", "a[192.0.2.1], sasl_username=b"},
    // Dovecot, old and new
    {"Nov 21 10:00:00 mx dovecot: imap-login: Disconnected (auth failed, 3 attempts in 5 secs): "
     "user=<info>, method=PLAIN, rip=203.0.113.30, lip=192.0.2.1, TLS, session=<abcdefgh>",
     "203.0.113.30", "info"},
    {"Nov 21 10:00:00 mx dovecot: pop3-login: Login aborted: Connection closed (auth failed, 1 "
     "attempts in 2 secs) (auth_failed): user=<a@example.com>, method=LOGIN, rip=2001:db8::7, "
     "lip=2001:db8::1, session=<abcdefgh>",
     "2001:db8::7", "a@example.com"},
    {"Nov 21 10:00:00 mx dovecot: imap-login: Aborted login (auth failed, 1 attempts): "
     "user=<info>, "
     "method=PLAIN, rip=203.0.113.30, lip=192.0.2.1",
     "203.0.113.30", "info"},
    // nobody gave a name
    {"Nov 21 10:00:00 mx dovecot: imap-login: Disconnected (auth failed, 1 attempts in 5 secs): "
     "user=<>, method=PLAIN, rip=203.0.113.30, lip=192.0.2.1, session=<abcdefgh>",
     "203.0.113.30", ""},
    // a name that claims another address, and another end
    {"Nov 21 10:00:00 mx dovecot: imap-login: Disconnected (auth failed, 1 attempts in 5 secs): "
     "user=<x>, method=PLAIN, rip=192.0.2.66, lip=192.0.2.1>, method=PLAIN, rip=203.0.113.30, "
     "lip=192.0.2.1, session=<abcdefgh>",
     "203.0.113.30", "x"},
    // a log format without addresses
    {"Nov 21 10:00:00 mx dovecot: imap-login: Disconnected (auth failed, 1 attempts in 5 secs): "
     "user=<info>, method=PLAIN",
     "", "info"},
    // E-Post
    {"[30/Nov/2017:08:22:06], (mx.example.jp), cl.example.net[203.0.113.9], "
     "AUTH-LOGIN:user@example.jp [failed],<B0000097587>,abort",
     "203.0.113.9", "user@example.jp"},
    {"[30/Nov/2017:08:22:06], (mx.example.jp), cl.example.net[203.0.113.9], "
     "AUTH-LOGIN:a], AUTH-PLAIN:b [x [failed],<B0000097587>,abort",
     "203.0.113.9", "a], AUTH-PLAIN:b [x"},
    {"[30/Nov/2017:08:20:44] - from 192.0.2.1 LOGIN \"a user\" **** failed", "192.0.2.1",
     "\"a user\""},
    {"[30/Nov/2017:08:20:44] - from 2001:db8::1 AUTHENTICATE PLAIN failed", "2001:db8::1", ""},
    {"user from 192.0.2.1 PASS **** [30/Nov/2017:08:20:44] -ERR user logon failed(1326) in PASS",
     "192.0.2.1", "user"},
    {"[30/Nov/2017:08:20:44] - from 192.0.2.1 LOGIN \"x from 192.0.2.99 LOGIN y\" **** failed",
     "192.0.2.1", "\"x from 192.0.2.99 LOGIN y\""}};

TEST(LoginNames, AreThoseOfTheLine) {
  RecordParser parser;
  const auto scratch = std::make_unique<MessageScratch>();
  for (const Case& one : kCases) {
    SCOPED_TRACE(one.line);
    MessageReader reader(one.line, *scratch);
    Record record;
    EnvelopeResult result{};
    ASSERT_TRUE(reader.Next(record, result));
    ASSERT_EQ(result, EnvelopeResult::kRecord);
    const Event event = parser.Parse(record);
    ASSERT_EQ(OutcomeOf(event), Outcome::kCounted);
    const LoginNames names = NamesOfLogin(record, event);
    EXPECT_EQ(names.client, one.client);
    EXPECT_EQ(names.user, one.user);
  }
}

// Wherever a line ends.
TEST(LoginNames, AreInsideTheLine) {
  RecordParser parser;
  for (const Case& one : kCases) {
    const std::string_view line = one.line;
    const auto scratch = std::make_unique<MessageScratch>();
    MessageReader reader(line, *scratch);
    Record whole;
    EnvelopeResult result{};
    ASSERT_TRUE(reader.Next(whole, result));
    const Event event = parser.Parse(whole);
    for (std::size_t cut = 0; cut <= whole.message.size(); ++cut) {
      Record record = whole;
      const std::string message(whole.message.substr(0, cut));  // its end is guarded
      record.message = message;
      const LoginNames names = NamesOfLogin(record, event);
      EXPECT_LE(names.client.size() + names.user.size(), message.size());
    }
  }
}

}  // namespace
}  // namespace maillog::test
