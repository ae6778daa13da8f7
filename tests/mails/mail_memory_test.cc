// What the lines of one mail, and of a few, come to.
#include "mails/mail_memory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/mails/mail_fold.h"

namespace maillog::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const std::string kFromOutside = "smtpd: 4F1B2C3D0A: client=mail.example[192.0.2.1]";
const std::string kActive =
    "qmgr: 4F1B2C3D0A: from=<a@example.com>, size=900, nrcpt=1 (queue active)";
const std::string kToMailbox =
    "lmtp: 4F1B2C3D0A: to=<b@example.org>, relay=mx[private/dovecot-lmtp], delay=1.5, "
    "delays=1/0/0/0.5, dsn=2.0.0, status=sent (250 2.0.0 Saved)";
const std::string kRemoved = "qmgr: 4F1B2C3D0A: removed";

std::vector<std::string> Ended(const std::vector<std::string>& lines) {
  return MailFold().Read(Lines(lines)).ended();
}

/// Smtp's line of a recipient elsewhere.
std::string ToRemote(const std::string& id, const std::string& status, const std::string& delay) {
  return "smtp: " + id +
         ": to=<c@example.net>, relay=mx.example.net[198.51.100.7]:25, delay=" + delay +
         ", delays=0/0/0/0, dsn=2.0.0, status=" + status;
}
TEST(MailMemory, CountsAMailOnceWhenItHasLeftTheQueue) {
  MailFold fold;
  fold.Read(Lines({kFromOutside, kActive, kToMailbox}));
  EXPECT_THAT(fold.ended(), IsEmpty());
  fold.Read(Lines({kRemoved}));
  EXPECT_THAT(fold.ended(), ElementsAre("incoming delivered 1500ms 1x 1rcpt 900b"));
  fold.Read(Lines({kRemoved, kToMailbox, kActive}));
  EXPECT_THAT(fold.ended(), SizeIs(1));
}

TEST(MailMemory, TellsDirectionsByBothEnds) {
  const std::string to_remote = ToRemote("4F1B2C3D0A", "sent (250 ok)", "2");
  const std::string own =
      "submission/smtpd: 4F1B2C3D0A: client=pc.example[192.0.2.9], "
      "sasl_method=PLAIN, sasl_username=a@example.com";
  EXPECT_THAT(Ended({own, kActive, to_remote, kRemoved}),
              ElementsAre("outgoing delivered 2000ms 1x 1rcpt 900b"));
  EXPECT_THAT(Ended({own, kActive, kToMailbox, kRemoved}),
              ElementsAre("internal delivered 1500ms 1x 1rcpt 900b"));
  EXPECT_THAT(Ended({kFromOutside, kActive, to_remote, kRemoved}),
              ElementsAre("relayed delivered 2000ms 1x 1rcpt 900b"));
  EXPECT_THAT(Ended({"pickup: 4F1B2C3D0A: uid=0 from=<root>", kActive, to_remote, kRemoved}),
              ElementsAre("outgoing delivered 2000ms 1x 1rcpt 900b"));
  for (const std::string& near : std::vector<std::string>{
           "127.0.0.1", "::1", "10.1.2.3", "172.31.0.1", "192.168.7.7", "fd00::7", "fe80::1"}) {
    EXPECT_THAT(
        Ended({"smtpd: 4F1B2C3D0A: client=host[" + near + "]", kActive, to_remote, kRemoved}),
        ElementsAre("outgoing delivered 2000ms 1x 1rcpt 900b"))
        << near;
  }
  for (const std::string& far :
       std::vector<std::string>{"172.32.0.1", "172.15.9.9", "11.0.0.1", "2001:db8::1"}) {
    EXPECT_THAT(
        Ended({"smtpd: 4F1B2C3D0A: client=host[" + far + "]", kActive, to_remote, kRemoved}),
        ElementsAre("relayed delivered 2000ms 1x 1rcpt 900b"))
        << far;
  }
  const std::string to_private =
      "smtp: 4F1B2C3D0A: to=<c@example.net>, relay=store.lan[10.0.0.5]:25, delay=2, "
      "delays=0/0/0/0, dsn=2.0.0, status=sent (250 ok)";
  EXPECT_THAT(Ended({kFromOutside, kActive, to_private, kRemoved}),
              ElementsAre("incoming delivered 2000ms 1x 1rcpt 900b"));
}

