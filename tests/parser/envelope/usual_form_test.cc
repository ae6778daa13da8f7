// The form that is read in one go gives the record that the list of readers gives, or is left to
// it.
#include "parser/envelope/usual_form.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

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
      "Nov r1 10:00:00 mail.info postfix/smtpd[123]: x",
      "2026-11-21T10:00:00+09:00 mx postfix/smtpd[123]: x",
      "2026-11-21T10:00:00.123456Z mx postfix/smtpd[123]: x",
      "Nov 21 10:00:00  dovecot: x",
  };
  for (const std::string_view line : kLines) {
    Record record;
    EXPECT_TRUE(internal::UsualForm().Read(line, record)) << line;
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
    EXPECT_FALSE(internal::UsualForm().Read(line, record)) << line;
  }
}

TEST(UsualForm, TheLineBeforeMakesNoDifference) {
  constexpr std::string_view kLines[] = {
      "Nov 21 10:00:00 mx postfix/smtpd[123]: connect from a.example[192.0.2.1]",
      "Nov 21 23:59:59 mx postfix/smtpd[12345678]: a message of more than sixteen bytes",
      "Nov 21 10:00:00 mx postfix/smtpd[123456789]: x",
      "Nov  1 10:00:00 mx postfix/smtpd[]: x",
      "Nov 21 10:00:00 mx postfix/smtpd[1 2]: x",
      "Nov 21 10:00:00 mx postfix/smtpd[1",
      "Nov 21 10:00:00 mx(1) postfix/smtpd[123]: x",
      "Nov 21 XX:XX:XX mx postfix/smtpd[123]: connect from a.example[192.0.2.1]",
      "Nov 21 10:00:00 m postfix/smtpd[123]: connect from a.example[192.0.2.1]",
      "Nov 21 10:00:00 mxx postfix/smtpd[123]: connect from a.example[192.0.2.1]",
      "Nov 21 10:00:00 mx2 postfix/smtpd[123]: connect from a.example[192.0.2.1]",
      "Nov 21 10:00:00  dovecot: imap-login: Login: user=<bob>, method=PLAIN",
      "Nov 21 10:00:00 mx -- MARK --",
      "Nov 21 10:00:00 mx",
      "2026-11-21T10:00:00.123456+09:00 mx postfix/smtpd[123]: connect from a.example[192.0.2.1]",
      "2026-11-21T10:00:00.654321+09:00 mx postfix/smtpd[9]: x",
      "2026-11-21T10:00:00.65432+09:00 mx postfix/smtpd[9]: x",
      "2026-11-21T10:00:00.123456-09:00 mx postfix/smtpd[123]: x",
      "2026-11-21T10:00:00.123456Z mx postfix/smtpd[123]: x",
      "2026-11-21T10:00:00.12a456Z mx postfix/smtpd[123]: x",
      "2026-11-21T10:00:00.123456+09:00 a.host.whose.name.is.longer.than.is.remembered dovecot: x",
      "",
      std::string_view("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 32),
  };
  for (const std::string_view before : kLines) {
    for (const std::string_view line : kLines) {
      internal::UsualForm form;
      Record record;
      (void)form.Read(before, record);
      Record expected;
      const bool is_usual = internal::UsualForm().Read(line, expected);
      EXPECT_EQ(form.Read(line, record), is_usual) << before << '\n' << line;
      if (is_usual) ExpectSame(record, expected);
    }
  }
}

TEST(UsualForm, RemembersWhatFitsTheLine) {
  constexpr std::string_view kLine =
      "Nov 21 10:00:00 mx postfix/smtpd[123]: connect from a.example";
  internal::UsualForm form;
  for (std::size_t size = kLine.size() + 1; size-- > 0;) {
    // In a place of its own, so that AddressSanitizer sees what is read after it.
    const std::string cut(kLine.substr(0, size));
    Record record;
    Record expected;
    const bool is_usual = internal::UsualForm().Read(cut, expected);
    EXPECT_EQ(form.Read(cut, record), is_usual) << cut;
    if (is_usual) ExpectSame(record, expected);
  }
}

TEST(UsualForm, OfAnyFrontIsReadAlike) {
  constexpr std::string_view kLine =
      "2026-11-21T10:00:00.123456+09:00 mx postfix/smtpd[123]: last message repeated 2 times";
  for (std::size_t size = 0; size <= kLine.size(); ++size) {
    Record record;
    if (!internal::UsualForm().Read(kLine.substr(0, size), record)) continue;
    Record expected;
    ASSERT_EQ(ParseEnvelope(kLine.substr(0, size), expected), EnvelopeResult::kRecord);
    ExpectSame(record, expected);
  }
}

}  // namespace
}  // namespace maillog
