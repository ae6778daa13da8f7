// What wakers ask to be waited for, and what they make of how it ended.
#include "exporter/os/waker.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <stdlib.h>

#include <chrono>
#include <filesystem>
#include <fstream>

namespace maillog::test {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

class InotifyWakerTest : public ::testing::Test {
 protected:
  InotifyWakerTest() {
    std::string name = std::filesystem::temp_directory_path() / "maillog_test_XXXXXX";
    if (::mkdtemp(name.data()) != nullptr) directory_ = name;
    waker_ = MakeInotifyWaker(PosixFileSystem());
    waker_->WatchDirectory(directory_);
    Write();
    log_ = *PosixFileSystem().Open(directory_ / "log");
    (void)waker_->WatchFile(*log_, directory_ / "log");
    (void)waker_->TakeChange();
  }
  ~InotifyWakerTest() override { std::filesystem::remove_all(directory_); }

  void Write() const { std::ofstream(directory_ / "log", std::ios::app) << "line\n"; }
  [[nodiscard]] bool IsAnnounced() const {
    pollfd waited{.fd = waker_->Await(deadline_).first, .events = POLLIN, .revents = 0};
    return ::poll(&waited, 1, 0) > 0;
  }

  const TimePoint deadline_ = SteadyClock().Now() + hours(1);
  std::filesystem::path directory_;
  std::unique_ptr<Waker> waker_;
  std::unique_ptr<File> log_;
};

TEST_F(InotifyWakerTest, AnnouncesWhatIsWrittenUntilItIsTaken) {
  EXPECT_FALSE(IsAnnounced());
  Write();
  EXPECT_TRUE(IsAnnounced());
  waker_->Woken(WaitEnd::kFirst);
  EXPECT_EQ(waker_->TakeChange(), Change::kContent);
  EXPECT_FALSE(IsAnnounced());
}

TEST_F(InotifyWakerTest, AnnouncesNames) {
  std::filesystem::rename(directory_ / "log", directory_ / "log.1");
  EXPECT_TRUE(IsAnnounced());
  waker_->Woken(WaitEnd::kFirst);
  EXPECT_EQ(waker_->TakeChange(), Change::kNames);
}

TEST_F(InotifyWakerTest, PausesAfterAnEventOnly) {
  EXPECT_LE(waker_->Await(deadline_).from, SteadyClock().Now());
  waker_->Woken(WaitEnd::kDeadline);
  EXPECT_LE(waker_->Await(deadline_).from, SteadyClock().Now());
  const TimePoint before = SteadyClock().Now();
  waker_->Woken(WaitEnd::kFirst);
  EXPECT_GE(waker_->Await(deadline_).from, before + milliseconds(10));
  EXPECT_EQ(waker_->Await(deadline_).until, deadline_);
}

TEST_F(InotifyWakerTest, WhateverElseEndsAWaitItLooksAtEverything) {
  for (const WaitEnd end : {WaitEnd::kSecond, WaitEnd::kWoken, WaitEnd::kDeadline}) {
    waker_->Woken(end);
    EXPECT_EQ(waker_->TakeChange(), Change::kNames);
    EXPECT_EQ(waker_->TakeChange(), Change::kContent);
  }
}

TEST_F(InotifyWakerTest, WaitsForADescriptorToo) {
  waker_->WatchDescriptor(7);
  EXPECT_EQ(waker_->Await(deadline_).second, 7);
  waker_->WatchDescriptor(kNoDescriptor);
  EXPECT_EQ(waker_->Await(deadline_).second, kNoDescriptor);
}

TEST(PollWaker, LooksAtTheSameMomentsAsOthers) {
  const TimePoint second{std::chrono::seconds(1000)};
  EXPECT_EQ(NextPoll(second), second + milliseconds(250));
  EXPECT_EQ(NextPoll(second + milliseconds(1)), second + milliseconds(250));
  EXPECT_EQ(NextPoll(second + milliseconds(249)), second + milliseconds(250));
  EXPECT_EQ(NextPoll(second + milliseconds(250)), second + milliseconds(500));
}

TEST(PollWaker, EndsBeforeThatIfThereIsSomethingToDo) {
  const std::unique_ptr<Waker> waker = MakePollWaker();
  EXPECT_LE(waker->Await(TimePoint::max()).until, SteadyClock().Now() + milliseconds(250));
  EXPECT_EQ(waker->Await(TimePoint{}).until, TimePoint{});
  waker->WatchDescriptor(7);
  EXPECT_EQ(waker->Await(TimePoint::max()).first, 7);
  EXPECT_EQ(waker->TakeChange(), Change::kNames);
}

}  // namespace
}  // namespace maillog::test
