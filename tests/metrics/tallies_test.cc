#include "metrics/tallies.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "metrics/cells.h"
#include "metrics/exposition.h"
#include "metrics/facts.h"
#include "metrics/open_members.h"
#include "tests/support/how_much.h"

namespace maillog {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Samples SamplesOf(const Tallies& tallies) {
  Samples samples;
  tallies.AddTo(samples);
  return samples;
}

std::string TextOf(const Tallies& tallies) { return ExpositionText(SamplesOf(tallies)); }

Delivery SentDelivery() {
  Delivery delivery;
  delivery.syslog_name = {"postfix"};
  delivery.agent = Agent::kSmtp;
  delivery.next_hop = NextHop::kRemote;
  delivery.status = DeliveryStatus::kSent;
  delivery.dsn_class = DsnClass::kSuccess;
  delivery.dsn = DsnCode::Of("2.0.0");
  delivery.receiver = Receiver::kGoogle;
  delivery.delay = 580'000;
  delivery.delays = {140'000, 0, 100'000, std::nullopt};
  return delivery;
}

TEST(Tallies, ADeliveryMovesItsRows) {
  Tallies tallies;
  tallies.Count(SentDelivery(), 1);
  const std::string text = TextOf(tallies);
  EXPECT_THAT(
      text,
      HasSubstr(
          "maillog_deliveries_total{server=\"postfix\",syslog_name=\"postfix\",agent=\"smtp\","
          "next_hop=\"remote\",status=\"sent\",dsn_class=\"2\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("status=\"sent\",dsn=\"2.0.0\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("maillog_delivery_receivers_total{server=\"postfix\",status=\"sent\","
                              "receiver=\"google\"} 1\n"));
  EXPECT_THAT(
      text,
      HasSubstr("maillog_delivery_delay_seconds_sum{server=\"postfix\",syslog_name=\"postfix\","
                "agent=\"smtp\",next_hop=\"remote\",status=\"sent\"} 0.58\n"));
  EXPECT_THAT(text, HasSubstr("phase=\"connection\"} 0.1\n"));
  EXPECT_THAT(text, Not(HasSubstr("phase=\"transmission\"")));
  EXPECT_THAT(text, Not(HasSubstr("maillog_delivery_reasons_total")));
}

/// One of a few thousand deliveries, some of which have the same labels.
Delivery AnyDelivery(std::mt19937& chance) {
  const auto below = [&chance](unsigned most) { return chance() % most; };
  Delivery delivery = SentDelivery();
  static constexpr std::string_view kNames[] = {"postfix", "postfix-out", "mx"};
  delivery.syslog_name = {kNames[below(3)]};
  if (below(4) == 0) delivery.agent = Agent::kLmtp;
  if (below(4) == 0) delivery.next_hop = NextHop::kNone;
  if (below(3) == 0) delivery.status = DeliveryStatus::kDeferred;
  if (below(4) == 0) delivery.reason = Reason::kGreylist;
  if (below(4) == 0) delivery.policy = static_cast<Policy>(below(3));
  if (below(4) == 0) delivery.receiver = Receiver::kOther;
  if (below(4) == 0) delivery.dsn = DsnCode::Of("4.7.1");
  if (below(4) == 0) delivery.delay.reset();
  if (below(8) == 0) delivery.bad_values = 1;
  for (auto& phase : delivery.delays) {
    phase = static_cast<Micros>(below(1'000'000'000));
    if (below(6) == 0) phase.reset();
  }
  return delivery;
}

// Cells are remembered by labels: each delivery by itself has nothing to remember.
TEST(Tallies, DeliveriesOfTheSameLabelsAreCountedAsEachByItself) {
  std::mt19937 chance(16);
  Tallies together;
  Samples each;
  for (int i = 0; i < (test::MayTakeLong() ? 10'000 : 1000); ++i) {
    const Delivery delivery = AnyDelivery(chance);
    const std::uint32_t times = static_cast<std::uint32_t>(1 + chance() % 3);
    together.Count(delivery, times);
    Tallies alone;
    alone.Count(delivery, times);
    each.Merge(SamplesOf(alone), {});
  }
  EXPECT_EQ(TextOf(together), ExpositionText(each));
}

/// More services than are remembered, each with new commands now and then.
SmtpDisconnection AnyDisconnection(std::mt19937& chance) {
  static const auto kListeners = [] {
    std::array<std::string, 12> names;
    for (std::size_t i = 0; i < names.size(); ++i) names[i] = "listener" + std::to_string(i);
    return names;
  }();
  const auto below = [&chance](std::size_t most) {
    return static_cast<std::uint32_t>(chance() % most);
  };
  SmtpDisconnection event;
  event.syslog_name = {below(3) == 0 ? "postfix" : "postfix-in"};
  event.listener = {kListeners[below(kListeners.size())]};
  event.tally_count = static_cast<std::uint8_t>(below(SmtpDisconnection::kMaxTallies));
  for (std::size_t i = 0; i < event.tally_count; ++i) {
    const std::uint32_t accepted = below(3);
    // A line that somebody made up may name one twice.
    event.tallies[i] = {static_cast<SmtpVerb>(below(SmtpDisconnection::kMaxTallies)), accepted,
                        accepted + below(2)};
  }
  if (below(8) == 0) event.bad_values = 1;
  return event;
}

TEST(Tallies, DisconnectionsFromTheSameServiceAreCountedAsEachByItself) {
  std::mt19937 chance(16);
  Tallies together;
  Samples each;
  for (int i = 0; i < (test::MayTakeLong() ? 10'000 : 1000); ++i) {
    const SmtpDisconnection event = AnyDisconnection(chance);
    const std::uint32_t times = static_cast<std::uint32_t>(chance() % 3);
    together.Count(event, times);
    Tallies alone;
    alone.Count(event, times);
    each.Merge(SamplesOf(alone), {});
  }
  EXPECT_EQ(TextOf(together), ExpositionText(each));
}

TEST(Tallies, ARefusalIsCountedByItsPolicy) {
  Delivery delivery = SentDelivery();
  delivery.status = DeliveryStatus::kDeferred;
  delivery.reason = Reason::kRateLimit;
  delivery.policy = Policy::kGoogleRateLimit;
  Tallies tallies;
  tallies.Count(delivery, 2);
  EXPECT_THAT(
      TextOf(tallies),
      HasSubstr("maillog_delivery_policies_total{server=\"postfix\",syslog_name=\"postfix\","
                "status=\"deferred\",receiver=\"google\",reason=\"rate_limit\","
                "policy=\"google_rate_limit\"} 2\n"));
}

TEST(Tallies, WithoutAPolicyOrFromALocalProgramThereIsNone) {
  Delivery delivery = SentDelivery();
  delivery.status = DeliveryStatus::kBounced;
  Tallies tallies;
  tallies.Count(delivery, 1);
  delivery.policy = Policy::kSpamhausZen;
  for (const NextHop next_hop : {NextHop::kSocket, NextHop::kLoopback, NextHop::kLocal}) {
    delivery.next_hop = next_hop;
    tallies.Count(delivery, 1);
  }
  delivery.next_hop = NextHop::kRemote;
  delivery.status = DeliveryStatus::kSent;
  tallies.Count(delivery, 1);
  EXPECT_THAT(TextOf(tallies), Not(HasSubstr("maillog_delivery_policies_total")));
}

TEST(Tallies, TheOutcomesOfADeliveryAreShownFromZero) {
  Tallies tallies;
  tallies.Count(SentDelivery(), 1);
  const std::string text = TextOf(tallies);
  EXPECT_THAT(text, HasSubstr("next_hop=\"remote\",status=\"deferred\",dsn_class=\"4\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("next_hop=\"remote\",status=\"bounced\",dsn_class=\"5\"} 0\n"));
}

TEST(Tallies, ARepeatedMessageCountsAsOftenAsItHappened) {
  Tallies tallies;
  tallies.Count(SentDelivery(), 7);
  EXPECT_THAT(TextOf(tallies), HasSubstr("status=\"sent\",dsn_class=\"2\"} 7\n"));
  EXPECT_THAT(
      TextOf(tallies),
      HasSubstr("maillog_delivery_delay_seconds_count{server=\"postfix\",syslog_name=\"postfix\","
                "agent=\"smtp\",next_hop=\"remote\",status=\"sent\"} 7\n"));
}

TEST(Tallies, ADisconnectFeedsCommandsAndSuccessfulAuthentication) {
  SmtpDisconnection event;
  event.syslog_name = {"postfix"};
  event.listener = {"submission"};
  event.tally_count = 2;
  event.tallies[0] = {SmtpVerb::kAuth, 1, 1};
  event.tallies[1] = {SmtpVerb::kRcpt, 1, 3};
  Tallies tallies;
  tallies.Count(event, 1);
  const std::string text = TextOf(tallies);
  EXPECT_THAT(text, HasSubstr("listener=\"submission\",command=\"rcpt\",result=\"accepted\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("listener=\"submission\",command=\"rcpt\",result=\"rejected\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("listener=\"submission\",protocol=\"smtp\",result=\"success\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("listener=\"submission\",protocol=\"smtp\",result=\"failure\"} 0\n"));
}

TEST(Tallies, OpenLabelsBeyondTheirLimitAreOtherAndCounted) {
  Tallies tallies;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < Label<SyslogName>::limit + 3; ++i)
    names.push_back("instance" + std::to_string(i));
  for (const std::string& name : names) tallies.Count(QueueRemoved{{Server::kPostfix, {name}}}, 1);
  const Samples samples = SamplesOf(tallies);
  EXPECT_EQ(samples.CounterValue("maillog_queue_removed_total", {"postfix", "instance0"}), 1U);
  EXPECT_EQ(samples.CounterValue("maillog_queue_removed_total", {"postfix", "other"}), 3U);
  EXPECT_EQ(samples.CounterValue("maillog_label_overflows_total", {"syslog_name"}), 3U);
}

QueueRemoved RemovedBy(std::string_view instance) { return {{Server::kPostfix, {instance}}}; }

TEST(Tallies, OpenLabelsOfAnotherFormAreOtherAndCounted) {
  Tallies tallies;
  tallies.Count(RemovedBy("user1@example.com"), 1);
  tallies.Count(RemovedBy("192.0.2.1"), 1);
  tallies.Count(RemovedBy("postfix"), 1);
  const Samples samples = SamplesOf(tallies);
  EXPECT_EQ(samples.CounterValue("maillog_queue_removed_total", {"postfix", "other"}), 2U);
  EXPECT_EQ(samples.CounterValue("maillog_queue_removed_total", {"postfix", "postfix"}), 1U);
  EXPECT_EQ(samples.CounterValue("maillog_label_overflows_total", {"syslog_name"}), 2U);
  EXPECT_EQ(tallies.known_values(), 1U);
}

TEST(Tallies, AValueOfAnotherFormCountsOnceAnEvent) {
  Tallies tallies;
  Delivery delivery = SentDelivery();
  delivery.agent = Agent::kPipe;
  delivery.transport = {"user1@example.com"};
  tallies.Count(delivery, 1);
  const Samples samples = SamplesOf(tallies);
  EXPECT_EQ(samples.CounterValue("maillog_label_overflows_total", {"transport"}), 1U);
  EXPECT_THAT(TextOf(tallies), HasSubstr("agent=\"pipe\",transport=\"other\","));
}

TEST(Tallies, NamesOfAnotherFormTakeNoPlaceOfOthers) {
  Tallies tallies;
  for (std::size_t i = 0; i < 10 * Label<SyslogName>::limit; ++i)
    tallies.Count(RemovedBy("u" + std::to_string(i) + "@example.com"), 1);
  tallies.Count(RemovedBy("postfix"), 1);
  EXPECT_EQ(SamplesOf(tallies).CounterValue("maillog_queue_removed_total", {"postfix", "postfix"}),
            1U);
}

TEST(Tallies, WhatAFormerRunKnewHasTheFormToo) {
  Tallies tallies;
  tallies.Know("syslog_name", "192.0.2.1");
  tallies.Know("syslog_name", "postfix-out");
  EXPECT_EQ(tallies.known_values(), 1U);
  EXPECT_THAT(TextOf(tallies), Not(HasSubstr("maillog_label_overflows_total")));
}

// A name of another form is `other` for whoever counts it, so that no second thread has to wait.
TEST(Tallies, NamesOfAnotherFormAreCountedAlone) {
  Tallies tallies;
  DelForm del_form{};
  EXPECT_TRUE(tallies.CountAlone(RemovedBy("192.0.2.1"), 1, del_form));
  EXPECT_FALSE(tallies.CountAlone(RemovedBy("postfix"), 1, del_form));
  EXPECT_EQ(SamplesOf(tallies).CounterValue("maillog_queue_removed_total", {"postfix", "other"}),
            1U);
  EXPECT_EQ(SamplesOf(tallies).CounterValue("maillog_label_overflows_total", {"syslog_name"}), 1U);
}

TEST(Tallies, InvalidUtf8NeverReachesTheExposition) {
  Tallies tallies;
  tallies.Count(RemovedBy("in\xff\x01stance"), 1);
  EXPECT_THAT(TextOf(tallies), HasSubstr("syslog_name=\"other\""));
  EXPECT_THAT(TextOf(tallies), Not(HasSubstr("\xff")));
}

Pop3Session Session(std::uint64_t n, std::uint64_t m, std::uint64_t size) {
  Pop3Session session;
  session.end = SessionEnd::kLogout;
  session.retrieved = CountAndBytes{1, 12345};
  session.deleted_messages = n;
  session.deleted_of = m;
  session.mailbox_bytes = size;
  return session;
}

TEST(Tallies, Pop3DelTellsItsFormByItself) {
  EXPECT_EQ(DelFormOf(Session(0, 123, 1234567)), DelForm::kMailboxMessages);
  EXPECT_EQ(DelFormOf(Session(0, 0, 5000)), DelForm::kDeletedBytes);
  EXPECT_EQ(DelFormOf(Session(2, 4000, 100000)), DelForm::kDeletedBytes);
  EXPECT_EQ(DelFormOf(Session(2, 4, 100000)), DelForm::kNotShown);
  EXPECT_EQ(DelFormOf(Session(0, 0, 0)), DelForm::kNotShown);
}

TEST(Tallies, Pop3DelThatTellsNothingIsReadAsTheNewestLineThatDid) {
  Tallies tallies;
  tallies.Count(Session(2, 4, 100000), 1);  // nothing has said so yet: n counts, m is not observed
  EXPECT_EQ(SamplesOf(tallies).CounterValue("maillog_pop3_deleted_messages_total", {"dovecot"}),
            2U);
  EXPECT_THAT(TextOf(tallies), Not(HasSubstr("maillog_pop3_mailbox_messages_count")));

  AuthAttempt login;
  login.server = Server::kDovecot;
  login.protocol = AuthProtocol::kPop3;
  login.result = AuthResult::kSuccess;
  login.del_form = DelForm::kMailboxMessages;
  tallies.Count(login, 1);
  tallies.Count(Session(2, 4, 100000), 1);
  EXPECT_THAT(TextOf(tallies),
              HasSubstr("maillog_pop3_mailbox_messages_sum{server=\"dovecot\"} 4\n"));

  login.del_form = DelForm::kDeletedBytes;
  tallies.Count(login, 1);
  tallies.Count(Session(2, 4, 100000), 1);
  EXPECT_EQ(SamplesOf(tallies).CounterValue("maillog_pop3_deleted_bytes_total", {"dovecot"}), 4U);
  EXPECT_THAT(TextOf(tallies),
              HasSubstr("maillog_pop3_mailbox_messages_sum{server=\"dovecot\"} 4\n"));
  EXPECT_EQ(tallies.del_form(), DelForm::kDeletedBytes);
}

TEST(Samples, MergeAddsCountersAndHistograms) {
  Tallies a;
  Tallies b;
  a.Count(SentDelivery(), 1);
  b.Count(SentDelivery(), 2);
  Samples merged = SamplesOf(a);
  merged.Merge(SamplesOf(b));
  Tallies both;
  both.Count(SentDelivery(), 3);
  EXPECT_EQ(ExpositionText(merged), TextOf(both));
}

// Open labels are found by their type, whatever the members are called, and wherever they are.
struct Visit {
  Server server = Server::kPostfix;
  Listener front_door;
  Listener back_door;
  Listener not_a_label;
};
struct OtherVisit {
  Listener front_door;
};
constexpr std::tuple kVisitRows{
    Counter<Visit, &Visit::server, &Visit::front_door>{"maillog_visits_total", "Visits."},
    Counter<OtherVisit, &OtherVisit::front_door>{"maillog_other_visits_total", "Others."},
    Counter<Visit, &Visit::back_door, &Visit::front_door>{"maillog_ways_total", "Ways."}};

TEST(OpenMembersTest, AreFoundByTypeInEachRowOverTheFact) {
  constexpr auto kMembers = OpenMembersIn<Visit, Listener>(kVisitRows);
  EXPECT_THAT(std::vector(kMembers.begin(), kMembers.end()),
              testing::ElementsAre(&Visit::front_door, &Visit::back_door));
  constexpr auto kNone = OpenMembersIn<Visit, Transport>(kVisitRows);
  EXPECT_EQ(kNone.begin(), kNone.end());
}

}  // namespace
}  // namespace maillog
