// How long sessions were: from the line that begins one to the line that ends it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <sstream>
#include <string>

#include "tests/activity/activity_fold.h"
#include "tests/corpus/corpus.h"

namespace maillog::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string At(const std::string& time, const std::string& text) {
  return "Nov 21 " + time + " mx " + text + "\n";
}
std::string Connect(const std::string& time, const std::string& process) {
  return At(time, process + ": connect from c.example[203.0.113.7]");
}
std::string Disconnect(const std::string& time, const std::string& process) {
  return At(time, process + ": disconnect from c.example[203.0.113.7] ehlo=1 quit=1 commands=2");
}
std::string Login(const std::string& time, const std::string& session,
                  const std::string& user = "ann") {
  return At(time, "dovecot: imap-login: Login: user=<" + user +
                      ">, method=PLAIN, rip=203.0.113.7, lip=192.0.2.1, mpid=77, TLS, session=<" +
                      session + ">");
}
std::string Logout(const std::string& time, const std::string& session,
                   const std::string& user = "ann") {
  return At(time, "dovecot: imap(" + user + ")<77><" + session +
                      ">: Disconnected: Logged out in=71 out=3071 deleted=0 expunged=0 trashed=0 "
                      "hdr_count=0 hdr_bytes=0 body_count=1 body_bytes=2085");
}

TEST(Sessions, OfSmtpdLastFromConnectToDisconnect) {
  ActivityFold fold;
  fold.Read(Connect("10:00:00", "postfix/submission/smtpd[11]") +
            Connect("10:00:01", "postfix/submission/smtpd[12]") +
            Disconnect("10:00:31", "postfix/submission/smtpd[12]") +
            Disconnect("10:01:00", "postfix/submission/smtpd[11]") +
            Connect("23:59:59", "postfix/smtpd[11]") +
            "Nov 22 00:00:01 mx postfix/smtpd[11]: disconnect from c.example[203.0.113.7]\n");
  EXPECT_THAT(fold.sessions(), ElementsAre("postfix submission 30000ms",
                                           "postfix submission 60000ms", "postfix 2000ms"));
}

TEST(Sessions, AreAsExactAsTheStamps) {
  ActivityFold fold;
  fold.Read(
      "2026-11-21T10:00:00.250000+09:00 mx postfix/smtpd[11]: connect from a[203.0.113.7]\n"
      "2026-11-21T01:00:01.500000+00:00 mx postfix/smtpd[11]: disconnect from "
      "a[203.0.113.7]\n"
      "<22>1 2026-11-21T10:00:00.250Z mx postfix/smtpd 12 - - connect from a[203.0.113.7]\n"
      "<22>1 2026-11-21T10:00:00.500Z mx postfix/smtpd 12 - - disconnect from "
      "a[203.0.113.7]\n");
  EXPECT_THAT(fold.sessions(), ElementsAre("postfix 1250ms", "postfix 250ms"));
}

TEST(Sessions, OfWhichTheBeginningWasNotSeenAreNotCounted) {
  ActivityFold fold;
  fold.Read(Disconnect("10:00:00", "postfix/smtpd[11]") + Logout("10:00:00", "73Rticxg2ePGM2QK") +
            Connect("10:00:01", "postfix/smtpd[12]") + Disconnect("10:00:02", "postfix/smtpd[13]") +
            Disconnect("10:00:03", "postfix-out/smtpd[12]") +
            Disconnect("10:00:03", "postfix/smtpd[1]"));
  EXPECT_THAT(fold.sessions(), IsEmpty());
}

TEST(Sessions, EndOnce) {
  ActivityFold fold;
  fold.Read(Connect("10:00:00", "postfix/smtpd[11]") + Disconnect("10:00:02", "postfix/smtpd[11]") +
            Disconnect("10:00:05", "postfix/smtpd[11]"));
  EXPECT_THAT(fold.sessions(), ElementsAre("postfix 2000ms"));
}

// A process that was killed says nothing; its number comes again.
TEST(Sessions, BeginAnewWithTheProcess) {
  ActivityFold fold;
  fold.Read(Connect("10:00:00", "postfix/smtpd[11]") + Connect("12:00:00", "postfix/smtpd[11]") +
            Disconnect("12:00:04", "postfix/smtpd[11]"));
  EXPECT_THAT(fold.sessions(), ElementsAre("postfix 4000ms"));
}

