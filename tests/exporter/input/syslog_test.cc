// Syslog over UDP and TCP, on the loopback.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "parser/envelope/envelopes.h"
#include "tests/exporter/input/syslog_listener.h"

namespace maillog::test {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST_F(SyslogTest, ADatagramIsAMessage) {
  Open("syslog+udp://127.0.0.1:0");
  Sender sender(AF_INET, SOCK_DGRAM);
  sender.ConnectTo(input_->port());
  sender.Send("<22>one");
  sender.Send("<22>two\nhalf\n");
  sender.Send("\n");
  sender.Send("<22>three");
  Await(3);
  EXPECT_THAT(messages_, ElementsAre("<22>one", "<22>two half", "<22>three"));
  EXPECT_EQ(drops_, 0U);
}

TEST_F(SyslogTest, DatagramsThatMakeNoTextEndABlockToo) {
  Open("syslog+udp://127.0.0.1:0");
  Sender sender(AF_INET, SOCK_DGRAM);
  sender.ConnectTo(input_->port());
  // More than a block reads, and less than the kernel has room for anywhere.
  for (int i = 0; i < 10; ++i) sender.Send(std::string(kMaxMessageBytes / 2, '\n'));
  ASSERT_TRUE(waker_.HasSomething());
  absl::StatusOr<Block> block = input_->Next();
  ASSERT_TRUE(block.ok());
  EXPECT_EQ(block->messages, "");
  EXPECT_LT(block->read_bytes, 10 * kMaxMessageBytes / 2);
  EXPECT_EQ(block->progress, Progress::kMore);
}

TEST_F(SyslogTest, WhatTheKernelDropsIsCounted) {
  Open("syslog+udp://127.0.0.1:0");
  Sender sender(AF_INET, SOCK_DGRAM);
  sender.ConnectTo(input_->port());
  constexpr std::uint64_t kSent = 2000;
  const std::string large(60'000, 'x');
  for (std::uint64_t i = 0; i < kSent; ++i) sender.Send(large);
  Drain();
  const std::uint64_t read = messages_.size();
  ASSERT_LT(read, kSent) << "the kernel had room for all";
  sender.Send("<22>last");
  Await(read + 1);
  EXPECT_EQ(messages_.back(), "<22>last");
  EXPECT_EQ(drops_, kSent - read);
}

TEST_F(SyslogTest, BothIpVersionsWithoutAHost) {
  Open("syslog+udp://:0");
  Sender sender(AF_INET, SOCK_DGRAM);
  sender.ConnectTo(input_->port());
  sender.Send("<22>one");
  Await(1);
  EXPECT_THAT(messages_, ElementsAre("<22>one"));
}

TEST_F(SyslogTest, ConnectionsDoNotRunIntoEachOther) {
  Open("syslog+tcp://127.0.0.1:0");
  Sender a(AF_INET, SOCK_STREAM);
  Sender b(AF_INET, SOCK_STREAM);
  a.ConnectTo(input_->port());
  b.ConnectTo(input_->port());
  a.Send("<22>a");
  b.Send("7 <22>b");
  while (waker_.HasSomething() && input_->connections() < 2) Drain();
  a.Send("1\n<22>a2");
  b.Send("2\n<22>b3\n");
  a.Close();
  b.Close();
  Await(4);
  std::sort(messages_.begin(), messages_.end());
  EXPECT_THAT(messages_, ElementsAre("<22>a1", "<22>a2", "<22>b2", "<22>b3"));
  while (input_->connections() > 0 && waker_.HasSomething()) Drain();
  EXPECT_EQ(input_->connections(), 0U);
}

TEST_F(SyslogTest, WhatABrokenConnectionHasCutOffIsMalformed) {
  Open("syslog+tcp://127.0.0.1:0");
  Sender sender(AF_INET, SOCK_STREAM);
  sender.ConnectTo(input_->port());
  sender.Send("<22>one\n<22>cut");
  Await(1);
  sender.Reset();
  Await(2);
  EXPECT_THAT(messages_, ElementsAre("<22>one"));
  EXPECT_EQ(malformed_, 1U);
}

TEST_F(SyslogTest, ConnectionsHaveALimit) {
  Open("syslog+tcp://127.0.0.1:0");
  std::vector<std::unique_ptr<Sender>> senders;
  for (std::size_t i = 0; i < SyslogInput::kMaxConnections; ++i) {
    senders.push_back(std::make_unique<Sender>(AF_INET, SOCK_STREAM));
    senders.back()->ConnectTo(input_->port());
    Drain();
  }
  while (input_->connections() < SyslogInput::kMaxConnections && waker_.HasSomething()) Drain();
  testing::internal::CaptureStderr();
  for (int i = 0; i < 3; ++i) {
    Sender refused(AF_INET, SOCK_STREAM);
    refused.ConnectTo(input_->port());
    ASSERT_TRUE(waker_.HasSomething());
    Drain();
    EXPECT_TRUE(refused.IsClosed());
  }
  std::string said = testing::internal::GetCapturedStderr();
  EXPECT_THAT(said, HasSubstr("a sender was sent away"));
  EXPECT_EQ(refused_, 3U);
  EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 1) << said;
  EXPECT_EQ(input_->connections(), SyslogInput::kMaxConnections);

  clock_.Advance(seconds(61));
  senders[5]->Send("<22>alive\n");
  Await(1);
  Sender taken(AF_INET, SOCK_STREAM);
  taken.ConnectTo(input_->port());
  taken.Send("<22>taken\n");
  Await(2);
  EXPECT_THAT(messages_, ElementsAre("<22>alive", "<22>taken"));
  EXPECT_EQ(input_->connections(), SyslogInput::kMaxConnections);

  testing::internal::CaptureStderr();
  clock_.Advance(hours(2));
  Drain();
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("connections left"));
}

TEST_F(SyslogTest, DeadConnectionsAreClosed) {
  Open("syslog+tcp://127.0.0.1:0");
  Sender sender(AF_INET, SOCK_STREAM);
  sender.ConnectTo(input_->port());
  sender.Send("<22>one\n");
  Await(1);
  EXPECT_EQ(input_->connections(), 1U);
  clock_.Advance(hours(2));
  Drain();
  EXPECT_EQ(input_->connections(), 0U);
  EXPECT_TRUE(sender.IsClosed());
}

TEST_F(SyslogTest, APortThatIsTakenIsTriedAgainLater) {
  Open("syslog+tcp://127.0.0.1:0");
  const absl::StatusOr<SyslogAddress> same =
      ParseSyslogAddress("syslog+tcp://127.0.0.1:" + std::to_string(input_->port()));
  NotingWaker waker;
  SyslogInput second(*same, {.files = files_, .waker = waker, .clock = clock_, .claims = {}});
  EXPECT_THAT(std::string(second.Next().status().message()), HasSubstr("Address already in use"));
  EXPECT_GT(second.deadline(), clock_.Now());
  input_.reset();
  EXPECT_TRUE(second.Next().ok());
}

}  // namespace
}  // namespace maillog::test
