#include "exporter/trace/trace_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace maillog::test {
namespace {

using Kind = TraceLine::Kind;

TraceLine Read(std::string_view program, std::string_view message) {
  const std::optional<TraceLine> line =
      ReadTraceLine({.host = "mx1", .program = program, .message = message});
  EXPECT_TRUE(line) << message;
  return line.value_or(TraceLine{});
}

TEST(TraceLineTest, NamesOfAClient) {
  const TraceLine line = Read("postfix/submission/smtpd",
                              "6D5AB1B2F61: client=c5.example[198.51.100.5], sasl_method=LOGIN, "
                              "sasl_username=user1@lab.example");
  EXPECT_EQ(line.kind, Kind::kClient);
  EXPECT_EQ(line.syslog_name, "postfix");
  EXPECT_EQ(line.queue_id, "6D5AB1B2F61");
  EXPECT_EQ(line.client, "c5.example[198.51.100.5]");
  EXPECT_EQ(line.user, "user1@lab.example");
}

TEST(TraceLineTest, TheMailThatAFilterReturnsIsBelievedOnlyWhereSmtpdSaysIt) {
  const TraceLine line = Read("postfix/reinject/smtpd",
                              "479CE1D8AE9: client=localhost[127.0.0.1], "
                              "orig_queue_id=331B91D8AF2, orig_client=c5.example[198.51.100.5]");
  EXPECT_EQ(line.other_id, "331B91D8AF2");
  EXPECT_EQ(line.client, "c5.example[198.51.100.5]");
  const TraceLine hostile = Read("postfix/smtpd",
                                 "479CE1D8AE9: client=a.example[192.0.2.1], sasl_method=PLAIN, "
                                 "sasl_username=x, orig_queue_id=331B91D8AF2");
  EXPECT_EQ(hostile.other_id, "");
  EXPECT_EQ(hostile.user, "x, orig_queue_id=331B91D8AF2");
}

TEST(TraceLineTest, NamesOfADelivery) {
  const TraceLine line = Read("postfix-out/smtp",
                              "4jWzRM3SZfzFPxc: to=<\"a, b>\"@example.com>, orig_to=<list>, "
                              "relay=mx.example[192.0.2.26]:25, delay=0.06, delays=0/0/0/0, "
                              "dsn=5.1.1, status=bounced (host said: 550 (no), status=sent (x))");
  EXPECT_EQ(line.kind, Kind::kDelivery);
  EXPECT_EQ(line.syslog_name, "postfix-out");
  EXPECT_EQ(line.to, "\"a, b>\"@example.com");
  EXPECT_EQ(line.orig_to, "list");
  EXPECT_EQ(line.relay, "mx.example[192.0.2.26]:25");
  EXPECT_EQ(line.dsn, "5.1.1");
  EXPECT_EQ(line.said, "host said: 550 (no), status=sent (x)");
}

TEST(TraceLineTest, KindsOfOtherLines) {
  EXPECT_EQ(Read("postfix/qmgr", "4B94D1B2CE8: removed").kind, Kind::kRemoved);
  EXPECT_EQ(Read("postfix/postsuper", "4B94D1B2CE8: removed").kind, Kind::kDeleted);
  EXPECT_EQ(Read("postfix/postsuper", "4B94D1B2CE8: placed on hold").kind, Kind::kHeld);
  EXPECT_EQ(Read("postfix/pickup", "3ADC31B20D0: uid=0 from=<root>").from, "root");
  EXPECT_EQ(Read("postfix/cleanup", "3ADC31B20D0: message-id=<a@b>").message_id, "a@b");
  EXPECT_EQ(
      Read("postfix/qmgr", "3ADC31B20D0: from=<a@b>, status=expired, returned to sender").kind,
      Kind::kExpired);
  EXPECT_EQ(
      Read("postfix/qmgr", "3ADC31B20D0: from=<a@b>, status=force-expired, returned to sender")
          .kind,
      Kind::kExpired);
  const TraceLine requeued =
      Read("postfix/pickup", "2523EA9A03E: uid=103 from=<a@b> orig_id=BFDBCA9A065");
  EXPECT_EQ(requeued.kind, Kind::kPickup);
  EXPECT_EQ(requeued.from, "a@b");
  EXPECT_EQ(requeued.other_id, "BFDBCA9A065");
  EXPECT_EQ(Read("postfix/pickup", "2523EA9A03E: uid=103 from=<a> orig_id=BFDBCA9A065>").other_id,
            "")
      << "a sender that a user of the host has chosen";
  EXPECT_EQ(
      Read("postfix/bounce", "714F91B2F65: sender non-delivery notification: 7A03F1B2F73").other_id,
      "7A03F1B2F73");
  const TraceLine refused = Read("postfix/smtpd",
                                 "NOQUEUE: reject: RCPT from c.example[198.51.100.27]: 450 4.1.8 "
                                 "<x@y>: no; from=<x@y> to=<u@lab.example> proto=ESMTP helo=<c>");
  EXPECT_EQ(refused.kind, Kind::kRefused);
  EXPECT_EQ(refused.queue_id, "");
  EXPECT_EQ(refused.from, "x@y");
  EXPECT_EQ(refused.to, "u@lab.example");
}

TEST(TraceLineTest, OtherProgramsSayNothing) {
  for (const std::string_view program : {"dovecot", "sshd", ""}) {
    EXPECT_FALSE(ReadTraceLine({.program = program, .message = "4B94D1B2CE8: removed"})) << program;
  }
  EXPECT_FALSE(ReadTraceLine({.program = "postfix/qmgr", .message = "warning: x: removed"}));
}

TEST(TraceLineTest, WhereAMailGoesOn) {
  EXPECT_EQ(QueuedAs("250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as "
                     "479CE1D8AE9"),
            "479CE1D8AE9");
  EXPECT_EQ(QueuedAs("forwarded as 7A03F1B2F73"), "7A03F1B2F73");
  EXPECT_EQ(QueuedAs("250 Ok: queued as 479CE1D8AE9 for later"), "");
  EXPECT_EQ(QueuedAs("250 Ok"), "");
}

TEST(TraceLineTest, LinesAboutAMailbox) {
  const Record saved{.program = "dovecot",
                     .message =
                         "lmtp(user3@lab.example)<1132><0IkfEy/SAWtsBAAAbw8qlA>: "
                         "msgid=<2d38f343.595873@sender2.example>: saved mail to INBOX"};
  const auto line = ReadMailboxLine(saved);
  ASSERT_TRUE(line);
  EXPECT_EQ(line->kind, MailboxLine::Kind::kSaved);
  EXPECT_EQ(line->user, "user3@lab.example");
  EXPECT_EQ(line->mailbox, "INBOX");
  EXPECT_EQ(line->message_id, "2d38f343.595873@sender2.example");
  const auto deleted = ReadMailboxLine(
      {.program = "dovecot",
       .message = "imap(user8)<2831><ML/H>: expunge: box=INBOX, uid=4, msgid=<a@b>, size=3963, "
                  "from=x, subject=y, flags=(\\Deleted \\Seen)"});
  ASSERT_TRUE(deleted);
  EXPECT_EQ(deleted->kind, MailboxLine::Kind::kDeleted);
  EXPECT_EQ(deleted->user, "user8");
  EXPECT_EQ(deleted->message_id, "a@b");
  EXPECT_FALSE(ReadMailboxLine({.program = "sshd", .message = "msgid=<a@b>: saved mail to INBOX"}));
}

TEST(TraceLineTest, LinesOfFilters) {
  EXPECT_EQ(QueueIdInPassing({.program = "opendkim",
                              .message = "4B94D1B2CE8: DKIM-Signature field "
                                         "added (s=mail, d=example.com)"}),
            "4B94D1B2CE8");
  EXPECT_EQ(QueueIdInPassing(
                {.program = "amavis",
                 .message = "(01-02) Passed CLEAN {RelayedInbound}, [192.0.2.1]:1 <a@b> -> <c@d>, "
                            "Queue-ID: 331B91D8AF2, Message-ID: <a@b>, queued_as: 479CE1D8AE9"}),
            "331B91D8AF2");
  EXPECT_EQ(QueueIdInPassing({.program = "postfix/smtpd",
                              .message = "proxy-accept: END-OF-MESSAGE: 250 2.0.0 Ok: queued as "
                                         "42C651B23C5; from=<a@b> to=<c@d> proto=ESMTP helo=<x>"}),
            "42C651B23C5");
}

}  // namespace
}  // namespace maillog::test
