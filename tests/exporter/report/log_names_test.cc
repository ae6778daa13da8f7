#include "exporter/report/log_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <type_traits>
#include <vector>

#include "metrics/expand.h"
#include "parser/scan.h"

namespace maillog::test {
namespace {

using testing::SizeIs;

Record RecordWith(std::string_view stamp, std::string_view message) {
  return {.stamp = stamp, .program = "postfix/smtp", .message = message};
}

TEST(LogNamesTest, CountsByTheHourOfAnyStamp) {
  MailsOfLog mails;
  LogNames names(mails, absl::UTCTimeZone(), absl::FromUnixSeconds(2'000'000'000));
  names.BeginText({.written_ns = 1'795'281'600'000'000'000});  // 2026-11-21 17:20
  Delivery sent;
  sent.status = DeliveryStatus::kSent;
  sent.delay = Micros{5'000'000};
  constexpr std::string_view kMessage =
      "0A10000000: to=<\"a b\"@Example.com>, relay=mx.example.com[192.0.2.1]:25, delay=5";
  for (const std::string_view stamp :
       {"Nov 21 10:00:00", "Nov 21 10:0X:01", "Nov 21 10:59:59", "2026-11-21T10:00:00.5+00:00",
        "2026-11-21T19:30:00+09:00", "2026-11-21T11:00:00+00:00", "nonsense"}) {
    names.See(RecordWith(stamp, kMessage), sent);
  }
  ASSERT_THAT(names.hours(), SizeIs(2));
  EXPECT_EQ(names.hours().begin()->second[static_cast<std::size_t>(HourCount::kSent)], 4U);
  EXPECT_EQ(names.without_hour()[static_cast<std::size_t>(HourCount::kSent)], 2U);
  NameTable::Counts others{};
  EXPECT_EQ(names.table(NameList::kDomains).Top(1, others)[0].name, "Example.com");
  EXPECT_EQ(names.table(NameList::kRelays).Top(1, others)[0].name, "mx.example.com");
  EXPECT_THAT(names.Slowest(), SizeIs(7));
}

TEST(LogNamesTest, AMailThatIsTriedAgainIsOneMailOfItsSender) {
  MailsOfLog mails;
  LogNames names(mails, absl::UTCTimeZone(), absl::UnixEpoch());
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
  LogNames names(mails, absl::UTCTimeZone(), absl::UnixEpoch());
  LogNames others_names(mails, absl::UTCTimeZone(), absl::UnixEpoch());
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

// In a text, lines wait for others: what they say is the same, wherever the text is cut.
TEST(LogNamesTest, LinesThatWaitCountAsIfEachWereAlone) {
  std::string text;
  for (int i = 0; i < 300; ++i) {
    const std::string id = "0A1000000" + std::to_string(i % 90) + ": ";
    const std::string user = "user" + std::to_string(i % 7) + "@example.com";
    const std::string host = "c" + std::to_string(i % 5) + ".example";
    if (i % 3 == 0)
      text += id + "client=" + host + "[192.0.2.1], sasl_method=PLAIN, sasl_username=" + user;
    if (i % 3 == 1) text += id + "from=<" + user + ">, size=100, nrcpt=2 (queue active)";
    if (i % 3 == 2) text += id + "to=<" + user + ">, relay=" + host + "[192.0.2.1]:25, delay=5";
    text += '\n';
  }
  MailsOfLog mails_alone;
  LogNames alone(mails_alone, absl::UTCTimeZone(), absl::UnixEpoch());
  MailsOfLog mails_together;
  LogNames together(mails_together, absl::UTCTimeZone(), absl::UnixEpoch());
  Delivery sent;
  sent.status = DeliveryStatus::kSent;
  sent.delay = Micros{5'000'000};
  QueueActivation active;
  active.recipients = 2;
  active.size_bytes = 100;
  const std::vector<Event> events{SmtpMessage{}, active, sent};
  int line = 0;
  for (std::string_view rest = text; !rest.empty(); ++line) {
    if (line % 110 == 0) together.BeginText({.text = text});
    const Record record{.program = "postfix/smtp", .message = TakeLine(rest)};
    const Event& event = events[static_cast<std::size_t>(line % 3)];
    alone.See(record, event);
    together.See(record, event);
    if (line % 110 == 109 || rest.empty()) together.EndText();
  }
  for (std::size_t list = 0; list < kNameLists.size(); ++list) {
    NameTable::Counts others{};
    const auto a = alone.table(static_cast<NameList>(list)).Top(100, others);
    const auto b = together.table(static_cast<NameList>(list)).Top(100, others);
    ASSERT_EQ(a.size(), b.size());
    EXPECT_EQ(a.empty(), list > static_cast<std::size_t>(NameList::kUsers));
    for (std::size_t i = 0; i < a.size(); ++i) {
      EXPECT_EQ(a[i].name, b[i].name);
      EXPECT_EQ(a[i].counts, b[i].counts) << a[i].name;
    }
  }
  EXPECT_EQ(alone.without_hour(), together.without_hour());
  EXPECT_EQ(alone.Slowest().size(), together.Slowest().size());
}

// Those of a second thread are merged: of all of them, the slowest are left.
TEST(LogNamesTest, TheSlowestDeliveriesAreKept) {
  MailsOfLog mails;
  LogNames names(mails, absl::UTCTimeZone(), absl::UnixEpoch());
  LogNames more(mails, absl::UTCTimeZone(), absl::UnixEpoch());
  constexpr int kDeliveries = 1000;
  constexpr int kStep = 389;  // has no divisor in common with their number
  for (int i = 0; i < kDeliveries; ++i) {
    Delivery sent;
    sent.status = DeliveryStatus::kSent;
    sent.delay = Micros{i * kStep % kDeliveries};
    const std::string message = "0A10000000: to=<" + std::to_string(*sent.delay) +
                                "@example.com>, relay=mx.example.com[192.0.2.1]:25, delay=5";
    (i % 2 == 0 ? names : more).See(RecordWith("Nov 21 10:00:00", message), sent);
  }
  names.Merge(more);
  const std::vector<SlowDelivery> slow = names.Slowest();
  ASSERT_THAT(slow, SizeIs(SlowDeliveries::kMax));
  for (std::size_t i = 0; i < slow.size(); ++i) {
    const auto delay = kDeliveries - 1 - static_cast<int>(i);
    EXPECT_EQ(slow[i].delay, delay);
    EXPECT_EQ(slow[i].to, std::to_string(delay) + "@example.com");
    EXPECT_EQ(slow[i].relay, "mx.example.com");
    EXPECT_EQ(slow[i].stamp, "Nov 21 10:00:00");
  }
}

// Of deliveries that were just as slow the first are shown, whichever thread has seen which of
// them.
TEST(LogNamesTest, WhichOfTheSlowestAreKeptDoesNotDependOnThreads) {
  constexpr int kDeliveries = 100;
  std::vector<std::string> first;
  for (const int part : {1, 2, 3, 50, 99}) {
    MailsOfLog mails;
    LogNames names(mails, absl::UTCTimeZone(), absl::UnixEpoch());
    LogNames more(mails, absl::UTCTimeZone(), absl::UnixEpoch());
    for (int i = 0; i < kDeliveries; ++i) {
      Delivery sent;
      sent.status = DeliveryStatus::kSent;
      sent.delay = Micros{10'000'000};
      const std::string stamp = "Nov 21 10:00:" + std::to_string(10 + i / 8);
      const std::string message = "0A1: to=<" + std::to_string(i * 37 % kDeliveries) +
                                  "@b.example>, relay=mx[192.0.2.1]:25";
      (i % part == 0 ? names : more).See(RecordWith(stamp, message), sent);
    }
    names.Merge(more);
    std::vector<std::string> shown;
    for (const SlowDelivery& slow : names.Slowest()) shown.push_back(slow.stamp + ' ' + slow.to);
    ASSERT_THAT(shown, SizeIs(SlowDeliveries::kMax));
    if (first.empty()) first = shown;
    EXPECT_EQ(shown, first) << part;
  }
  EXPECT_TRUE(first.back().starts_with("Nov 21 10:00:12 "));
}

// What comes after a merge is compared with what is left of it.
TEST(LogNamesTest, SlowDeliveriesMayComeAfterAMerge) {
  MailsOfLog mails;
  LogNames names(mails, absl::UTCTimeZone(), absl::UnixEpoch());
  LogNames more(mails, absl::UTCTimeZone(), absl::UnixEpoch());
  const auto see = [](LogNames& seen_by, Micros delay) {
    Delivery sent;
    sent.status = DeliveryStatus::kSent;
    sent.delay = delay;
    seen_by.See(RecordWith("Nov 21 10:00:00", "0A1: to=<a@b.example>, relay=mx[192.0.2.1]:25"),
                sent);
  };
  for (Micros delay = 1; delay <= 20; ++delay) see(names, delay);
  for (Micros delay = 101; delay <= 120; ++delay) see(more, delay);
  names.Merge(more);
  see(names, 100);
  see(names, 200);
  const std::vector<SlowDelivery> slow = names.Slowest();
  ASSERT_THAT(slow, SizeIs(SlowDeliveries::kMax));
  EXPECT_EQ(slow.front().delay, 200);
  EXPECT_EQ(slow.back().delay, 102);
}

TEST(LogNamesTest, WhoLogsInAndWhoIsRefused) {
  MailsOfLog mails;
  LogNames names(mails, absl::UTCTimeZone(), absl::UnixEpoch());
  AuthAttempt attempt;
  attempt.server = Server::kDovecot;
  attempt.result = AuthResult::kSuccess;
  attempt.attempts = 2;
  Record record = RecordWith("Nov 21 10:00:00",
                             "imap-login: Login: user=<one>, method=PLAIN, rip=192.0.2.1, lip=::1");
  record.times = 3;
  names.See(record, attempt);
  names.See(RecordWith("Nov 21 10:00:00", "imap-login: Login: user=<two>, rip=192.0.2.1"), attempt);
  names.See(RecordWith("Nov 21 10:00:00", "NOQUEUE: reject: RCPT from a.example[192.0.2.1]: 450"),
            SmtpReject{});
  NameTable::Counts others{};
  const auto users = names.table(NameList::kUsers).Top(5, others);
  ASSERT_THAT(users, SizeIs(2));
  EXPECT_EQ(users[0].name, "one");
  EXPECT_EQ(users[0].counts, (NameTable::Counts{0, 0, 6}));
  EXPECT_EQ(users[1].name, "two");
  EXPECT_EQ(users[1].counts, (NameTable::Counts{0, 0, 2}));
  const auto clients = names.table(NameList::kClients).Top(5, others);
  ASSERT_THAT(clients, SizeIs(1));
  EXPECT_EQ(clients[0].name, "a.example[192.0.2.1]");
  EXPECT_EQ(clients[0].counts, (NameTable::Counts{0, 1, 0}));
  EXPECT_THAT(names.hours(), SizeIs(1));
}

// A failure without attempts is nobody's.
TEST(LogNamesTest, AFailureOfNoAttemptsNamesNobody) {
  MailsOfLog mails;
  LogNames names(mails, absl::UTCTimeZone(), absl::UnixEpoch());
  AuthAttempt attempt;
  attempt.server = Server::kDovecot;
  attempt.result = AuthResult::kFailure;
  attempt.attempts = 0;
  names.See(RecordWith("", "Disconnected (auth failed): user=<a>, method=PLAIN, rip=192.0.2.1"),
            attempt);
  EXPECT_EQ(names.table(NameList::kFailingUsers).size(), 0U);
}

/// Facts that are counted by the hour, whatever they say.
template <class Fact>
constexpr bool kHasHour =
    std::is_same_v<Fact, Delivery> || std::is_same_v<Fact, SmtpMessage> ||
    std::is_same_v<Fact, MessageSubmitted> || std::is_same_v<Fact, SmtpReject>;

// By the facts that Expand makes of them.
TEST(LogNamesTest, EveryEventWithAnHourIsSeen) {
  const auto hours_of = [](const Event& event) {
    MailsOfLog mails;
    LogNames names(mails, absl::UTCTimeZone(), absl::UnixEpoch());
    names.See(RecordWith("nonsense", ""), event);
    std::uint64_t sum = 0;
    for (const std::uint64_t count : names.without_hour()) sum += count;
    return sum;
  };
  const auto expanded = [](const auto& event) {
    std::uint64_t sum = 0;
    DelForm memory = DelForm::kNotShown;
    Expand(event, memory, [&]<class Fact>(const Fact& fact, std::uint64_t n = 1) {
      if constexpr (kHasHour<Fact>) sum += n;
      if constexpr (std::is_same_v<Fact, AuthAttempt>)
        sum += fact.result == AuthResult::kFailure ? n : 0;
    });
    return sum;
  };
  const auto check = [&](auto event) { EXPECT_EQ(hours_of(event), expanded(event)); };
  Delivery sent;
  sent.status = DeliveryStatus::kSent;
  check(sent);
  MtaReport report;
  static_cast<Delivery&>(report) = sent;
  check(report);
  FinalDelivery final_delivery;
  static_cast<Delivery&>(final_delivery) = sent;
  final_delivery.recipients = 3;
  check(final_delivery);
  check(SmtpMessage{});
  check(MessageSubmitted{});
  check(SmtpReject{});
  SmtpReply reply;
  reply.reply_class = ReplyClass::kTransient;
  check(reply);
  SmtpSession session;
  session.auth = AuthResult::kFailure;
  session.rejected = Reason{};
  check(session);
  Pop3Command pop3;
  pop3.auth = AuthResult::kFailure;
  check(pop3);
  ImapCommand imap;
  imap.auth = AuthResult::kFailure;
  check(imap);
  AuthAttempt attempt;
  attempt.result = AuthResult::kFailure;
  attempt.attempts = 3;
  check(attempt);
  check(QueueActivation{});
  SmtpDisconnection end;
  end.tallies[0] = {.verb = SmtpVerb::kAuth, .accepted = 1, .total = 3};
  end.tally_count = 1;
  check(end);
}

TEST(LogNamesTest, WhoFailedToLogInAtAnyServer) {
  MailsOfLog mails;
  LogNames names(mails, absl::UTCTimeZone(), absl::UnixEpoch());
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