TEST(MailMemory, ANullSenderMakesANotice) {
  const std::string notice = "4F1B2C3D0B";
  EXPECT_THAT(Ended({"bounce: 4F1B2C3D0A: sender non-delivery notification: " + notice,
                     "qmgr: " + notice + ": from=<>, size=70, nrcpt=1 (queue active)",
                     ToRemote(notice, "sent (250 ok)", "3"), "qmgr: " + notice + ": removed"}),
              ElementsAre("notice delivered 3000ms 1x 1rcpt 70b"));
  // Postfix's own, of which no other line says where it comes from.
  EXPECT_THAT(Ended({"qmgr: 4F1B2C3D0A: from=<double-bounce@mx.example>, size=5, nrcpt=1 (queue "
                     "active)",
                     kToMailbox, kRemoved}),
              ElementsAre("notice delivered 1500ms 1x 1rcpt 5b"));
}

TEST(MailMemory, TellsOutcomesByAllRecipients) {
  const std::string two =
      "qmgr: 4F1B2C3D0A: from=<a@example.com>, size=900, nrcpt=2 (queue active)";
  const std::string bounced = ToRemote("4F1B2C3D0A", "bounced (550 5.1.1 no)", "2");
  const std::string deferred = ToRemote("4F1B2C3D0A", "deferred (450 4.2.1 later)", "2");
  const std::string expired =
      "qmgr: 4F1B2C3D0A: from=<a@example.com>, status=expired, returned to "
      "sender";
  EXPECT_THAT(Ended({kFromOutside, two, kToMailbox, bounced, kRemoved}),
              ElementsAre("incoming partly 2000ms 1x 2rcpt 900b"));
  EXPECT_THAT(Ended({kFromOutside, kActive, bounced, kRemoved}),
              ElementsAre("relayed bounced 2000ms 1x 1rcpt 900b"));
  EXPECT_THAT(Ended({kFromOutside, kActive, deferred, expired, kRemoved}),
              ElementsAre("relayed expired 2000ms 1x 1rcpt 900b"));
  EXPECT_THAT(Ended({kFromOutside, two, kToMailbox, deferred, two, deferred, expired, kRemoved}),
              ElementsAre("incoming partly 2000ms 2x 2rcpt 900b"));
  EXPECT_THAT(Ended({kFromOutside, kActive, deferred, "postsuper: 4F1B2C3D0A: removed"}),
              ElementsAre("relayed removed_by_admin 2000ms 1x 1rcpt 900b"));
  EXPECT_THAT(Ended({kFromOutside,
                     "cleanup: 4F1B2C3D0A: discard: header Subject: x from "
                     "mail.example[192.0.2.1]; from=<a@example.com> to=<b@c> "
                     "proto=ESMTP helo=<h>: no"}),
              ElementsAre("incoming discarded"));
}

TEST(MailMemory, IsNoMailWhatWasRefusedOrOnlyAskedFor) {
  MailFold fold;
  fold.Read(Lines({kFromOutside,
                   "cleanup: 4F1B2C3D0A: milter-reject: END-OF-MESSAGE from "
                   "mail.example[192.0.2.1]: 5.7.1 no; from=<a@b> to=<c@d> "
                   "proto=ESMTP helo=<h>"}));
  EXPECT_EQ(fold.memory().table().SizeOf(MailList::kBegun), 0U);
  fold.Read(
      Lines({"qmgr: 4F1B2C3D0C: from=<double-bounce@mx.example>, size=5, nrcpt=1 (queue "
             "active)",
             ToRemote("4F1B2C3D0C", "deliverable (250 ok)", "1"), "qmgr: 4F1B2C3D0C: removed"}));
  EXPECT_THAT(fold.ended(), IsEmpty());
}

