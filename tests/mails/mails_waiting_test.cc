// The mails in the queue, by the log alone.
#include "mails/mails_waiting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/mails/mail_fold.h"

namespace maillog::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

MailsWaiting WaitingAfter(const std::vector<std::string>& lines) {
  MailFold fold;
  return WaitingIn(fold.Read(Lines(lines)).memory().Save());
}

std::string Begun(const std::string& id) { return "smtpd: " + id + ": client=a[192.0.2.1]"; }
std::string Queued(const std::string& id) {
  return "qmgr: " + id + ": from=<a@example.com>, size=900, nrcpt=2 (queue active)";
}
std::string Deferred(const std::string& id) {
  return "smtp: " + id +
         ": to=<b@example.org>, relay=none, delay=1, delays=0/0/0/0, dsn=4.4.1, "
         "status=deferred (connect to mx: Connection refused)";
}
constexpr char kOne[] = "4F1B2C3D0A";
constexpr char kTwo[] = "4F1B2C3D0B";

TEST(MailsWaiting, AreActiveDeferredOrOnHold) {
  EXPECT_THAT(WaitingAfter({Begun(kOne)}).of_scope, ElementsAre(ElementsAre(0, 0, 0)));
  EXPECT_THAT(WaitingAfter({Begun(kOne), Queued(kOne)}).of_scope,
              ElementsAre(ElementsAre(1, 0, 0)));
  EXPECT_THAT(WaitingAfter({Queued(kOne), Deferred(kOne), Queued(kTwo)}).of_scope,
              ElementsAre(ElementsAre(1, 1, 0)));
  EXPECT_THAT(WaitingAfter({Queued(kOne), Deferred(kOne), Queued(kOne)}).of_scope,
              ElementsAre(ElementsAre(1, 0, 0)));
  const std::string held = std::string("postsuper: ") + kOne + ": placed on hold";
  EXPECT_THAT(WaitingAfter({Queued(kOne), Deferred(kOne), held}).of_scope,
              ElementsAre(ElementsAre(0, 0, 1)));
  EXPECT_THAT(
      WaitingAfter({held, std::string("postsuper: ") + kOne + ": released from hold"}).of_scope,
      ElementsAre(ElementsAre(1, 0, 0)));
  EXPECT_THAT(WaitingAfter({Begun(kOne), std::string("cleanup: ") + kOne +
                                             ": milter-hold: END-OF-MESSAGE from a[192.0.2.1]: "
                                             "milter triggers HOLD action; from=<a@b> to=<c@d> "
                                             "proto=ESMTP helo=<h>"})
                  .of_scope,
              ElementsAre(ElementsAre(0, 0, 1)));
  EXPECT_THAT(WaitingAfter({Queued(kOne),
                            "out/qmgr: 4F1B2C3D0C: from=<a@b.example>, size=1, nrcpt=1 "
                            "(queue active)"})
                  .of_scope,
              ElementsAre(ElementsAre(1, 0, 0), ElementsAre(1, 0, 0)));
  EXPECT_THAT(WaitingAfter({}).of_scope, IsEmpty());
}

TEST(MailsWaiting, AreNoLongerThereWhenTheyHaveLeftTheQueue) {
  for (const std::string& end : std::vector<std::string>{"qmgr", "postsuper"}) {
    EXPECT_THAT(
        WaitingAfter({Begun(kOne), Queued(kOne), Deferred(kOne), end + ": " + kOne + ": removed"})
            .of_scope,
        ElementsAre(ElementsAre(0, 0, 0)))
        << end;
  }
  // What came of it is; itself it is not.
  EXPECT_THAT(WaitingAfter({Begun(kOne), Queued(kOne),
                            std::string("local: ") + kOne +
                                ": to=<x@mx.example>, relay=local, delay=0, delays=0/0/0/0, "
                                "dsn=2.0.0, status=sent (forwarded as " +
                                kTwo + ")",
                            Queued(kTwo), std::string("qmgr: ") + kOne + ": removed"})
                  .of_scope,
              ElementsAre(ElementsAre(1, 0, 0)));
}

