// Who does most: senders by what they send, clients by their failed logins, in windows of time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/activity/activity_fold.h"
#include "tests/corpus/corpus.h"

namespace maillog::test {
namespace {

std::string Stamp(int day, int minute_of_day) {
  const auto two = [](int number, char fill) {
    return (number < 10 ? std::string(1, fill) : std::string()) + std::to_string(number);
  };
  return "Nov " + two(day, ' ') + " " + two(minute_of_day / 60, '0') + ":" +
         two(minute_of_day % 60, '0') + ":00";
}

std::string Line(const std::string& stamp, const std::string& text) {
  return stamp + " mx postfix/" + text + "\n";
}

/// A mail of a sender: its beginning and its first attempt.
std::string Mail(const std::string& stamp, const std::string& id, const std::string& from,
                 int recipients) {
  const std::string queued =
      "qmgr[2]: " + id + ": from=<a@example.com>, size=400, nrcpt=" + std::to_string(recipients) +
      " (queue active)";
  const bool is_local = from.starts_with("uid=");
  return Line(stamp, (is_local ? "pickup[1]: " : "submission/smtpd[1]: ") + id + ": " + from) +
         Line(stamp, queued);
}
std::string User(const std::string& name) {
  return "client=c.example[203.0.113.7], sasl_method=PLAIN, sasl_username=" + name;
}
std::string Id(int number) { return "5F1B2C" + std::to_string(100000 + number); }

std::string Failure(const std::string& stamp, const std::string& client, const std::string& user) {
  return stamp +
         " mx dovecot: imap-login: Disconnected (auth failed, 2 attempts in 3 secs): user=<" +
         user + ">, method=PLAIN, rip=" + client + ", lip=192.0.2.1, session=<abcdefgh>\n";
}

// ---- senders

TEST(Activity, TheBusiestUserIsThatWithTheMostRecipients) {
  ActivityFold fold;
  const std::string stamp = Stamp(21, 600);
  fold.Read(Mail(stamp, Id(1), User("ann"), 3) + Mail(stamp, Id(2), User("bob"), 40) +
            Mail(stamp, Id(3), User("ann"), 50) + Mail(stamp, Id(4), User("bob"), 12));
  EXPECT_EQ(fold.Recipients(SenderKind::kUser), 53U);
  EXPECT_EQ(fold.Recipients(SenderKind::kUser, "24h"), 53U);
  EXPECT_EQ(fold.Recipients(SenderKind::kClient), 0U);
  EXPECT_EQ(fold.Recipients(SenderKind::kLocal), 0U);
}

TEST(Activity, ClientsOfPrivateNetworksAndUsersOfTheHostAreSendersOfTheirOwnKind) {
  ActivityFold fold;
  const std::string stamp = Stamp(21, 600);
  fold.Read(Mail(stamp, Id(1), "client=a.lan[192.168.1.5]", 4) +
            Mail(stamp, Id(2), "client=b.lan[10.1.2.3]", 5) +
            Mail(stamp, Id(3), "client=a.lan[192.168.1.5]", 2) +
            Mail(stamp, Id(4), "uid=33 from=<www-data>", 70) +
            Mail(stamp, Id(5), "uid=0 from=<root>", 7));
  EXPECT_EQ(fold.Recipients(SenderKind::kUser), 0U);
  EXPECT_EQ(fold.Recipients(SenderKind::kClient), 6U);
  EXPECT_EQ(fold.Recipients(SenderKind::kLocal), 70U);
}

TEST(Activity, OthersAreNoSendersOfOurs) {
  ActivityFold fold;
  const std::string stamp = Stamp(21, 600);
  const std::string before = fold.Bytes();
  fold.Read(Mail(stamp, Id(1), "client=out.example[203.0.113.9]", 1000) +
            Mail(stamp, Id(2), "client=localhost[127.0.0.1]", 1000));
  EXPECT_EQ(fold.Bytes(), before);
}

// The same mail, tried again, brought back by a filter, or queued anew.
TEST(Activity, AMailCountsOnce) {
  ActivityFold fold;
  const std::string stamp = Stamp(21, 600);
  const std::string mail = Mail(stamp, Id(1), User("ann"), 9);
  fold.Read(mail + mail.substr(mail.find('\n') + 1));
  fold.Read(Mail(
      stamp, Id(2),
      "client=localhost[127.0.0.1], orig_queue_id=" + Id(1) + ", orig_client=c.lan[192.168.1.7]",
      9));
  fold.Read(Mail(stamp, Id(3), "uid=0 from=<root> orig_id=" + Id(1), 9));
  EXPECT_EQ(fold.Recipients(SenderKind::kUser), 9U);
  EXPECT_EQ(fold.Recipients(SenderKind::kClient), 0U);
  EXPECT_EQ(fold.Recipients(SenderKind::kLocal), 0U);
}

TEST(Activity, AnIdThatComesAgainIsAnotherMail) {
  ActivityFold fold;
  const std::string stamp = Stamp(21, 600);
  fold.Read(Mail(stamp, Id(1), User("ann"), 9) + Mail(stamp, Id(1), User("ann"), 4));
  EXPECT_EQ(fold.Recipients(SenderKind::kUser), 13U);
}

TEST(Activity, MailsThatNeverReachTheQueuePushOutOnlyTheOldest) {
  ActivityFold fold;
  const std::string stamp = Stamp(21, 600);
  const int many = static_cast<int>(20 * Activity::kBegunSets * RecentTable::kWays);
  for (int i = 0; i < many; ++i)
    fold.Read(Line(stamp, "submission/smtpd[1]: " + Id(i) + ": " + User("ann")));
  fold.Read(Mail(stamp, Id(many), User("bob"), 3));
  EXPECT_EQ(fold.Recipients(SenderKind::kUser), 3U);
  constexpr std::size_t kNoteBytes = 22;
  EXPECT_LE(fold.Bytes().size(), Activity::kBegunSets * RecentTable::kWays * kNoteBytes + 10'000);
}

// ---- failed logins

TEST(Activity, FailedLoginsAreOfClientsAndUsers) {
  ActivityFold fold;
  const std::string stamp = Stamp(21, 600);
  for (int i = 0; i < 30; ++i)
    fold.Read(Failure(stamp, "198.51.100." + std::to_string(i % 5), "u" + std::to_string(i % 3)));
  fold.Read(Failure(stamp, "203.0.113.1", "ann"));
  for (const std::string_view window : {"1h", "24h"}) {
    const ActivityFigures figures = fold.Figures(window);
    EXPECT_EQ(figures.failed_clients, 6U);
    EXPECT_EQ(figures.failed_users, 4U);
    EXPECT_EQ(figures.top_failures, 12U) << "two attempts a line";
  }
}

TEST(Activity, WhatWasNoFailureIsNotCounted) {
  ActivityFold fold;
  fold.Read(Stamp(21, 600) +
            " mx dovecot: imap-login: Login: user=<ann>, method=PLAIN, rip=203.0.113.1, "
            "lip=192.0.2.1, session=<abcdefgh>\n" +
            Stamp(21, 600) +
            " mx dovecot: imap-login: Disconnected (no auth attempts in 0 secs): user=<>, "
            "rip=203.0.113.1, lip=192.0.2.1, session=<abcdefgh>\n");
  EXPECT_EQ(TimeOf(fold.activity().Save()).minute, 0);
}

// A crowd that shares the places does not seem to be one client that tries a thousand times.
TEST(Activity, ACrowdIsNotOneBusyClient) {
  ActivityFold fold;
  for (int i = 0; i < 20'000; ++i) {
    fold.Read(Failure(Stamp(21, 600),
                      "10." + std::to_string(i / 200) + ".7." + std::to_string(i % 200), "ann"));
  }
  EXPECT_LE(fold.Figures("1h").top_failures, 4U);
  EXPECT_NEAR(static_cast<double>(fold.Figures("1h").failed_clients), 20'000, 2'000);
  EXPECT_EQ(fold.Figures("1h").failed_users, 1U);
}

// ---- time

TEST(Activity, WindowsSlide) {
  ActivityFold fold;
  fold.Read(Failure(Stamp(21, 600), "203.0.113.1", "ann"));  // 10:00
  constexpr LogSeconds kMinute = 60;
  EXPECT_EQ(fold.Figures("1h", 54 * kMinute).failed_clients, 1U);
  EXPECT_EQ(fold.Figures("1h", 60 * kMinute).failed_clients, 0U);
  EXPECT_EQ(fold.Figures("24h", 60 * kMinute).failed_clients, 1U);
  EXPECT_EQ(fold.Figures("24h", (23 * 60 + 59) * kMinute).failed_clients, 1U);
  EXPECT_EQ(fold.Figures("24h", 24 * 60 * kMinute).failed_clients, 0U);
  fold.Read(Failure(Stamp(21, 659), "203.0.113.2", "ann"));  // 10:59
  EXPECT_EQ(fold.Figures("1h").failed_clients, 2U);
  fold.Read(Failure(Stamp(21, 660), "203.0.113.3", "ann"));
  EXPECT_EQ(fold.Figures("1h").failed_clients, 2U) << "the first five minutes are over";
  EXPECT_EQ(fold.Figures("24h").failed_clients, 3U);
  fold.Read(Failure(Stamp(23, 0), "203.0.113.4", "ann"));
  EXPECT_EQ(fold.Figures("1h").failed_clients, 1U);
  EXPECT_EQ(fold.Figures("24h").failed_clients, 1U);
}

// Each window holds what is newer than its length without one slice, and nothing that is older
// than its length.
TEST(Activity, WindowsHoldWhatTheySay) {
  std::mt19937 random(5);
  ActivityFold fold;
  std::vector<int> minutes;  // when each client, another each time, failed
  int now = 0;
  for (int i = 0; i < 400; ++i) {
    now += static_cast<int>(random() % 20);
    fold.Read(Failure(Stamp(1 + now / 1440, now % 1440),
                      "10.0." + std::to_string(i / 200) + "." + std::to_string(i % 200), "ann"));
    minutes.push_back(now);
    const auto since = [&](int length) {
      return std::count_if(minutes.begin(), minutes.end(),
                           [&](int minute) { return now - minute < length; });
    };
    // A few clients are nearly always counted exactly.
    const auto hour = static_cast<double>(fold.Figures("1h").failed_clients);
    EXPECT_GE(hour, 0.95 * static_cast<double>(since(55)) - 1) << i;
    EXPECT_LE(hour, 1.05 * static_cast<double>(since(60)) + 1) << i;
    const auto day = static_cast<double>(fold.Figures("24h").failed_clients);
    EXPECT_GE(day, 0.9 * static_cast<double>(since(23 * 60)) - 1) << i;
    EXPECT_LE(day, 1.1 * static_cast<double>(since(24 * 60)) + 1) << i;
  }
}

TEST(Activity, TheYearMayTurn) {
  ActivityFold fold;
  fold.Read(Failure("Dec 31 23:50:00", "203.0.113.1", "ann") +
            Failure("Jan  1 00:10:00", "203.0.113.2", "ann"));
  EXPECT_EQ(fold.Figures("1h").failed_clients, 2U);
  fold.Read(Failure("Feb 28 23:50:00", "203.0.113.1", "ann") +
            Failure("Mar  1 00:10:00", "203.0.113.2", "ann"));
  EXPECT_EQ(fold.Figures("24h").failed_clients, 2U);
}

TEST(Activity, StampsWithAZoneAreOneTime) {
  ActivityFold fold;
  fold.Read(Failure("2026-11-21T10:00:00.123456+09:00", "203.0.113.1", "ann") +
            Failure("2026-11-21T01:30:00.123456+00:00", "203.0.113.2", "ann"));
  EXPECT_EQ(fold.Figures("1h").failed_clients, 2U);
}

TEST(Activity, LinesThatAreLateGoToTheirTime) {
  ActivityFold fold;
  fold.Read(Failure(Stamp(21, 600), "203.0.113.1", "ann") +
            Failure(Stamp(21, 570), "203.0.113.2", "ann") +  // 30 minutes late
            Failure(Stamp(21, 500), "203.0.113.3", "ann") +  // 100 minutes late
            Failure(Stamp(20, 500), "203.0.113.4", "ann") +  // a day and more
            Failure(Stamp(21, 600), "203.0.113.1", "ann"));
  EXPECT_EQ(fold.Figures("1h").failed_clients, 2U);
  EXPECT_EQ(fold.Figures("24h").failed_clients, 3U);
}

// An old file that is read beside the live one takes nothing from it.
TEST(Activity, OldLinesAmongNewOnesChangeNothing) {
  ActivityFold fold;
  for (int i = 0; i < 3000; ++i) {
    fold.Read(Failure(Stamp(21, 600), "203.0.113.1", "ann"));
    if (i % 2 == 0) fold.Read(Failure(Stamp(11, i % 1440), "203.0.113.2", "bob"));
  }
  EXPECT_EQ(fold.Figures("1h").failed_clients, 1U);
  EXPECT_EQ(fold.Figures("1h").top_failures, 6000U);
}

TEST(Activity, AClockThatWasAheadIsForgotten) {
  ActivityFold fold;
  for (int i = 0; i < 1440; i += 5) fold.Read(Failure(Stamp(28, i), "203.0.113.1", "ann"));
  for (std::uint32_t i = 0; i < Activity::kLinesBack; ++i)
    fold.Read(Failure(Stamp(21, 600), "203.0.113.2", "ann"));
  for (int i = 0; i < 7; ++i) fold.Read(Failure(Stamp(21, 601), "203.0.113.3", "ann"));
  EXPECT_EQ(fold.Figures("1h").failed_clients, 1U);
  EXPECT_EQ(fold.Figures("1h").top_failures, 14U);
}

TEST(Activity, WithoutAStampItIsTheTimeOfTheLineBefore) {
  const std::string unstamped =
      "imap-login: Disconnected (auth failed, 1 attempts in 2 secs): "
      "user=<ann>, method=PLAIN, rip=203.0.113.2, lip=192.0.2.1, session=<abcdefgh>\n";
  ActivityFold fold;
  fold.Read(unstamped);
  EXPECT_EQ(TimeOf(fold.activity().Save()).minute, 0) << "no time is known";
  fold.Read(Failure(Stamp(21, 600), "203.0.113.1", "ann") + unstamped);
  EXPECT_EQ(fold.Figures("1h").failed_clients, 2U);
}

// ---- the fold

std::string CorpusLog() { return ReadWhole(CorpusPath("debian12/syslog/mail.log")); }

TEST(Activity, AnyCutAndAnyRestartGivesTheSame) {
  std::string text;
  std::mt19937 random(9);
  for (int i = 0; i < 300; ++i) {
    const std::string stamp = Stamp(21, 600 + i / 3);
    const std::string user = "u" + std::to_string(random() % 9);
    text += random() % 2 == 0
                ? Mail(stamp, Id(i), User(user), 1 + static_cast<int>(random() % 30))
                : Failure(stamp, "198.51.100." + std::to_string(random() % 200), user);
  }
  ActivityFold whole;
  whole.Read(text);
  ActivityFold cut;
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view before = rest;
    const std::size_t end = rest.find('\n') + 1;
    cut.Read(rest.substr(0, end));
    rest.remove_prefix(end);
    cut.Restart();
    ASSERT_TRUE(cut.restored()) << before.size();
  }
  EXPECT_EQ(cut.Bytes(), whole.Bytes());
}

TEST(Activity, NothingPersonalIsInTheState) {
  ActivityFold fold;
  fold.Read(Mail(Stamp(21, 600), Id(1), User("annabella"), 3) +
            Failure(Stamp(21, 600), "203.0.113.177", "bartholomew@example.com"));
  fold.Read(Line(Stamp(21, 601), "submission/smtpd[1]: " + Id(2) + ": " + User("annabella")));
  const std::string bytes = fold.Bytes();
  EXPECT_GT(bytes.size(), 2000U);
  for (const std::string_view text :
       {"annabella", "anna", "203.0", "177", "barth", "example", "5F1B2C", "c.example"})
    EXPECT_EQ(bytes.find(text), std::string::npos) << text;
}

TEST(Activity, BytesThatCannotBeItsOwnAreRefused) {
  ActivityFold fold;
  fold.Read(Mail(Stamp(21, 600), Id(1), User("ann"), 3) +
            Failure(Stamp(21, 600), "203.0.113.1", "ann") +
            Line(Stamp(21, 601), "submission/smtpd[1]: " + Id(2) + ": " + User("ann")) +
            Line(Stamp(21, 601), "smtpd[1]: connect from c.example[203.0.113.7]"));
  const SavedActivity saved = fold.activity().Save();
  int tried = 0;
  for (std::size_t place = 0; place < saved.parts.size(); ++place) {
    if (saved.parts[place]->empty()) continue;
    for (const std::string& bytes : {saved.parts[place]->substr(1), *saved.parts[place] + "x"}) {
      SavedActivity changed = saved;
      changed.parts[place] = std::make_shared<const std::string>(bytes);
      Activity other;
      EXPECT_FALSE(other.Restore(changed)) << place;
      EXPECT_EQ(other.changes(), 0U);
      ++tried;
    }
  }
  EXPECT_EQ(tried, 10) << "the time, two slices, two sets";
  SavedActivity longer = saved;
  longer.parts.push_back(nullptr);
  EXPECT_FALSE(Activity().Restore(longer));
}

TEST(Activity, OnlyWhatHasChangedIsMadeAnew) {
  ActivityFold fold;
  fold.Read(Failure(Stamp(21, 500), "203.0.113.1", "ann") +
            Failure(Stamp(21, 600), "203.0.113.1", "ann"));
  const SavedActivity before = fold.activity().Save();
  fold.Read(Failure(Stamp(21, 600), "203.0.113.2", "ann"));
  const SavedActivity after = fold.activity().Save();
  int changed = 0;
  for (std::size_t place = 0; place < before.parts.size(); ++place)
    changed += before.parts[place] == after.parts[place] ? 0 : 1;
  EXPECT_EQ(changed, 2) << "the five minutes, and the hour";
}

// ---- recorded logs

/// What is between two texts; empty if they are not there.
std::string Between(const std::string& line, const std::string& before, const std::string& after) {
  const std::size_t at = line.find(before);
  if (at == std::string::npos) return {};
  const std::size_t begin = at + before.size();
  return line.substr(begin, std::min(line.find(after, begin), line.size()) - begin);
}

// Counted in another way: by text, exactly.
TEST(ActivityTruth, TheBusiestUserOfARecordedLog) {
  const std::string log = CorpusLog();
  std::map<std::string, std::string> users;  // by queue id
  std::map<std::string, std::uint64_t> recipients;
  for (std::string_view rest = log; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size() - 1) + 1;
    const std::string line(rest.substr(0, end - 1));
    rest.remove_prefix(end);
    const std::string id = Between(line, "]: ", ":");
    if (const std::string user = Between(line, ", sasl_username=", ",");
        !user.empty() && line.find(": client=") != std::string::npos)
      users[id] = user;
    const std::string count = Between(line, ", nrcpt=", " ");
    if (count.empty() || !users.contains(id)) continue;
    recipients[users[id]] += std::stoul(count);
    users.erase(id);
  }
  std::uint64_t most = 0;
  for (const auto& [user, sum] : recipients) most = std::max(most, sum);
  ASSERT_GT(most, 10U);
  ActivityFold fold;
  fold.Read(log);
  EXPECT_EQ(fold.Recipients(SenderKind::kUser, "24h"), most) << "the log is of less than a day";
}

TEST(ActivityTruth, FailedLoginsOfARecordedLog) {
  const std::string log = CorpusLog();
  std::set<std::string> clients;
  for (std::string_view rest = log; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size() - 1) + 1;
    const std::string line(rest.substr(0, end - 1));
    rest.remove_prefix(end);
    if (line.find("smtpd[") != std::string::npos && line.find(": SASL ") != std::string::npos &&
        line.find("authentication failed") != std::string::npos)
      clients.insert(Between(Between(line, "warning: ", ":"), "[", "]"));
    if (line.find("(auth failed") != std::string::npos)
      clients.insert(Between(line, ", rip=", ","));
  }
  ASSERT_GE(clients.size(), 1U);
  ActivityFold fold;
  fold.Read(log);
  EXPECT_EQ(fold.Figures("24h").failed_clients, clients.size());
}

}  // namespace
}  // namespace maillog::test
