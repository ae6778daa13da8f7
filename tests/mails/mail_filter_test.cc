// Mails that pass through a content filter on the host, and texts that look as if they did.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/mails/mail_fold.h"

namespace maillog::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

const std::string kBefore = "4F1B2C3D0A";
const std::string kAfter = "4F1B2C3D0B";

std::string Begun(const std::string& id, const std::string& client) {
  return "smtpd: " + id + ": client=" + client;
}
std::string Active(const std::string& id) {
  return "qmgr: " + id + ": from=<a@example.com>, size=900, nrcpt=1 (queue active)";
}
std::string Removed(const std::string& id) { return "qmgr: " + id + ": removed"; }
std::string ToFilter(const std::string& reply, const std::string& delay = "2") {
  return "smtp: " + kBefore +
         ": to=<b@example.org>, relay=127.0.0.1[127.0.0.1]:10024, delay=" + delay +
         ", delays=0/0/0/0, dsn=2.0.0, status=sent (" + reply + ")";
}
std::string ToMailbox(const std::string& id) {
  return "lmtp: " + id +
         ": to=<b@example.org>, relay=mx[private/dovecot-lmtp], delay=0.5, "
         "delays=0/0/0/0, dsn=2.0.0, status=sent (250 2.0.0 Saved)";
}
const std::string kQueuedAs =
    "250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as " + kAfter;

std::vector<std::string> OverAfterAWhile(const std::vector<std::string>& lines) {
  MailFold fold;
  return fold.Read(Lines(lines)).Read(LaterLines("Nov 21 10:09:00")).ended();
}

TEST(MailFilter, AMailThatComesBackIsOne) {
  EXPECT_THAT(
      OverAfterAWhile({Begun(kBefore, "mail.example[192.0.2.1]"), Active(kBefore),
                       Begun(kAfter, "localhost[127.0.0.1]"), Active(kAfter), ToFilter(kQueuedAs),
                       Removed(kBefore), ToMailbox(kAfter), Removed(kAfter)}),
      ElementsAre("incoming delivered 2500ms 1x 1rcpt 900b"));
  // By XFORWARD, from a filter that does not repeat the reply.
  EXPECT_THAT(OverAfterAWhile({Begun(kBefore, "mail.example[192.0.2.1]"), Active(kBefore),
                               Begun(kAfter, "localhost[127.0.0.1], orig_queue_id=" + kBefore +
                                                 ", orig_client=mail.example[192.0.2.1]"),
                               Active(kAfter), ToFilter("250 Ok"), Removed(kBefore),
                               ToMailbox(kAfter), Removed(kAfter)}),
              ElementsAre("incoming delivered 2500ms 1x 1rcpt 900b"));
}

TEST(MailFilter, AProxyFilterSpeaksForTheClient) {
  EXPECT_THAT(
      OverAfterAWhile({Begun(kAfter, "localhost[127.0.0.1], orig_client=mail.example[192.0.2.1]"),
                       Active(kAfter), ToMailbox(kAfter), Removed(kAfter)}),
      ElementsAre("incoming delivered 500ms 1x 1rcpt 900b"));
}

TEST(MailFilter, WhatAFilterKeepsWasDeliveredHere) {
  EXPECT_THAT(OverAfterAWhile({Begun(kBefore, "mail.example[192.0.2.1]"), Active(kBefore),
                               ToFilter("250 Ok, in quarantine"), Removed(kBefore)}),
              ElementsAre("incoming delivered 2000ms 1x 1rcpt 900b"));
  // Of another host, by a tunnel: no such mail comes.
  EXPECT_THAT(
      OverAfterAWhile({Begun(kBefore, "mail.example[192.0.2.1]"), Active(kBefore),
                       ToFilter("250 2.0.0 Ok: queued as 4XYZ7K3TwvzFNqL"), Removed(kBefore)}),
      ElementsAre("incoming delivered 2000ms 1x 1rcpt 900b"));
}

