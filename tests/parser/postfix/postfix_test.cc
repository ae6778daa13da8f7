#include "parser/dialect/postfix/postfix.h"

#include <gtest/gtest.h>

#include <random>

#include "parser/dialect/postfix/line.h"
#include "parser/event_text.h"
#include "tests/parser/postfix/first_word.h"
#include "tests/support/cases.h"

namespace maillog::postfix {
namespace {

std::string Said(std::string_view program, std::string_view message) {
  Record record;
  record.program = program;
  record.message = message;
  return EventText(maillog::test::EventOf(record));
}

TEST(PostfixCases, BecomeTheirEvents) { maillog::test::CheckCases("postfix"); }

TEST(PostfixCases, HaveNoCatchAll) {
  maillog::test::CheckNoCatchAll("postfix", test::FirstFixedWord);
}

// Sixteen bytes are looked at at once where there are as many: the text after them makes no
// difference.
TEST(PostfixQueueId, IsOneWhateverFollows) {
  constexpr std::string_view kBytes = "019AEFGZaefgzUuXx*-:_ \x80";
  std::mt19937 dice(1);
  int ids = 0;
  for (int i = 0; i < 100'000; ++i) {
    const bool hexadecimal = dice() % 2 == 0;
    std::string id;
    for (auto size = dice() % 20; size > 0; --size)
      id += hexadecimal ? "0123456789ABCDEF"[dice() % 16] : "0123456789BCDFxyz"[dice() % 17];
    if (!id.empty() && dice() % 2 == 0) id[dice() % id.size()] = kBytes[dice() % kBytes.size()];
    const std::string message = id + ": ";
    std::string_view alone = message;
    const QueueRef ref = TakeQueueRef(alone);
    const std::string longer = message + "removed and some more";
    std::string_view text = longer;
    EXPECT_EQ(TakeQueueRef(text), ref) << id;
    EXPECT_EQ(longer.size() - text.size(), message.size() - alone.size()) << id;
    ids += ref == QueueRef::kQueueId ? 1 : 0;
  }
  EXPECT_GT(ids, 20'000);
}

TEST(PostfixProgram, IsTakenApart) {
  constexpr std::string_view kMessage = "connect from a.example[192.0.2.1]";
  EXPECT_EQ(Said("postfix/smtpd", kMessage), "smtp_connection server=postfix syslog_name=postfix");
  EXPECT_EQ(Said("postfix-out/submission/smtpd", kMessage),
            "smtp_connection server=postfix syslog_name=postfix-out listener=submission");
  EXPECT_EQ(Said("mx/in/out/smtpd", kMessage),
            "smtp_connection server=postfix syslog_name=mx listener=other");
}

TEST(PostfixProgram, OfAnotherNameIsForeign) {
  constexpr std::string_view kMessage = "connect from a.example[192.0.2.1]";
  for (const std::string_view program :
       {"smtpd", "postfix/lab", "postfix/", "/smtpd", "postfix/smtpd/policyd-spf", "postfixsmtpd",
        "dovecotx", "", "/", "postfix/SMTPD"}) {
    EXPECT_EQ(Said(program, kMessage), "foreign") << program;
  }
}

TEST(PostfixProgram, OfAnotherSpeakerIsForeign) {
  Record record;
  record.program = "postfix/smtpd";
  record.message = "connect from a.example[192.0.2.1]";
  record.speaker = Speaker::kDovecot;
  EXPECT_FALSE(Speaks(record));
}

TEST(PostfixProgram, CutAtTheSlashRecoversWholeMessages) {
  EXPECT_EQ(Said("postfix", "connect from a.example[192.0.2.1]"),
            "smtp_connection server=postfix syslog_name=postfix");
  EXPECT_EQ(Said("postfix", "031B97815E: removed"),
            "queue_removed server=postfix syslog_name=postfix");
  EXPECT_EQ(Said("postfix", " 031B97815E: removed"),
            "queue_removed server=postfix syslog_name=postfix");
  EXPECT_EQ(Said("postfix", "031B97815E: client=a.example[192.0.2.1]"), "ignored");
  EXPECT_EQ(Said("postfix", "warning: hostname a does not resolve to address 192.0.2.1"),
            "ignored");
  EXPECT_EQ(Said("postfix", "lost connection after DATA from a.example[192.0.2.1]"), "ignored");
  EXPECT_EQ(Said("postfix", "zzz from a.example[192.0.2.1]"), "unknown");
}

TEST(PostfixMessage, WithoutAnyTextIsUnknown) {
  for (const std::string_view program :
       {"postfix/smtpd", "postfix/qmgr", "postfix/cleanup", "postfix/smtp", "postfix/master",
        "postfix/postscreen", "postfix/pickup", "postfix/anvil", "postfix"}) {
    EXPECT_EQ(Said(program, ""), "unknown") << program;
    EXPECT_EQ(Said(program, "031B97815E: "), "unknown") << program;
    EXPECT_EQ(Said(program, "NOQUEUE: "), "unknown") << program;
  }
}

TEST(PostfixMessage, CutAnywhereIsSurvived) {
  constexpr std::string_view kMessages[] = {
      "031B97815E: to=<\"a b\\\"\"@x.example>, orig_to=<root>, relay=x[192.0.2.1]:25, conn_use=2, "
      "delay=0.5, delays=0.1/0/0.1/0.3, tls=may, dsn=5.1.1, status=bounced (host said: 550 5.1.1 "
      "<a>: no (in reply to RCPT TO command))",
      "NOQUEUE: reject: RCPT from a[192.0.2.1]:4711: 450 4.1.1 <x>: Helo command rejected: no; "
      "from=<a> to=<b> proto=ESMTP helo=<c>",
      "disconnect from a[192.0.2.1] ehlo=1 auth=0/1 commands=1/2",
      "a[192.0.2.1]: SASL LOGIN authentication failed: x, sasl_username=y",
  };
  for (const std::string_view message : kMessages) {
    for (std::size_t size = 0; size <= message.size(); ++size) {
      const std::string cut(message.substr(0, size));
      for (const std::string_view program : {"postfix/smtpd", "postfix/smtp", "postfix"}) {
        EXPECT_FALSE(Said(program, cut).empty());
        EXPECT_FALSE(Said(program, "warning: " + cut).empty());
      }
    }
  }
}

}  // namespace
}  // namespace maillog::postfix