TEST(Sessions, OfOtherHostsAreOthers) {
  ActivityFold fold;
  fold.Read(
      "Nov 21 10:00:00 mx1 postfix/smtpd[11]: connect from a[203.0.113.7]\n"
      "Nov 21 10:00:05 mx2 postfix/smtpd[11]: connect from a[203.0.113.7]\n"
      "Nov 21 10:00:09 mx1 postfix/smtpd[11]: disconnect from a[203.0.113.7]\n");
  EXPECT_THAT(fold.sessions(), ElementsAre("postfix 9000ms"));
}

TEST(Sessions, AreNotCountedWhereTheClockWasSetBackMeanwhile) {
  ActivityFold fold;
  fold.Read(Connect("10:00:09", "postfix/smtpd[11]") + Disconnect("10:00:02", "postfix/smtpd[11]"));
  EXPECT_THAT(fold.sessions(), IsEmpty());
}

// Or it would not be saved.
TEST(Sessions, OfWhichOnlyTheDayIsKnownAreAChange) {
  ActivityFold fold;
  const std::uint64_t before = fold.activity().changes();
  fold.Read(Disconnect("10:00:00", "postfix/smtpd[11]"));
  EXPECT_GT(fold.activity().changes(), before);
}

TEST(Sessions, MayLastOverNewYear) {
  ActivityFold fold;
  fold.Read("Dec 31 23:59:58 mx postfix/smtpd[11]: connect from a[203.0.113.7]\n");
  fold.Restart();
  fold.Read("Jan  1 00:00:03 mx postfix/smtpd[11]: disconnect from a[203.0.113.7]\n");
  EXPECT_THAT(fold.sessions(), ElementsAre("postfix 5000ms"));
}

TEST(Sessions, OfMailboxesLastFromLoginToTheEnd) {
  ActivityFold fold;
  fold.Read(Login("10:00:00", "73Rticxg2ePGM2QK") + Login("10:00:10", "eKaNicxgRYbGM2QR") +
            Logout("10:20:00", "73Rticxg2ePGM2QK") +
            At("10:00:10",
               "dovecot: pop3-login: Login: user=<ann>, method=PLAIN, rip=203.0.113.7, "
               "lip=192.0.2.1, mpid=5, session=<zwSRicxgQbvGM2QL>") +
            At("10:00:12",
               "dovecot: pop3(ann)<5><zwSRicxgQbvGM2QL>: Disconnected: Logged out "
               "top=0/0, retr=1/1693, del=1/1, size=1676"));
  EXPECT_THAT(fold.sessions(), ElementsAre("imap 1200000ms", "pop3 2000ms"));
}

// Dovecot's processes write side by side: of a short session, the end may come first.
TEST(Sessions, OfMailboxesMayHaveTheirLoginAfterTheirEnd) {
  ActivityFold fold;
  fold.Read(Logout("10:00:00", "73Rticxg2ePGM2QK"));
  fold.Restart();
  fold.Read(Login("10:00:00", "73Rticxg2ePGM2QK") + Logout("10:00:05", "eKaNicxgRYbGM2QR") +
            Login("10:00:03", "eKaNicxgRYbGM2QR") + Logout("10:00:06", "eKaNicxgRYbGM2QR"));
  ASSERT_TRUE(fold.restored());
  EXPECT_THAT(fold.sessions(), ElementsAre("imap 0ms", "imap 2000ms"));
}

// An id that comes again, and its first login was not seen.
TEST(Sessions, OfMailboxesHaveNoLoginLongAfterTheirEnd) {
  ActivityFold fold;
  fold.Read(Logout("10:00:00", "73Rticxg2ePGM2QK") + Login("10:01:00", "73Rticxg2ePGM2QK") +
            Logout("10:01:07", "73Rticxg2ePGM2QK"));
  EXPECT_THAT(fold.sessions(), ElementsAre("imap 7000ms"));
}

// Of a user's name, whatever it is.
TEST(Sessions, AreNamedByTheServerOnly) {
  ActivityFold fold;
  fold.Read(Login("10:00:00", "73Rticxg2ePGM2QK") +
            Login("10:00:01", "eKaNicxgRYbGM2QR", "x>, session=<73Rticxg2ePGM2QK") +
            Logout("10:00:05", "eKaNicxgRYbGM2QR", "a (b)<x>") +
            Logout("10:00:09", "73Rticxg2ePGM2QK"));
  EXPECT_THAT(fold.sessions(), ElementsAre("imap 4000ms", "imap 9000ms"));
}