TEST(MailFilter, WhatAFilterThrowsAwayIsDiscarded) {
  const auto given = [](const std::string& relay, const std::string& dsn) {
    return OverAfterAWhile({Begun(kBefore, "mail.example[192.0.2.1]"), Active(kBefore),
                            "smtp: " + kBefore + ": to=<b@example.org>, relay=" + relay +
                                ":10024, delay=2, delays=0/0/0/0, dsn=" + dsn +
                                ", status=sent (250 " + dsn + " Ok, discarded, id=03491-01 - spam)",
                            Removed(kBefore)});
  };
  for (const char* const relay : {"127.0.0.1[127.0.0.1]", "amavis[172.18.0.5]"}) {
    EXPECT_THAT(given(relay, "2.7.0"), ElementsAre("incoming discarded 2000ms 1x 1rcpt 900b"));
    EXPECT_THAT(given(relay, "2.7.1"), ElementsAre("incoming discarded 2000ms 1x 1rcpt 900b"));
    EXPECT_THAT(given(relay, "2.0.0"), ElementsAre("incoming delivered 2000ms 1x 1rcpt 900b"));
  }
  EXPECT_THAT(given("mx.example[198.51.100.7]", "2.7.0"),
              ElementsAre("relayed delivered 2000ms 1x 1rcpt 900b"))
      << "another's server";
}

// Its reply is logged after all that the mail it has brought back goes through.
TEST(MailFilter, OneOnAnotherHostIsKnownByTheMailThatSaysSo) {
  const std::string to_filter = "smtp: " + kBefore +
                                ": to=<b@example.org>, relay=amavis[172.18.0.5]:10024, delay=2, "
                                "delays=0/0/0/0, dsn=2.0.0, status=sent (" +
                                kQueuedAs + ")";
  const std::string failed = "smtp: " + kAfter +
                             ": to=<b@example.org>, relay=mx.example[198.51.100.7]:25, delay=7, "
                             "delays=0/0/0/0, dsn=5.1.1, status=bounced (550 no)";
  const auto read = [&](const std::string& after, std::vector<std::string> lines) {
    lines.insert(lines.begin(), {Begun(kBefore, "mail.example[192.0.2.1]"), Active(kBefore),
                                 Begun(kAfter, after), Active(kAfter)});
    return OverAfterAWhile(lines);
  };
  const std::string returned = "amavis[172.18.0.5], orig_queue_id=" + kBefore;
  EXPECT_THAT(read(returned, {to_filter, Removed(kBefore), failed, Removed(kAfter)}),
              ElementsAre("relayed bounced 9000ms 1x 1rcpt 900b"));
  EXPECT_THAT(read(returned, {failed, Removed(kAfter), to_filter, Removed(kBefore)}),
              ElementsAre("relayed bounced 9000ms 1x 1rcpt 900b"));
  EXPECT_THAT(read("amavis[172.18.0.5]", {to_filter, Removed(kBefore), failed, Removed(kAfter)}),
              UnorderedElementsAre("incoming delivered 2000ms 1x 1rcpt 900b",
                                   "outgoing bounced 7000ms 1x 1rcpt 900b"));
}

TEST(MailFilter, OneThatIsReachedByASocketIsLikeOneOnTheHost) {
  EXPECT_THAT(OverAfterAWhile({Begun(kBefore, "mail.example[192.0.2.1]"), Active(kBefore),
                               Begun(kAfter, "localhost[127.0.0.1]"), Active(kAfter),
                               "lmtp: " + kBefore +
                                   ": to=<b@example.org>, relay=mx[/run/amavis.sock], delay=2, "
                                   "delays=0/0/0/0, dsn=2.0.0, status=sent (" +
                                   kQueuedAs + ")",
                               Removed(kBefore), ToMailbox(kAfter), Removed(kAfter)}),
              ElementsAre("incoming delivered 2500ms 1x 1rcpt 900b"));
}

