// The form that is read in one go gives the record that the list of readers gives, or is left to
// it.
#include "parser/envelope/usual_form.h"

#include <gtest/gtest.h>

#include "parser/envelope/envelopes.h"

namespace maillog {
namespace {

void ExpectSame(const Record& record, const Record& expected) {
  EXPECT_EQ(record.stamp, expected.stamp);
  EXPECT_EQ(record.host, expected.host);
  EXPECT_EQ(record.program, expected.program);
  EXPECT_EQ(record.message, expected.message);
  EXPECT_EQ(record.times, expected.times);
  EXPECT_EQ(record.speaker, expected.speaker);
}

TEST(UsualForm, IsWhatTheReadersRead) {
  constexpr std::string_view kLines[] = {
      "Nov 21 10:00:00 mx postfix/smtpd[123]: connect from a.example[192.0.2.1]",
      "Nov  1 10:00:00 mx dovecot: imap-login: Login: user=<bob>",
      "Nov 21 10:00:00 mx postfix-out/submission/smtpd[1]: lost connection after AUTH from x[::1]",
      "Jul 25 XX:XX:XX ms** postfix/smtpd[XXXXX]: x",
      "2026-11-21T10:00:00+09:00 mx postfix/smtpd[123]: x",
      "2026-11-21T10:00:00.123456Z mx postfix/smtpd[123]: x",
      "Nov 21 10:00:00  dovecot: x",
  };
  for (const std::string_view line : kLines) {
    Record record;
    EXPECT_TRUE(internal::ReadUsualForm(line, record)) << line;
    Record expected;
    ASSERT_EQ(ParseEnvelope(line, expected), EnvelopeResult::kRecord) << line;
    ExpectSame(record, expected);
  }
}

TEST(UsualForm, LeavesOthersToTheReaders) {
  constexpr std::string_view kLines[] = {
      "",
      "Nov 21 10:00:00 ",
      "Nov 21 10:00:00 : x",
      "Nov 21 10:00:00 [1]: x",
      "Nov 21 10:00:00 mx : x",
      "Nov 21 10:00:00 mx a b: x",
      "Nov 21 10:00:00 mx(1) postfix/smtpd[123]: x",
      "Nov 21 10:00:00 mx<1 postfix/smtpd[123]: x",
      "Nov 21 10:00:00 mx=1 postfix/smtpd[123]: x",
      "Nov 2110:00:00 mx postfix/smtpd[123]: x",
      "N0v 21 10:00:00 mx postfix/smtpd[123]: x",
      "No[ 21 10:00:00 mx postfix/smtpd[123]: x",
      "Nov 21-10:00:00 mx postfix/smtpd[123]: x",
      "Nov 21 10.00:00 mx postfix/smtpd[123]: x",
      "Nov 21 10:00.00 mx postfix/smtpd[123]: x",
      "Nov 21 10:00:00\tmx postfix/smtpd[123]: x",
      "Nov 21 10:00:00 mx",
      "Nov 21 10:00:00 mx -- MARK --",
      "Nov 21 10:00:00 mx postfix/smtpd[123",
      "Nov 21 10:00:00 mx postfix/smtpd[123]",
      "Nov 21 10:00:00 mx postfix/smtpd[123]:",
      "Nov 21 10:00:00 mx postfix/smtpd[123]: ",
      "Nov 21 10:00:00 mx postfix/smtpd[123]:x",
      "Nov 21 10:00:00 mx postfix/smtpd[123]:  x",
      "Nov 21 10:00:00 mx postfix/smtpd[1 2]: x",
      "Nov 21 10:00:00 mx mail.info postfix/smtpd[123]: x",
      "Nov 21 10:00:00 mx postfix/smtpd[123]: [ID 197553 mail.info] x",
      "Nov 21 10:00:00 mx dovecot: message repeated 2 times: [ x]",
      "Nov 21 10:00:00 mx syslogd: last message repeated 2 times",
      "Nov 21 10:00:00 imap-login: Info: x",
      "Nov 21 10:00:00 imap(bob)<1><a>: Info: x",
      "Nov 21 10:00:00 postfix/smtpd[123]: x",
      "Nov 21 10:00:00 mx postfix/smtpd[123]: x\r",
      "Nov 21 10:00:00.123 mx postfix/smtpd[123]: x",
      "2026-11-21 10:00:00 mx postfix/smtpd[123]: x",
      "<22>Nov 21 10:00:00 mx postfix/smtpd[123]: x",
  };
  for (const std::string_view line : kLines) {
    Record record;
    EXPECT_FALSE(internal::ReadUsualForm(line, record)) << line;
  }
}

TEST(UsualForm, TheHostOfAnotherLineMakesNoDifference) {
  constexpr std::string_view kLines[] = {
      "Nov 21 10:00:00 mx postfix/smtpd[123]: connect from a.example[192.0.2.1]",
      "Nov 21 10:00:00 mx postfix/smtpd[12345678]: x",
      "Nov 21 10:00:00 mx postfix/smtpd[123456789]: x",
      "Nov 21 10:00:00 mx postfix/smtpd[]: x",
      "Nov 21 10:00:00 mx postfix/smtpd[1 2]: x",
      "Nov 21 10:00:00 mx postfix/smtpd[1",
      "Nov 21 10:00:00 mx(1) postfix/smtpd[123]: x",
      "Nov 21 10:00:00 mx",
  };
  for (const std::string_view line : kLines) {
    Record expected;
    const bool is_usual = internal::ReadUsualForm(line, expected);
    for (const std::string_view host :
         {"mx", "m", "mxx", "other", "a.name.that.is.longer.than.a.line.has"}) {
      Record record;
      EXPECT_EQ(internal::ReadUsualForm(line, record, host), is_usual) << line << host;
      if (is_usual) ExpectSame(record, expected);
    }
  }
}

TEST(UsualForm, OfAnyFrontIsReadAlike) {
  constexpr std::string_view kLine =
      "2026-11-21T10:00:00.123456+09:00 mx postfix/smtpd[123]: last message repeated 2 times";
  for (std::size_t size = 0; size <= kLine.size(); ++size) {
    Record record;
    if (!internal::ReadUsualForm(kLine.substr(0, size), record)) continue;
    Record expected;
    ASSERT_EQ(ParseEnvelope(kLine.substr(0, size), expected), EnvelopeResult::kRecord);
    ExpectSame(record, expected);
  }
}

}  // namespace
}  // namespace maillog
