#include "exporter/report/name_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "exporter/report/log_names.h"

namespace maillog::test {
namespace {

using testing::SizeIs;

TEST(NameTableTest, TheMostFrequentComeFirst) {
  NameTable table;
  table.Add("b", 0, 2);
  table.Add("a", 1, 2);
  table.Add("c", 0, 3);
  table.AddSize("a", 2, 1000);
  NameTable::Counts others{};
  const auto rows = table.Top(2, others);
  ASSERT_THAT(rows, SizeIs(2));
  EXPECT_EQ(rows[0].name, "c");
  EXPECT_EQ(rows[1].name, "a");
  EXPECT_EQ(rows[1].counts, (NameTable::Counts{0, 2, 1000}));
  EXPECT_EQ(others, (NameTable::Counts{2, 0, 0}));
}

TEST(NameTableTest, MadeUpNamesNeitherGrowItNorHideFrequentOnes) {
  NameTable table(100);
  std::uint64_t all = 0;
  for (int i = 0; i < 10'000; ++i) {
    table.Add("made-up-" + std::to_string(i), 0, 1);
    if (i % 10 == 0) table.Add("busy", 0, 1);
    all += i % 10 == 0 ? 2 : 1;
    ASSERT_LE(table.size(), 100U);
  }
  NameTable::Counts others{};
  const auto rows = table.Top(1, others);
  EXPECT_EQ(rows[0].name, "busy");
  EXPECT_GE(rows[0].counts[0], 990U);  // counted from when it was more frequent than others
  EXPECT_EQ(rows[0].counts[0] + others[0], all);
}

TEST(NameTableTest, MergingAddsUp) {
  NameTable a(10);
  NameTable b(10);
  for (int i = 0; i < 50; ++i) {
    a.Add(std::to_string(i), 0, 1);
    b.Add(std::to_string(i), 1, 2);
  }
  a.Merge(b);
  NameTable::Counts others{};
  std::uint64_t first = 0;
  std::uint64_t second = 0;
  for (const auto& row : a.Top(100, others)) {
    first += row.counts[0];
    second += row.counts[1];
  }
  EXPECT_EQ(first + others[0], 50U);
  EXPECT_EQ(second + others[1], 100U);
}

TEST(NameTableTest, ALongNameIsCut) {
  NameTable table;
  table.Add(std::string(100'000, 'x'), 0, 1);
  NameTable::Counts others{};
  EXPECT_EQ(table.Top(1, others)[0].name.size(), NameTable::kMaxName);
}

TEST(SeenMailsTest, EachIsNewOnce) {
  SeenMails seen;
  std::atomic<int> fresh = 0;
  const auto add = [&] {
    for (std::uint64_t i = 1; i <= 10'000; ++i) fresh += seen.Add(i * 77) ? 1 : 0;
  };
  std::thread other(add);
  add();
  other.join();
  EXPECT_EQ(fresh, 10'000);
}

Record RecordWith(std::string_view stamp, std::string_view message) {
  return {.stamp = stamp, .program = "postfix/smtp", .message = message};
}

TEST(LogNamesTest, CountsByTheHourOfAnyStamp) {
  MailsOfLog mails;
  LogNames names(mails, absl::UTCTimeZone());
  names.set_written(absl::FromUnixSeconds(1'795'281'600));  // 2026-11-21 17:20
  Delivery sent;
  sent.status = DeliveryStatus::kSent;
  sent.delay = Micros{5'000'000};
  constexpr std::string_view kMessage =
      "0A10000000: to=<\"a b\"@Example.com>, relay=mx.example.com[192.0.2.1]:25, delay=5";
  for (const std::string_view stamp :
       {"Nov 21 10:00:00", "Nov 21 10:59:59", "2026-11-21T10:00:00.5+00:00",
        "2026-11-21T19:30:00+09:00", "2026-11-21T11:00:00+00:00", "nonsense"}) {
    names.See(RecordWith(stamp, kMessage), sent);
  }
  ASSERT_THAT(names.hours(), SizeIs(2));
  EXPECT_EQ(names.hours().begin()->second[static_cast<std::size_t>(HourCount::kSent)], 4U);
  EXPECT_EQ(names.without_hour()[static_cast<std::size_t>(HourCount::kSent)], 1U);
  NameTable::Counts others{};
  EXPECT_EQ(names.table(NameList::kDomains).Top(1, others)[0].name, "Example.com");
  EXPECT_EQ(names.table(NameList::kRelays).Top(1, others)[0].name, "mx.example.com");
  EXPECT_THAT(names.Slowest(), SizeIs(6));
}

TEST(LogNamesTest, AMailThatIsTriedAgainIsOneMailOfItsSender) {
  MailsOfLog mails;
  LogNames names(mails, absl::UTCTimeZone());
  QueueActivation active;
  active.size_bytes = 100;
  active.recipients = 2;
  for (const std::string_view message :
       {"0A10000000: from=<a@example.com>, size=100, nrcpt=2 (queue active)",
        "0A10000000: from=<a@example.com>, size=100, nrcpt=1 (queue active)",
        "0B10000000: from=<a@example.com>, size=100, nrcpt=1 (queue active)",
        "0B10000000: from=<>, size=100, nrcpt=1 (queue active)"}) {
    names.See(RecordWith("Nov 21 10:00:00", message), active);
  }
  NameTable::Counts others{};
  const auto rows = names.table(NameList::kSenders).Top(5, others);
  ASSERT_THAT(rows, SizeIs(2));
  EXPECT_EQ(rows[0].counts, (NameTable::Counts{2, 4, 200}));
  EXPECT_EQ(rows[1].name, "<>");
}

// Parts of a log are read by two threads: the line that names the user may be seen last.
TEST(LogNamesTest, TheRecipientsOfAUserAreThoseOfTheFirstAttempt) {
  MailsOfLog mails;
  LogNames names(mails, absl::UTCTimeZone());
  LogNames others_names(mails, absl::UTCTimeZone());
  QueueActivation active;
  const auto queued = [&](LogNames& seen_by, std::string_view message, std::uint64_t recipients) {
    active.recipients = recipients;
    seen_by.See(RecordWith("Nov 21 10:00:00", message), active);
  };
  const auto begun = [&](LogNames& seen_by, std::string_view message) {
    seen_by.See(RecordWith("Nov 21 10:00:00", message), SmtpMessage{});
  };
  begun(names, "0A10000000: client=a[192.0.2.1], sasl_method=PLAIN, sasl_username=one");
  queued(others_names, "0A10000000: from=<a@example.com>, size=100, nrcpt=20 (queue active)", 20);
  queued(names, "0A10000000: from=<a@example.com>, size=100, nrcpt=20 (queue active)", 20);
  queued(names, "0B10000000: from=<a@example.com>, size=100, nrcpt=3 (queue active)", 3);
  begun(others_names, "0B10000000: client=a[192.0.2.1], sasl_method=PLAIN, sasl_username=one");
  queued(names, "0C10000000: from=<b@example.com>, size=100, nrcpt=7 (queue active)", 7);
  begun(names, "0C10000000: client=b[192.0.2.2]");
  names.Merge(others_names);
  NameTable::Counts others{};
  const auto users = names.table(NameList::kUsers).Top(5, others);
  ASSERT_THAT(users, SizeIs(1));
  EXPECT_EQ(users[0].counts, (NameTable::Counts{2, 23, 0}));
  const auto senders = names.table(NameList::kSenders).Top(5, others);
  ASSERT_THAT(senders, SizeIs(2));
  EXPECT_EQ(senders[0].counts, (NameTable::Counts{2, 23, 0}));
}

TEST(LogNamesTest, WhoFailedToLogInAtAnyServer) {
  MailsOfLog mails;
  LogNames names(mails, absl::UTCTimeZone());
  SmtpSession session;
  session.auth = AuthResult::kFailure;
  names.See(
      RecordWith(
          "", "(mx.example.jp), cl.example.net[192.0.2.9], AUTH-LOGIN:info [failed],<B1>, abort"),
      session);
  Pop3Command command;
  command.auth = AuthResult::kFailure;
  names.See(RecordWith("", "info from 192.0.2.9 PASS **** failed"), command);
  AuthAttempt attempt;
  attempt.server = Server::kPostfix;
  attempt.result = AuthResult::kFailure;
  names.See(RecordWith("",
                       "warning: unknown[192.0.2.8]: SASL LOGIN authentication failed: (reason), "
                       "sasl_username=root"),
            attempt);
  NameTable::Counts others{};
  const auto clients = names.table(NameList::kFailingClients).Top(5, others);
  ASSERT_THAT(clients, SizeIs(2));
  EXPECT_EQ(clients[0].name, "192.0.2.9");
  EXPECT_EQ(clients[0].rank, 2U);
  EXPECT_EQ(clients[1].name, "192.0.2.8");
  const auto users = names.table(NameList::kFailingUsers).Top(5, others);
  ASSERT_THAT(users, SizeIs(2));
  EXPECT_EQ(users[0].name, "info");
  EXPECT_EQ(users[1].name, "root");
}

}  // namespace
}  // namespace maillog::test
