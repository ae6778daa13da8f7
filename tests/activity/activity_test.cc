// Who does most: senders by what they send, clients by their failed logins; and that this is a
// fold.
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "tests/activity/activity_fold.h"
#include "tests/activity/activity_lines.h"

namespace maillog::test {
namespace {

// ---- senders

TEST(Activity, TheBusiestUserIsThatWithTheMostRecipients) {
  ActivityFold fold;
  const std::string stamp = Stamp(21, 600);
  fold.Read(MailBy(stamp, Id(1), User("ann"), 3) + MailBy(stamp, Id(2), User("bob"), 40) +
            MailBy(stamp, Id(3), User("ann"), 50) + MailBy(stamp, Id(4), User("bob"), 12));
  EXPECT_EQ(fold.Recipients(SenderKind::kUser), 53U);
  EXPECT_EQ(fold.Recipients(SenderKind::kUser, "24h"), 53U);
  EXPECT_EQ(fold.Recipients(SenderKind::kClient), 0U);
  EXPECT_EQ(fold.Recipients(SenderKind::kLocal), 0U);
}

TEST(Activity, ClientsOfPrivateNetworksAndUsersOfTheHostAreSendersOfTheirOwnKind) {
  ActivityFold fold;
  const std::string stamp = Stamp(21, 600);
  fold.Read(MailBy(stamp, Id(1), "client=a.lan[192.168.1.5]", 4) +
            MailBy(stamp, Id(2), "client=b.lan[10.1.2.3]", 5) +
            MailBy(stamp, Id(3), "client=a.lan[192.168.1.5]", 2) +
            MailBy(stamp, Id(4), "uid=33 from=<www-data>", 70) +
            MailBy(stamp, Id(5), "uid=0 from=<root>", 7));
  EXPECT_EQ(fold.Recipients(SenderKind::kUser), 0U);
  EXPECT_EQ(fold.Recipients(SenderKind::kClient), 6U);
  EXPECT_EQ(fold.Recipients(SenderKind::kLocal), 70U);
}

TEST(Activity, OthersAreNoSendersOfOurs) {
  ActivityFold fold;
  const std::string stamp = Stamp(21, 600);
  const std::string before = fold.Bytes();
  fold.Read(MailBy(stamp, Id(1), "client=out.example[203.0.113.9]", 1000) +
            MailBy(stamp, Id(2), "client=localhost[127.0.0.1]", 1000));
  EXPECT_EQ(fold.Bytes(), before);
}

// The same mail, tried again, brought back by a filter, or queued anew.
TEST(Activity, AMailCountsOnce) {
  ActivityFold fold;
  const std::string stamp = Stamp(21, 600);
  const std::string mail = MailBy(stamp, Id(1), User("ann"), 9);
  fold.Read(mail + mail.substr(mail.find('\n') + 1));
  fold.Read(MailBy(
      stamp, Id(2),
      "client=localhost[127.0.0.1], orig_queue_id=" + Id(1) + ", orig_client=c.lan[192.168.1.7]",
      9));
  fold.Read(MailBy(stamp, Id(3), "uid=0 from=<root> orig_id=" + Id(1), 9));
  EXPECT_EQ(fold.Recipients(SenderKind::kUser), 9U);
  EXPECT_EQ(fold.Recipients(SenderKind::kClient), 0U);
  EXPECT_EQ(fold.Recipients(SenderKind::kLocal), 0U);
}

TEST(Activity, AnIdThatComesAgainIsAnotherMail) {
  ActivityFold fold;
  const std::string stamp = Stamp(21, 600);
  fold.Read(MailBy(stamp, Id(1), User("ann"), 9) + MailBy(stamp, Id(1), User("ann"), 4));
  EXPECT_EQ(fold.Recipients(SenderKind::kUser), 13U);
}

TEST(Activity, MailsThatNeverReachTheQueuePushOutOnlyTheOldest) {
  ActivityFold fold;
  const std::string stamp = Stamp(21, 600);
  const int many = static_cast<int>(20 * Activity::kBegunSets * RecentTable::kWays);
  for (int i = 0; i < many; ++i)
    fold.Read(Line(stamp, "submission/smtpd[1]: " + Id(i) + ": " + User("ann")));
  fold.Read(MailBy(stamp, Id(many), User("bob"), 3));
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

// ---- the fold

TEST(Activity, AnyCutAndAnyRestartGivesTheSame) {
  std::string text;
  std::mt19937 random(9);
  for (int i = 0; i < 300; ++i) {
    const std::string stamp = Stamp(21, 600 + i / 3);
    const std::string user = "u" + std::to_string(random() % 9);
    text += random() % 2 == 0
                ? MailBy(stamp, Id(i), User(user), 1 + static_cast<int>(random() % 30))
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
  fold.Read(MailBy(Stamp(21, 600), Id(1), User("annabella"), 3) +
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
  fold.Read(MailBy(Stamp(21, 600), Id(1), User("ann"), 3) +
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

}  // namespace
}  // namespace maillog::test