TEST(MailMemory, RetriesAreAttemptsOfOneMail) {
  const std::string deferred = ToRemote("4F1B2C3D0A", "deferred (450 4.2.1 later)", "2");
  EXPECT_THAT(Ended({kFromOutside, kActive, deferred, kActive, deferred, kActive,
                     ToRemote("4F1B2C3D0A", "sent (250 ok)", "4000"), kRemoved}),
              ElementsAre("relayed delivered 4000000ms 3x 1rcpt 900b"));
}

TEST(MailMemory, AnIdThatBeginsAgainIsAnotherMail) {
  EXPECT_THAT(Ended({kFromOutside, kActive, kFromOutside, kActive, kToMailbox, kRemoved}),
              ElementsAre("incoming forgotten", "incoming delivered 1500ms 1x 1rcpt 900b"));
  EXPECT_THAT(Ended({kFromOutside, kActive, kToMailbox, kRemoved, kFromOutside, kActive, kToMailbox,
                     kRemoved}),
              SizeIs(2));
  // What a client gave up was no mail.
  EXPECT_THAT(Ended({kFromOutside, kFromOutside, kActive, kToMailbox, kRemoved}), SizeIs(1));
}

TEST(MailMemory, AMailWhoseBeginningIsMissingIsUnknownAfterAWhile) {
  MailFold fold;
  fold.Read(Lines({kActive, kToMailbox, kRemoved}));
  EXPECT_THAT(fold.ended(), IsEmpty());
  fold.Read(LaterLines("Nov 21 10:01:59"));
  EXPECT_THAT(fold.ended(), IsEmpty());
  fold.Read(LaterLines("Nov 21 10:02:00"));
  EXPECT_THAT(fold.ended(), ElementsAre("unknown delivered 1500ms 1x 1rcpt 900b"));
}

TEST(MailMemory, WaitingEndsAfterManyLinesWhateverTheStampsSay) {
  MailFold fold;
  fold.Read(Lines({kActive, kToMailbox, kRemoved}));
  for (std::uint64_t i = MailMemory::kLookEvery; i < MailMemory::kLateLines;
       i += MailMemory::kLookEvery)
    fold.Read(LaterLines("Nov 21 10:00:30"));
  EXPECT_THAT(fold.ended(), IsEmpty());
  fold.Read(LaterLines("Nov 21 10:00:30")).Read(LaterLines("Nov 21 10:00:30"));
  EXPECT_THAT(fold.ended(), SizeIs(1));
}

TEST(MailMemory, NothingWaitsAtTheEndOfAllLines) {
  MailFold fold;
  fold.Read(Lines({kActive, kToMailbox, kRemoved}));
  EXPECT_THAT(fold.ended(), IsEmpty());
  fold.End();
  EXPECT_THAT(fold.ended(), ElementsAre("unknown delivered 1500ms 1x 1rcpt 900b"));
  EXPECT_EQ(fold.memory().table().First(MailList::kLate), MailTable::kNone);
}

TEST(MailMemory, InstancesAndHostsHaveMailsOfTheirOwn) {
  MailFold fold;
  fold.Read(
      Lines({"smtpd: 4F1B2C3D0A: client=a[192.0.2.1]", "out/smtpd: 4F1B2C3D0A: client=b[127.0.0.1]",
             kActive, "out/qmgr: 4F1B2C3D0A: from=<a@b.example>, size=7, nrcpt=1 (queue active)",
             kToMailbox, kRemoved,
             "out/smtp: 4F1B2C3D0A: to=<c@d.example>, relay=mx[198.51.100.7]:25, delay=9, "
             "delays=0/0/0/0, dsn=2.0.0, status=sent (250 ok)",
             "out/qmgr: 4F1B2C3D0A: removed"}));
  EXPECT_THAT(fold.ended(), ElementsAre("incoming delivered 1500ms 1x 1rcpt 900b",
                                        "postfix-out: outgoing delivered 9000ms 1x 1rcpt 7b"));
  MailFold hosts(MailMemory::kDefaultLimit, MailMemory::Hosts::kApart);
  std::string lines = Lines({kFromOutside, kActive, kToMailbox});
  hosts.Read(lines);
  for (std::size_t at = 0; (at = lines.find(" mx ", at)) != std::string::npos; ++at)
    lines.replace(at, 4, " mx2 ");
  hosts.Read(lines).Read(Lines({kRemoved}));
  EXPECT_THAT(hosts.ended(), ElementsAre("mx incoming delivered 1500ms 1x 1rcpt 900b"));
}