std::string Postsuper(const std::string& what) { return "postsuper: " + what; }

// Active, deferred twice, on hold.
std::vector<std::string> FourOf(const std::string& instance = "") {
  std::vector<std::string> lines;
  for (const char* id : {"4F1B2C3D01", "4F1B2C3D02", "4F1B2C3D03", "4F1B2C3D04"})
    lines.push_back(instance + Queued(id));
  for (const char* id : {"4F1B2C3D02", "4F1B2C3D03", "4F1B2C3D04"})
    lines.push_back(instance + Deferred(id));
  lines.push_back(instance + Postsuper("4F1B2C3D04: placed on hold"));
  lines.push_back(instance + Postsuper("Placed on hold: 1 message"));
  return lines;
}

// `postsuper -d ALL` and the like name no ids.
TEST(MailsWaiting, OfAllAtOnceOnlyTheNumberIsTold) {
  struct Case {
    std::vector<std::string> lines;
    std::array<std::uint64_t, 3> left;
  };
  for (const Case& c : std::vector<Case>{
           {{}, {1, 2, 1}},
           {{"Deleted: 4 messages"}, {0, 0, 0}},
           {{"Deleted: 5 messages"}, {0, 0, 0}},  // and one that was not seen in the queue
           {{"Deleted: 2 messages"}, {1, 0, 1}},
           {{"Deleted: 1 message"}, {1, 2, 0}},
           {{"Deleted: 3 messages"}, {1, 2, 1}},  // whichever they were
           {{"Placed on hold: 2 messages"}, {1, 0, 3}},
           {{"Placed on hold: 3 messages"}, {0, 0, 4}},
           {{"Released from hold: 1 message"}, {1, 3, 0}},
           {{"Placed on hold: 3 messages", "Released from hold: 4 messages"}, {1, 3, 0}},
           {{"Requeued: 4 messages"}, {1, 2, 1}},
           {{"4F1B2C3D02: removed", "Deleted: 1 message"}, {1, 1, 1}},
           {{"4F1B2C3D02: removed", "4F1B2C3D01: removed", "Deleted: 1 message",
             "Deleted: 1 message"},
            {0, 1, 1}},  // two runs at once
           {{"4F1B2C3D02: removed", "Deleted: 4 messages"}, {0, 0, 0}},
           {{"4F1B2C3D01: placed on hold", "Placed on hold: 1 message", "Deleted: 2 messages"},
            {0, 0, 2}},
           {{"4F1B2C3D04: released from hold", "Released from hold: 1 message",
             "Deleted: 3 messages"},
            {1, 0, 0}}}) {
    std::vector<std::string> lines = FourOf();
    for (const std::string& line : c.lines) lines.push_back(Postsuper(line));
    EXPECT_THAT(WaitingAfter(lines).of_scope, ElementsAre(testing::ElementsAreArray(c.left)))
        << testing::PrintToString(c.lines);
  }
}

TEST(MailsWaiting, OfAllAtOnceIsMeantTheInstanceThatSaysIt) {
  std::vector<std::string> lines = FourOf();
  for (const std::string& line : FourOf("out/")) lines.push_back(line);
  lines.push_back("out/postsuper: Deleted: 4 messages");
  EXPECT_THAT(WaitingAfter(lines).of_scope,
              ElementsAre(ElementsAre(1, 2, 1), ElementsAre(0, 0, 0)));
}

TEST(MailsWaiting, WhatWasNamedIsKnownAfterARestart) {
  MailFold before;
  before.Read(Lines(FourOf())).Read(Lines({Postsuper("4F1B2C3D02: removed")}));
  MailFold after(before.memory().Save());
  after.Read(Lines({Postsuper("Deleted: 1 message")}));
  EXPECT_THAT(WaitingIn(after.memory().Save()).of_scope, ElementsAre(ElementsAre(1, 1, 1)));
}

