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
