#include "exporter/queue/tally.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace maillog::test {
namespace {

constexpr std::int64_t kNow = 1'800'000'000;

QueuedMessage Message(QueueName queue, std::int64_t age, std::uint64_t bytes = 100) {
  return {.queue = queue, .arrived = kNow - age, .bytes = bytes};
}

TEST(QueueAges, AreTheColumnsOfQshape) {
  using std::chrono::minutes;
  EXPECT_EQ(QueueAgeOf(std::chrono::seconds(-5)), QueueAge::k5m);  // the clock was set back
  EXPECT_EQ(QueueAgeOf(minutes(5)), QueueAge::k5m);
  EXPECT_EQ(QueueAgeOf(minutes(5) + std::chrono::seconds(1)), QueueAge::k10m);
  EXPECT_EQ(QueueAgeOf(minutes(640)), QueueAge::k640m);
  EXPECT_EQ(QueueAgeOf(minutes(1280)), QueueAge::k1280m);
  EXPECT_EQ(QueueAgeOf(minutes(1281)), QueueAge::kMore);
  EXPECT_EQ(QueueAgeOf(std::chrono::hours(1'000'000)), QueueAge::kMore);
}

TEST(QueueTallyTest, AddsUpByQueue) {
  QueueTally tally(kNow, QueueTally::Keep::kFigures);
  tally.OnMessage(Message(QueueName::kActive, 10, 5));
  tally.OnMessage(Message(QueueName::kActive, 70, 6));
  tally.OnMessage({.queue = QueueName::kActive, .arrived = 0, .bytes = 1});  // not known
  tally.OnMessage(Message(QueueName::kHold, -30));  // from a clock that was ahead
  const QueueFigures& figures = tally.figures();
  const auto& active = figures.queues[LabelIndex(QueueName::kActive)];
  EXPECT_EQ(active.messages, 3);
  EXPECT_EQ(active.bytes, 12);
  EXPECT_EQ(figures.OldestSeconds(QueueName::kActive), 70);
  EXPECT_EQ(figures.OldestSeconds(QueueName::kHold), 0);
  EXPECT_EQ(figures.OldestSeconds(QueueName::kDeferred), 0);
}

TEST(QueueTallyTest, TimesThatCannotBeAreNotKnown) {
  using Limits = std::numeric_limits<std::int64_t>;
  QueueTally tally(kNow, QueueTally::Keep::kFigures);
  for (const std::int64_t arrived : {Limits::min(), std::int64_t{-1}, Limits::max(), kNow - 70}) {
    const QueuedMessage message{.queue = QueueName::kActive, .arrived = arrived, .bytes = 1};
    tally.OnMessage(message);
    tally.OnRecipient(message, "user@gmail.com", "");
  }
  const QueueFigures& figures = tally.figures();
  EXPECT_EQ(figures.OldestSeconds(QueueName::kActive), 70);
  EXPECT_EQ(figures.recipients[LabelIndex(QueueName::kActive)][LabelIndex(Receiver::kGoogle)]
                              [LabelIndex(QueueAge::k5m)],
            4);
}

TEST(QueueTallyTest, TheReceiverIsThatOfTheReasonElseThatOfTheAddress) {
  EXPECT_EQ(ReceiverOfRecipient("user@example.com",
                                "connect to gmail-smtp-in.l.google.com[192.0.2.1]:25: timeout"),
            Receiver::kGoogle);
  EXPECT_EQ(ReceiverOfRecipient("user@gmail.com", "host mx.example.net[192.0.2.1] said: 450 [x]"),
            Receiver::kOther);  // by a relay
  EXPECT_EQ(ReceiverOfRecipient("user@Gmail.COM", "Host not found"), Receiver::kGoogle);
  EXPECT_EQ(ReceiverOfRecipient("user@gmail.com", "connect to [192.0.2.1]:25: Connection refused"),
            Receiver::kGoogle);
  EXPECT_EQ(ReceiverOfRecipient("user@docomo.ne.jp", ""), Receiver::kDocomo);
  EXPECT_EQ(ReceiverOfRecipient("\"a@gmail.com\"@example.com", ""), Receiver::kOther);
  EXPECT_EQ(ReceiverOfRecipient("root", ""), Receiver::kOther);
}

TEST(QueueTallyTest, OnlyDeferredMailHasAReason) {
  QueueTally tally(kNow, QueueTally::Keep::kFigures);
  const std::string_view reason =
      "host gmail-smtp-in.l.google.com[192.0.2.1] said: 452 4.2.2 The recipient's inbox is out of "
      "storage space (in reply to RCPT TO command)";
  tally.OnRecipient(Message(QueueName::kDeferred, 3600), "user@gmail.com", reason);
  tally.OnRecipient(Message(QueueName::kActive, 3600), "user@gmail.com", reason);
  const QueueFigures& figures = tally.figures();
  std::uint64_t all = 0;
  for (const auto& receivers : figures.deferred) {
    for (const std::uint64_t count : receivers) all += count;
  }
  EXPECT_EQ(all, 1);
  EXPECT_EQ(figures.deferred[LabelIndex(Reason::kMailboxFull)][LabelIndex(Receiver::kGoogle)], 1);
  for (const QueueName queue : {QueueName::kDeferred, QueueName::kActive}) {
    EXPECT_EQ(figures.recipients[LabelIndex(queue)][LabelIndex(Receiver::kGoogle)]
                                [LabelIndex(QueueAge::k80m)],
              1);
  }
}

TEST(QueueTallyTest, DomainsBeyondTheLimitAreCountedTogether) {
  QueueTally tally(kNow, QueueTally::Keep::kDomainsToo);
  const QueuedMessage message = Message(QueueName::kDeferred, 0);
  for (std::size_t i = 0; i < QueueTally::kMaxDomains + 10; ++i) {
    tally.OnRecipient(message, "user@" + std::to_string(i) + ".example.com", "");
  }
  tally.OnRecipient(message, "user@0.Example.com", "");
  EXPECT_EQ(tally.domains().size(), QueueTally::kMaxDomains + 1);
  EXPECT_EQ(tally.domains().find("")->second[0], 10);
  EXPECT_EQ(tally.domains().find("0.example.com")->second[0], 2);
  const QueueTally none(kNow, QueueTally::Keep::kFigures);
  EXPECT_THAT(none.domains(), testing::IsEmpty());
}

}  // namespace
}  // namespace maillog::test