// They are counted as what they are.
TEST(MailsWaiting, WhatWasDeletedWithAllIsOver) {
  MailFold fold;
  fold.Read(Lines({Begun(kOne), Queued(kOne), Deferred(kOne), Postsuper("Deleted: 1 message")}));
  EXPECT_THAT(fold.ended(), ElementsAre("relayed removed_by_admin 1000ms 1x 2rcpt 900b"));
}

TEST(MailsWaiting, AreDeferredIfTheirSendersCouldNotBeTold) {
  const std::string failed =
      std::string("smtp: ") + kOne +
      ": to=<b@example.org>, relay=none, delay=1, delays=0/0/0/0, dsn=5.4.4, status=bounced (no)";
  const std::string put_back = std::string(kOne) + ": status=deferred (bounce failed)";
  EXPECT_THAT(WaitingAfter({Queued(kOne), failed, failed, "qmgr: " + put_back}).of_scope,
              ElementsAre(ElementsAre(0, 1, 0)));
  EXPECT_THAT(WaitingAfter({Queued(kOne), std::string("qmgr: ") + kOne +
                                              ": status=deferred (verp-bounce failed)"})
                  .of_scope,
              ElementsAre(ElementsAre(0, 1, 0)));
  EXPECT_THAT(WaitingAfter({Queued(kOne), "smtp: " + put_back}).of_scope,
              ElementsAre(ElementsAre(1, 0, 0)));
}

TEST(MailsWaiting, TheOldestIsFromWhenItWasFirstSeen) {
  MailFold fold;
  fold.Read(Lines({Begun(kOne)}, "Nov 21 10:00:17")).Read(Lines({Queued(kOne)}, "Nov 21 10:05:00"));
  fold.Read(Lines({Queued(kTwo)}, "2026-11-21T10:07:00.123456+09:00"));
  const MailsWaiting waiting = WaitingIn(fold.memory().Save());
  const CivilStamp oldest = UnpackMinute(waiting.oldest);
  EXPECT_EQ(oldest, (CivilStamp{.month = 11, .day = 21, .hour = 10}));
  EXPECT_EQ(WaitingAfter({Begun(kOne)}).oldest, 0);
}

TEST(MailsWaiting, AreKnownAfterTwoHoursOfTheLog) {
  MailFold fold;
  fold.Read(LaterLines("Nov 21 10:00:00")).Read(LaterLines("Nov 21 11:59:59"));
  EXPECT_FALSE(fold.memory().Save().covers);
  fold.Read(LaterLines("Nov 21 12:00:00"));
  EXPECT_TRUE(fold.memory().Save().covers);
  EXPECT_TRUE(MailFold(fold.memory().Save()).memory().Save().covers);
}

TEST(LogClock, PacksAndUnpacksMinutes) {
  LogClock clock;
  for (const std::string& stamp : std::vector<std::string>{
           "Nov 21 10:00:00", "2026-11-21T10:07:59+09:00", "2026-01-01T00:00:00.5-11:30",
           "1795255200", "2027-12-31T23:59:00Z"}) {
    CivilStamp expected = *ParseStamp(stamp);
    expected.second = 0;
    expected.fraction = 0;
    EXPECT_EQ(UnpackMinute(clock.MinuteOf(stamp)), expected) << stamp;
    EXPECT_EQ(clock.MinuteOf(stamp), LogClock().MinuteOf(stamp)) << stamp;
  }
  EXPECT_EQ(LogClock().MinuteOf("soon"), 0);
  EXPECT_EQ(clock.MinuteOf("soon"), clock.MinuteOf("2027-12-31T23:59:00Z"));
  EXPECT_EQ(MinutesBetween(clock.MinuteOf("Nov 21 10:00:00"), clock.MinuteOf("Nov 21 09:58:59")),
            2);
  EXPECT_GE(MinutesBetween(clock.MinuteOf("Dec 31 23:59:00"), clock.MinuteOf("Jan  1 00:00:00")),
            1);
}

}  // namespace
}  // namespace maillog::test
