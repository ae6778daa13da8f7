// RELP over the loopback: what is answered is saved, and what is sent counts once, whatever is cut,
// killed or full.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "parser/envelope/envelopes.h"
#include "tests/support/relp_peer.h"
#include "tests/support/relp_run.h"

namespace maillog::test {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST_F(RelpInputTest, WhatIsAnsweredIsSaved) {
  RelpPeer peer;
  peer.Connect(port_);
  peer.Send("one");
  peer.Send("two\nhalf\n");
  Step();
  EXPECT_THAT(state_.counted, ElementsAre("one", "two half"));
  peer.ReadAnswers();
  EXPECT_EQ(peer.unanswered(), 2U);
  EXPECT_EQ(commits_, 0);
  EXPECT_LE(input_->deadline(), clock_.Now() + RelpInput::kMaxUnanswered);
  clock_.Advance(RelpInput::kMaxUnanswered);
  Step();
  peer.ReadAnswers();
  EXPECT_EQ(peer.unanswered(), 0U);
  EXPECT_EQ(commits_, 1);
  EXPECT_THAT(saved_.counted, ElementsAre("one", "two half"));
}

TEST_F(RelpInputTest, ManyMessagesAreSavedAtOnceByOneCommit) {
  RelpPeer peer;
  peer.Connect(port_);
  for (std::size_t i = 0; i < 2 * RelpInput::kManyUnanswered; ++i) peer.Send(std::to_string(i));
  Step();
  peer.ReadAnswers();
  EXPECT_EQ(peer.unanswered(), 0U);
  EXPECT_EQ(commits_, 1);
}

TEST_F(RelpInputTest, WhoAsksToCloseIsAnsweredAtOnceAndForgotten) {
  RelpPeer peer;
  peer.Connect(port_);
  peer.Send("one");
  peer.RequestClose();
  Step();
  peer.ReadAnswers();
  EXPECT_EQ(peer.unanswered(), 0U);
  peer.Close();
  Step();
  EXPECT_EQ(input_->connections(), 0U);
  EXPECT_THAT(state_.bookmarks, IsEmpty());
}

TEST_F(RelpInputTest, ACrashBetweenTheCommitAndTheAnswers) {
  RelpPeer peer;
  peer.Connect(port_);
  peer.Send("one");
  Step();
  peer.Send("two");
  disk_ = Disk::kSavesAndDies;
  Settle();
  disk_ = Disk::kWorks;
  peer.ReadAnswers();
  ASSERT_EQ(peer.unanswered(), 2U);
  Crash();
  EXPECT_THAT(state_.counted, ElementsAre("one", "two"));
  peer.Connect(port_);
  peer.Send("three");
  Settle();
  peer.ReadAnswers();
  EXPECT_EQ(peer.unanswered(), 0U);
  EXPECT_THAT(state_.counted, ElementsAre("one", "two", "three"));
}

TEST_F(RelpInputTest, ACrashBeforeTheCommit) {
  RelpPeer peer;
  peer.Connect(port_);
  peer.Send("one");
  Step();
  Crash();
  EXPECT_THAT(state_.counted, IsEmpty());
  peer.Connect(port_);
  Settle();
  peer.ReadAnswers();
  EXPECT_EQ(peer.unanswered(), 0U);
  EXPECT_THAT(state_.counted, ElementsAre("one"));
}

TEST_F(RelpInputTest, AnswersThatDoNotArrive) {
  RelpPeer peer;
  peer.Connect(port_);
  peer.Send("one");
  peer.Send("two");
  Settle();
  peer.Cut();  // without having read
  peer.Connect(port_);
  Settle();
  peer.ReadAnswers();
  EXPECT_EQ(peer.unanswered(), 0U);
  peer.Send("two");  // that was said twice, it seems; but this one is new
  peer.Send("three");
  Settle();
  // What equals the end of what was counted is not told from it.
  EXPECT_THAT(state_.counted, ElementsAre("one", "two", "three"));
}

TEST_F(RelpInputTest, ASenderThatIsConnectedTwiceHasGivenTheFirstConnectionUp) {
  RelpPeer gone;
  gone.Connect(port_);
  gone.Send("one");
  Settle();
  RelpPeer back;
  back.Connect(port_);
  back.Send("one");
  back.Send("two");
  Settle();
  EXPECT_THAT(state_.counted, ElementsAre("one", "two"));
  EXPECT_TRUE(gone.IsClosed());
  Settle();
  EXPECT_EQ(input_->connections(), 1U);
}

TEST_F(RelpInputTest, TwoSendersOfOneHostDoNotForgetEachOthersMessages) {
  RelpPeer a;
  RelpPeer b;
  a.Connect(port_);
  b.Connect(port_);
  a.Send("a1");
  b.Send("b1");
  a.Send("a2");
  b.Send("b2");
  Settle();
  a.Cut();
  b.Cut();
  Settle();
  Crash();
  b.Connect(port_);
  a.Connect(port_);
  b.Send("b3");
  a.Send("a3");
  Settle();
  EXPECT_THAT(Sorted(state_.counted), ElementsAre("a1", "a2", "a3", "b1", "b2", "b3"));
}

TEST_F(RelpInputTest, NothingIsReadOrAnsweredWhileTheDiskIsFull) {
  RelpPeer peer;
  peer.Connect(port_);
  peer.Send("one");
  disk_ = Disk::kFull;
  Settle();
  EXPECT_FALSE(healthy_);
  peer.Send("two");
  Settle();
  peer.ReadAnswers();
  EXPECT_EQ(peer.unanswered(), 2U);
  EXPECT_THAT(state_.counted, ElementsAre("one"));
  // It gives up, and tries again: what it has sent before is not read.
  peer.Close();
  peer.Connect(port_);
  Settle();
  disk_ = Disk::kWorks;
  Settle();
  EXPECT_TRUE(healthy_);
  peer.ReadAnswers();
  EXPECT_EQ(peer.unanswered(), 0U);
  EXPECT_THAT(saved_.counted, ElementsAre("one", "two"));
}

TEST_F(RelpInputTest, OverlongMessagesAreMalformedAndAnswered) {
  RelpPeer peer;
  peer.Connect(port_);
  const std::string overlong(kMaxMessageBytes + 1, 'x');
  peer.Send(overlong);
  peer.Send("one");
  Settle();
  peer.ReadAnswers();
  EXPECT_EQ(peer.unanswered(), 0U);
  EXPECT_EQ(state_.malformed, 1U);
  EXPECT_THAT(state_.counted, ElementsAre("one"));
}

// More is sent again than is held until all of it has come: it is known all the same.
TEST_F(RelpInputTest, WhatIsHeldIsLimited) {
  RelpPeer peer;
  peer.Connect(port_);
  const std::string large(kMaxMessageBytes - 10, 'x');
  constexpr std::size_t kMany = 2 * RelpInput::kMaxHeldBytes / kMaxMessageBytes;
  for (std::size_t i = 0; i < kMany; ++i) {
    peer.Send(std::to_string(i) + large);
    Step();
  }
  Settle();
  ASSERT_EQ(state_.counted.size(), kMany);
  peer.Cut();
  ASSERT_EQ(peer.unanswered(), kMany);
  std::atomic<bool> all{false};
  std::thread again([&] {
    peer.Connect(port_);
    all = true;
  });
  while (!all) Step();
  again.join();
  Settle();
  peer.ReadAnswers();
  EXPECT_EQ(peer.unanswered(), 0U);
  EXPECT_EQ(state_.counted.size(), kMany);
}

// ---- nobody has more than a turn

TEST_F(RelpInputTest, HintsWithoutEndHoldUpNobody) {
  RelpPeer flood;
  flood.Connect(port_);
  Settle();
  ASSERT_GT(flood.Fill(RelpPeer::Flood::kHints), 2 * RelpInput::kMaxTurnBytes);
  RelpPeer peer(2);
  peer.Connect(port_);
  Step(1);  // it is accepted
  peer.Send("one");
  Step(1);
  EXPECT_THAT(state_.counted, ElementsAre("one"));
  EXPECT_LT(read_bytes_, 3 * RelpInput::kMaxTurnBytes);
}

TEST_F(RelpInputTest, EmptyMessagesAreAnsweredBeforeMoreOfThemAreRead) {
  RelpPeer flood;
  flood.Connect(port_);
  Settle();
  flood.Fill(RelpPeer::Flood::kEmptyMessages);
  constexpr std::size_t kShortest = sizeof "2 syslog 0";
  constexpr std::size_t kLongest = kShortest + 6;
  const std::uint64_t before = read_bytes_;
  Step(1);
  EXPECT_GE(read_bytes_ - before, RelpInput::kMaxUnansweredMessages * kShortest);
  EXPECT_LE(read_bytes_ - before,
            RelpInput::kMaxUnansweredMessages * kLongest + RelpInput::kMaxReadBytes);
  const int commits = commits_;
  Step(1);
  EXPECT_EQ(commits_, commits + 1);
}

TEST_F(RelpInputTest, WhoTakesNoAnswersIsNotRead) {
  RelpPeer flood;
  flood.Connect(port_);
  flood.ReceiveLittle();
  Settle();
  for (int i = 0; i < 100; ++i) {
    flood.Fill(RelpPeer::Flood::kEmptyMessages);
    Step(10);
  }
  const std::uint64_t before = read_bytes_;
  Step();
  EXPECT_EQ(read_bytes_, before);
  RelpPeer peer(2);
  peer.Connect(port_);
  peer.Send("one");
  Settle();
  EXPECT_THAT(state_.counted, ElementsAre("one"));
}

TEST_F(RelpInputTest, ASessionIsNotReadBeforeWhatItsHostHasSentByFormerOnes) {
  RelpPeer gone;
  gone.Connect(port_);
  gone.Send("one");
  Settle();
  std::string hints;
  while (hints.size() < RelpInput::kMaxTurnBytes * 9 / 4) hints += "0 x 0\n";
  gone.SendBytes(hints);
  gone.Send("two");
  RelpPeer back;
  back.Connect(port_);
  Step(1);
  back.Send("two");
  back.Send("three");
  Settle();
  EXPECT_THAT(state_.counted, ElementsAre("one", "two", "three"));
}

TEST_F(RelpInputTest, AFormerSessionThatNeverStopsSendingHoldsUpNoOtherOfItsHost) {
  RelpPeer flood;
  flood.Connect(port_);
  flood.Send("one");
  Settle();
  flood.Fill(RelpPeer::Flood::kHints);
  RelpPeer peer;
  peer.Connect(port_);
  peer.Send("two");
  for (int i = 0; i < 1000 && state_.counted.size() < 2; ++i) {
    flood.Fill(RelpPeer::Flood::kHints);
    Step(1);
    clock_.Advance(std::chrono::milliseconds(100));
  }
  EXPECT_THAT(state_.counted, ElementsAre("one", "two"));
}

TEST_F(RelpInputTest, WhatComesAfterTheAnswerToARequestToCloseIsPassed) {
  RelpPeer peer;
  peer.Connect(port_);
  peer.Send("one");
  peer.RequestClose();
  Settle();
  peer.SendBytes("more");
  Step(10);
  EXPECT_EQ(Next(), Progress::kAtEnd);
}

TEST_F(RelpInputTest, StrangersAreSentAway) {
  ::testing::internal::CaptureStderr();
  for (int i = 0; i < 2; ++i) {
    RelpPeer peer;
    peer.Connect(port_);
    peer.SendBytes("GET / HTTP/1.1\r\n\r\n");
    Settle();
    EXPECT_TRUE(peer.IsClosed());
  }
  const std::string said = ::testing::internal::GetCapturedStderr();
  EXPECT_THAT(said, HasSubstr("not RELP"));
  EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 1) << said;
  EXPECT_EQ(input_->connections(), 0U);
  EXPECT_THAT(state_.counted, IsEmpty());
  EXPECT_EQ(refusals_, (SenderRefusals{0, 2}));
}

TEST_F(RelpInputTest, ConnectionsHaveALimit) {
  std::vector<std::unique_ptr<RelpPeer>> peers;
  for (std::size_t i = 0; i < RelpInput::kMaxConnections; ++i) {
    peers.push_back(std::make_unique<RelpPeer>());
    peers.back()->Connect(port_);
    Step();
  }
  ASSERT_EQ(input_->connections(), RelpInput::kMaxConnections);
  ::testing::internal::CaptureStderr();
  for (int i = 0; i < 3; ++i) {
    RelpPeer refused;
    refused.Connect(port_);
    Step();
    EXPECT_TRUE(refused.IsClosed());
  }
  const std::string said = ::testing::internal::GetCapturedStderr();
  EXPECT_THAT(said, HasSubstr("a sender was sent away"));
  EXPECT_EQ(refusals_, (SenderRefusals{3, 0}));
  EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 1) << said;
  clock_.Advance(seconds(61));
  RelpPeer taken;
  taken.Connect(port_);
  taken.Send("one");
  Settle();
  EXPECT_THAT(state_.counted, ElementsAre("one"));
  EXPECT_EQ(input_->connections(), RelpInput::kMaxConnections);
}

}  // namespace
}  // namespace maillog::test