TEST(MailFilter, OneOfSeveralInstancesMayTakeIt) {
  EXPECT_THAT(OverAfterAWhile({Begun(kBefore, "mail.example[192.0.2.1]"), Active(kBefore),
                               "out/smtpd: " + kAfter + ": client=localhost[127.0.0.1]",
                               "out/qmgr: " + kAfter +
                                   ": from=<a@example.com>, size=950, nrcpt=1 (queue active)",
                               ToFilter(kQueuedAs), Removed(kBefore),
                               "out/smtp: " + kAfter +
                                   ": to=<b@c.example>, relay=mx[198.51.100.7]:25, delay=7, "
                                   "delays=0/0/0/0, dsn=2.0.0, status=sent (250 ok)",
                               "out/qmgr: " + kAfter + ": removed"}),
              ElementsAre("relayed delivered 9000ms 1x 1rcpt 900b"));
}

/// Two mails that have nothing to do with each other, where a line of the first holds a text that
/// names the second. In both orders.
void ExpectNoLink(const std::string& line, const std::string& client) {
  const std::vector<std::string> other{Begun(kAfter, client), Active(kAfter), ToMailbox(kAfter),
                                       Removed(kAfter)};
  const std::vector<std::string> own{Begun(kBefore, "mail.example[192.0.2.1]"), Active(kBefore),
                                     line, Removed(kBefore)};
  std::vector<std::string> other_begins = {other[0], other[1]};
  other_begins.insert(other_begins.end(), own.begin(), own.end());
  other_begins.insert(other_begins.end(), {other[2], other[3]});
  std::vector<std::string> own_first = own;
  own_first.insert(own_first.end(), other.begin(), other.end());
  EXPECT_EQ(OverAfterAWhile(other_begins).size(), 2U) << line;
  EXPECT_EQ(OverAfterAWhile(own_first).size(), 2U) << line;
}

TEST(MailFilter, TextsOfOthersLinkNothing) {
  const std::string host = "localhost[127.0.0.1]";
  const auto delivery = [](const std::string& to, const std::string& relay,
                           const std::string& status) {
    return "smtp: " + kBefore + ": to=<" + to + ">, relay=" + relay +
           ", delay=1, delays=0/0/0/0, dsn=2.0.0, status=" + status;
  };
  const std::string remote = "mx.example.net[198.51.100.7]:25";
  const std::string local = "127.0.0.1[127.0.0.1]:10024";
  const std::string queued = "250 2.0.0 Ok: queued as " + kAfter;
  // What a remote host replies.
  ExpectNoLink(delivery("b@c.example", remote, "sent (" + queued + ")"), host);
  ExpectNoLink(
      delivery("b@c.example", "127.0.0.1.example.net[198.51.100.7]:25", "sent (" + queued + ")"),
      host);
  // What is in an address.
  ExpectNoLink(delivery("\"queued as " + kAfter + ")\"@c.example", remote, "sent (250 ok)"), host);
  ExpectNoLink(delivery("\"relay=127.0.0.1[127.0.0.1]:10024, status=sent (queued as " + kAfter +
                            ")\"@c.example",
                        remote, "sent (250 ok)"),
               host);
  // Not at the end, with more than an id, not sent.
  ExpectNoLink(delivery("b@c.example", local, "sent (" + queued + " for you)"), host);
  ExpectNoLink(delivery("b@c.example", local, "sent (250 queued as " + kAfter + "x)"), host);
  ExpectNoLink(delivery("b@c.example", local, "bounced (554 queued as " + kAfter + ")"), host);
  // Only local's own words.
  ExpectNoLink(delivery("b@c.example", remote, "sent (forwarded as " + kAfter + ")"), host);
  ExpectNoLink("local: " + kBefore +
                   ": to=<b@mx.example>, relay=local, delay=1, delays=0/0/0/0, "
                   "dsn=2.0.0, status=sent (delivered to command: x (forwarded as " +
                   kAfter + ")",
               host);
}

TEST(MailFilter, AMailThatComesFromElsewhereIsNoPart) {
  for (const std::string& client : std::vector<std::string>{
           "mail.example[192.0.2.7]", "localhost[127.0.0.1], sasl_method=PLAIN, sasl_username=u"})
    ExpectNoLink(ToFilter(kQueuedAs), client);
}