TEST(MailMemory, RequeuedMailsGoOnUnderAnotherId) {
  const std::string deferred = ToRemote("4F1B2C3D0A", "deferred (450 4.2.1 later)", "50");
  EXPECT_THAT(Ended({kFromOutside, kActive, deferred, "postsuper: 4F1B2C3D0A: requeued",
                     "pickup: 4F1B2C3D0B: uid=103 from=<a@example.com> orig_id=4F1B2C3D0A",
                     "qmgr: 4F1B2C3D0B: from=<a@example.com>, size=910, nrcpt=1 (queue active)",
                     ToRemote("4F1B2C3D0B", "sent (250 ok)", "70"), "qmgr: 4F1B2C3D0B: removed"}),
              ElementsAre("relayed delivered 70000ms 1x 1rcpt 900b"));
}

TEST(MailMemory, ForwardedMailsAreTheSame) {
  const std::string forwarded =
      "local: 4F1B2C3D0A: to=<team@mx.example>, relay=local, delay=0.5, delays=0/0/0/0, "
      "dsn=2.0.0, status=sent (forwarded as 4F1B2C3D0B)";
  const std::vector<std::string> part{
      "qmgr: 4F1B2C3D0B: from=<a@example.com>, size=910, nrcpt=1 (queue active)",
      ToRemote("4F1B2C3D0B", "bounced (550 no)", "3"), "qmgr: 4F1B2C3D0B: removed"};
  EXPECT_THAT(Ended({kFromOutside, kActive, part[0], forwarded, kRemoved, part[1], part[2]}),
              ElementsAre("relayed bounced 3500ms 1x 1rcpt 900b"));
  EXPECT_THAT(Ended({part[0], part[1], part[2], kFromOutside, kActive, forwarded, kRemoved}),
              ElementsAre("relayed bounced 3500ms 1x 1rcpt 900b"));
}

// An alias of a mailbox and of an address elsewhere: the mailbox is the one recipient's end.
TEST(MailMemory, WhatIsForwardedLateIsNoMailOfItsOwn) {
  const std::string to_file =
      "local: 4F1B2C3D0A: to=<a@mx.example>, orig_to=<team>, relay=local, delay=0.1, "
      "delays=0/0/0/0, dsn=2.0.0, status=sent (delivered to mailbox)";
  const std::string forwarded =
      "local: 4F1B2C3D0A: to=<team@mx.example>, relay=local, delay=0.5, delays=0/0/0/0, "
      "dsn=2.0.0, status=sent (forwarded as 4F1B2C3D0B)";
  const std::string part_active =
      "qmgr: 4F1B2C3D0B: from=<a@example.com>, size=910, nrcpt=1 (queue active)";
  MailFold fold;
  fold.Read(Lines({kFromOutside, kActive, to_file, part_active, kRemoved, forwarded,
                   ToRemote("4F1B2C3D0B", "sent (250 ok)", "3"), "qmgr: 4F1B2C3D0B: removed"}));
  fold.Read(LaterLines("Nov 21 10:09:00"));
  EXPECT_THAT(fold.ended(), ElementsAre("incoming delivered 100ms 1x 1rcpt 900b"));
}

TEST(MailMemory, AStampThatCannotBeReadHoldsUpNobody) {
  MailFold fold;
  fold.Read("postfix/qmgr[77]: 4F1B2C3D01: removed\n");
  for (int number = 10; number < 34; ++number) {
    const std::string text = std::to_string(number);
    fold.Read(Lines({"qmgr: 4F1B2C3D" + text + ": removed"}, "Nov 21 10:" + text + ":00"));
  }
  EXPECT_GE(fold.ended().size(), 15U);
}

}  // namespace
}  // namespace maillog::test