TEST(Sessions, WithoutAnIdAreNotCounted) {
  ActivityFold fold;
  fold.Read(At("10:00:00",
               "dovecot: imap-login: Login: user=<ann>, method=PLAIN, rip=203.0.113.7, "
               "lip=192.0.2.1, mpid=77, TLS") +
            At("10:00:10", "dovecot: imap(ann): Disconnected: Logged out in=71 out=3071") +
            Login("10:00:00", "") + Logout("10:00:04", "") + Connect("10:00:00", "postfix/smtpd") +
            Disconnect("10:00:02", "postfix/smtpd") + Connect("10:00:00", "postfix/smtpd[XXXX]") +
            Disconnect("10:00:02", "postfix/smtpd[XXXX]"));
  EXPECT_THAT(fold.sessions(), IsEmpty());
}

TEST(Sessions, OfPMailServerAreByThread) {
  ActivityFold fold;
  fold.Read(
      "[SMTP] 2005/05/18 03:10:41 [000] Connect from 192.168.1.10(192.168.1.10)\n"
      "[SMTP] 2005/05/18 03:10:42 [001] Connect from 192.168.1.10(192.168.1.10)\n"
      "[SMTP] 2005/05/18 03:10:45 [000] Disconnect from 192.168.1.10(192.168.1.10)\n"
      "[SMTP] 2005/05/18 03:10:52 [001] Disconnect from 192.168.1.10(192.168.1.10)\n"
      "[SMTP] 2005/05/18 03:10:55 Connect from 192.168.1.10(192.168.1.10)\n"
      "[SMTP] 2005/05/18 03:10:56 Disconnect from 192.168.1.10(192.168.1.10)\n");
  EXPECT_THAT(fold.sessions(), ElementsAre("pmailserver 4000ms", "pmailserver 10000ms"));
}

// Whoever connects and never leaves.
TEST(Sessions, AreBounded) {
  ActivityFold fold;
  const int many = static_cast<int>(3 * Activity::kSessionSets * RecentTable::kWays);
  for (int i = 0; i < many; ++i)
    fold.Read(Connect("10:00:00", "postfix/smtpd[" + std::to_string(i) + "]"));
  fold.Read(Disconnect("10:00:02", "postfix/smtpd[" + std::to_string(many - 1) + "]"));
  EXPECT_THAT(fold.sessions(), ElementsAre("postfix 2000ms"));
  constexpr std::size_t kNoteBytes = 22;
  EXPECT_LE(fold.Bytes().size(), Activity::kSessionSets * (RecentTable::kWays * kNoteBytes + 10));
}

// As many as began and ended in the log, counted in another way.
TEST(Sessions, OfARecordedLogAreThoseThatBeganAndEndedInIt) {
  const std::string log = ReadWhole(CorpusPath("debian12/syslog/mail.log"));
  std::size_t ends = 0;
  std::set<std::string> open;
  std::istringstream lines(log);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t begin = line.find("postfix");
    const std::size_t end = line.find("smtpd[");
    if (begin == std::string::npos || end == std::string::npos) continue;
    const std::string process = line.substr(begin, line.find(']', end) - begin);
    if (line.find("]: connect from ") != std::string::npos) open.insert(process);
    if (line.find("]: disconnect from ") != std::string::npos) ends += open.erase(process);
  }
  ASSERT_GT(ends, 100U);
  ActivityFold whole;
  whole.Read(log);
  std::size_t smtp = 0;
  for (const std::string& one : whole.sessions()) smtp += one.starts_with("postfix") ? 1 : 0;
  EXPECT_EQ(smtp, ends);
  EXPECT_GT(whole.sessions().size(), smtp + 20) << "mailboxes";

  ActivityFold cut;
  const std::size_t half = log.find('\n', log.size() / 2) + 1;
  cut.Read(std::string_view(log).substr(0, half));
  cut.Restart();
  cut.Read(std::string_view(log).substr(half));
  EXPECT_TRUE(cut.restored());
  EXPECT_EQ(cut.sessions(), whole.sessions());
  EXPECT_EQ(cut.Bytes(), whole.Bytes());
}

}  // namespace
}  // namespace maillog::test