TEST(MailFilter, UserNamesAndOtherBeginningsLinkNothing) {
  const std::string first = Begun(kBefore, "mail.example[192.0.2.1]");
  for (const std::string& client : std::vector<std::string>{
           "pc.example[192.0.2.9], sasl_method=PLAIN, sasl_username=x, orig_queue_id=" + kBefore,
           "pc.example[192.0.2.9], sasl_username=x, orig_queue_id=" + kBefore,
           "orig_queue_id=" + kBefore + "[192.0.2.9]"}) {
    EXPECT_EQ(
        OverAfterAWhile({first, Active(kBefore), Begun(kAfter, client), Active(kAfter),
                         ToMailbox(kAfter), Removed(kAfter), ToMailbox(kBefore), Removed(kBefore)})
            .size(),
        2U)
        << client;
  }
  // pickup's sender.
  EXPECT_EQ(OverAfterAWhile({first, Active(kBefore),
                             "pickup: " + kAfter + ": uid=0 from=<x> orig_id=" + kBefore + ">",
                             Active(kAfter), ToMailbox(kAfter), Removed(kAfter), ToMailbox(kBefore),
                             Removed(kBefore)})
                .size(),
            2U);
}

TEST(MailFilter, WhatHelosAndRecipientsHoldPushesOutNothing) {
  MailFold fold(100);
  fold.Read(Lines({Begun(kBefore, "mail.example[192.0.2.1]"), Active(kBefore)}));
  for (int i = 0; i < 1000; ++i) {
    const std::string id = "4F1B2C" + std::to_string(100000 + i);
    fold.Read(Lines(
        {"smtpd: NOQUEUE: reject: RCPT from x[192.0.2.2]: 550 5.1.1 <queued as " + id +
             ">: no; from=<a@b> to=<queued as " + id + "> proto=ESMTP helo=<queued as " + id + ">",
         "smtp: " + kBefore + ": to=<\"queued as " + id +
             ")\"@c.example>, "
             "relay=mx[198.51.100.7]:25, delay=1, delays=0/0/0/0, dsn=4.0.0, status=deferred (450 "
             "queued as " +
             id + ")"}));
  }
  EXPECT_EQ(fold.memory().table().SizeOf(MailList::kBegun), 0U);
  EXPECT_EQ(fold.memory().table().SizeOf(MailList::kQueued), 1U);
  EXPECT_EQ(fold.evicted(), 0);
}

TEST(MailFilter, MailsThatAreBegunAndNeverSentPushOutOnlyTheirLike) {
  MailFold fold(100);
  fold.Read(Lines({Begun(kBefore, "mail.example[192.0.2.1]"), Active(kBefore)}));
  for (int i = 0; i < 1000; ++i)
    fold.Read(Lines({Begun("4F1B2C" + std::to_string(100000 + i), "x[192.0.2.2]")}));
  EXPECT_LE(fold.memory().table().SizeOf(MailList::kBegun), 100 / MailMemory::kBegunPart);
  EXPECT_THAT(fold.ended(), IsEmpty());
  fold.Read(Lines({ToMailbox(kBefore), Removed(kBefore)}));
  EXPECT_THAT(fold.ended(), ElementsAre("incoming delivered 500ms 1x 1rcpt 900b"));
}

TEST(MailFilter, TheOldestMailGoesFirstAndIsCounted) {
  MailFold fold(100);
  for (int i = 0; i < 101; ++i) {
    const std::string id = "4F1B2C" + std::to_string(100000 + i);
    fold.Read(Lines({Begun(id, "x[192.0.2.2]"), Active(id)}));
  }
  EXPECT_THAT(fold.ended(), ElementsAre("incoming forgotten"));
  EXPECT_EQ(fold.evicted(), 1);
  fold.Read(Lines({ToMailbox("4F1B2C100001"), Removed("4F1B2C100001")}));
  EXPECT_THAT(fold.ended(),
              ElementsAre("incoming forgotten", "incoming delivered 500ms 1x 1rcpt 900b"));
}

}  // namespace
}  // namespace maillog::test
