// Waits that are stepped by hand: what has ended by a time that the test names.
#include "exporter/os/wait_set.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <memory>
#include <ratio>
#include <set>
#include <vector>

namespace maillog {

bool operator==(const WaitSet::Ended& a, const WaitSet::Ended& b) {
  return a.key == b.key && a.end == b.end;
}

namespace test {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;
using Ended = WaitSet::Ended;

class Pipe {
 public:
  Pipe() { EXPECT_EQ(::pipe2(ends_.data(), O_CLOEXEC | O_NONBLOCK), 0); }
  ~Pipe() {
    for (const int end : ends_) ::close(end);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  [[nodiscard]] int reader() const { return ends_[0]; }
  void Fill() const { EXPECT_EQ(::write(ends_[1], "x", 1), 1); }
  void Empty() const {
    char byte = 0;
    EXPECT_EQ(::read(ends_[0], &byte, 1), 1);
  }

 private:
  std::array<int, 2> ends_{-1, -1};
};

class WaitSetTest : public ::testing::Test {
 protected:
  /// Of what has been announced.
  std::vector<Ended> Ends(TimePoint now) {
    set_.WakeAt(TimePoint::min());  // it does not sleep
    set_.Sleep();
    return set_.TakeEnded(now);
  }

  // Far ahead of the machine's: no deadline passes by itself.
  const TimePoint now_{std::chrono::ceil<seconds>(SteadyClock().Now().time_since_epoch()) +
                       hours(1)};
  const TimePoint never_ = TimePoint::max();
  Pipe a_;
  Pipe b_;
  WaitSet set_;
};

TEST_F(WaitSetTest, EndsByADescriptor) {
  set_.Add(1, {.first = a_.reader()}, now_);
  set_.Add(2, {.second = b_.reader()}, now_);
  EXPECT_THAT(Ends(now_), IsEmpty());
  b_.Fill();
  EXPECT_THAT(Ends(now_), ElementsAre(Ended{2, WaitEnd::kSecond}));
  EXPECT_THAT(Ends(now_), IsEmpty()) << "it does not wait any more";
  a_.Fill();
  EXPECT_THAT(Ends(now_), ElementsAre(Ended{1, WaitEnd::kFirst}));
}

TEST_F(WaitSetTest, EndsOnceIfBothCanBeRead) {
  set_.Add(1, {.first = a_.reader(), .second = b_.reader()}, now_);
  a_.Fill();
  b_.Fill();
  EXPECT_EQ(Ends(now_).size(), 1U);
}

TEST_F(WaitSetTest, WhatCanBeReadAlreadyEndsAWaitAgain) {
  a_.Fill();
  for (int i = 0; i < 3; ++i) {
    set_.Add(1, {.first = a_.reader()}, now_);
    EXPECT_THAT(Ends(now_), ElementsAre(Ended{1, WaitEnd::kFirst}));
  }
  a_.Empty();
  set_.Add(1, {.first = a_.reader()}, now_);
  EXPECT_THAT(Ends(now_), IsEmpty());
}

TEST_F(WaitSetTest, EndsAtItsDeadline) {
  set_.Add(1, {.until = now_ + milliseconds(10), .first = a_.reader()}, now_);
  set_.Add(2, {.until = now_ + milliseconds(20)}, now_);
  EXPECT_THAT(Ends(now_ + milliseconds(9)), IsEmpty());
  EXPECT_THAT(Ends(now_ + milliseconds(10)), ElementsAre(Ended{1, WaitEnd::kDeadline}));
  EXPECT_THAT(Ends(now_ + milliseconds(20)), ElementsAre(Ended{2, WaitEnd::kDeadline}));
}

TEST_F(WaitSetTest, LooksAtNoDescriptorBeforeItsTime) {
  a_.Fill();
  const TimePoint from = now_ + milliseconds(10);
  set_.Add(1, {.from = from, .first = a_.reader()}, now_);
  EXPECT_THAT(Ends(now_ + milliseconds(9)), IsEmpty());
  EXPECT_THAT(Ends(from), ElementsAre(Ended{1, WaitEnd::kFirst}));
  set_.Add(1, {.from = from, .first = b_.reader()}, now_);
  EXPECT_THAT(Ends(from), IsEmpty());
  b_.Fill();
  EXPECT_THAT(Ends(from), ElementsAre(Ended{1, WaitEnd::kFirst}));
}

TEST_F(WaitSetTest, ADeadlineBeforeThatTimeHolds) {
  set_.Add(1, {.until = now_ + milliseconds(5), .from = now_ + milliseconds(10)}, now_);
  EXPECT_THAT(Ends(now_ + milliseconds(5)), ElementsAre(Ended{1, WaitEnd::kDeadline}));
}

TEST_F(WaitSetTest, WhatIsSecondsAwayEndsTogether) {
  set_.Add(1, {.until = now_ + milliseconds(4100)}, now_);
  set_.Add(2, {.until = now_ + milliseconds(4900)}, now_);
  set_.Add(3, {.until = now_ + milliseconds(1900)}, now_);
  EXPECT_THAT(Ends(now_ + milliseconds(1900)), ElementsAre(Ended{3, WaitEnd::kDeadline}));
  EXPECT_THAT(Ends(now_ + milliseconds(4999)), IsEmpty());
  EXPECT_THAT(Ends(now_ + seconds(5)),
              UnorderedElementsAre(Ended{1, WaitEnd::kDeadline}, Ended{2, WaitEnd::kDeadline}));
}

TEST_F(WaitSetTest, WhatIsFarAwayEndsWithTheNextFiveSeconds) {
  using FiveSeconds = std::chrono::duration<seconds::rep, std::ratio<5>>;
  const TimePoint five{std::chrono::ceil<FiveSeconds>(now_.time_since_epoch())};
  set_.Add(1, {.until = five + milliseconds(30'001)}, five);
  set_.Add(2, {.until = five + milliseconds(35'000)}, five);
  set_.Add(3, {.until = five + milliseconds(9'999)}, five);
  EXPECT_THAT(Ends(five + milliseconds(10'000)), ElementsAre(Ended{3, WaitEnd::kDeadline}));
  EXPECT_THAT(Ends(five + milliseconds(34'999)), IsEmpty());
  EXPECT_THAT(Ends(five + milliseconds(35'000)),
              UnorderedElementsAre(Ended{1, WaitEnd::kDeadline}, Ended{2, WaitEnd::kDeadline}));
}

TEST_F(WaitSetTest, WhatWasRemovedDoesNotEnd) {
  set_.Add(1, {.until = now_, .first = a_.reader()}, now_);
  EXPECT_TRUE(set_.Remove(1));
  EXPECT_FALSE(set_.Remove(1));
  a_.Fill();
  EXPECT_THAT(Ends(now_), IsEmpty());
}

TEST_F(WaitSetTest, AnEventOfAWaitThatWasRemovedEndsNoOther) {
  set_.Add(1, {.first = a_.reader()}, now_);
  a_.Fill();
  set_.Sleep();
  EXPECT_TRUE(set_.Remove(1));
  set_.Add(2, {.first = b_.reader()}, now_);
  EXPECT_THAT(set_.TakeEnded(now_), IsEmpty());
}

TEST_F(WaitSetTest, ARegularFileCanAlwaysBeRead) {
  const int file = ::open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
  set_.Add(1, {.first = file}, now_);
  EXPECT_THAT(Ends(now_), ElementsAre(Ended{1, WaitEnd::kFirst}));
  ::close(file);
}

TEST_F(WaitSetTest, WhatCannotBeWatchedIsLookedAtAgainSoon) {
  set_.Add(1, {.first = a_.reader()}, now_);
  set_.Add(2, {.first = a_.reader()}, now_);  // the epoll has it already
  EXPECT_THAT(Ends(now_ + seconds(1)), ElementsAre(Ended{2, WaitEnd::kDeadline}));
  a_.Fill();
  EXPECT_THAT(Ends(now_ + seconds(1)), ElementsAre(Ended{1, WaitEnd::kFirst}))
      << "the other one's end took nothing from it";
}

TEST_F(WaitSetTest, SleepsUntilTheFirstDeadline) {
  const TimePoint begun = SteadyClock().Now();
  set_.Add(1, {.until = begun + hours(1)}, begun);
  set_.Add(2, {.until = begun + milliseconds(20)}, begun);
  std::vector<Ended> ended;
  while (ended.empty()) {
    set_.Sleep();
    ended = set_.TakeEnded(SteadyClock().Now());
  }
  EXPECT_THAT(ended, ElementsAre(Ended{2, WaitEnd::kDeadline}));
  EXPECT_GE(SteadyClock().Now() - begun, milliseconds(20));
}

TEST_F(WaitSetTest, WithoutDescriptorsOfItsOwnItLooksAgainAndAgain) {
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &limit), 0);
  const rlimit none{.rlim_cur = 0, .rlim_max = limit.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  WaitSet blind;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
  const TimePoint begun = SteadyClock().Now();
  blind.Add(1, {.until = begun + milliseconds(1)}, begun);
  blind.Add(2, {.first = a_.reader()}, begun);
  blind.Sleep();
  EXPECT_THAT(blind.TakeEnded(begun + seconds(1)),
              UnorderedElementsAre(Ended{1, WaitEnd::kDeadline}, Ended{2, WaitEnd::kDeadline}));
}

TEST_F(WaitSetTest, MoreThanOneSleepTakesAllEnd) {
  std::vector<std::unique_ptr<Pipe>> pipes;
  for (WaitSet::Key key = 1; key <= 300; ++key) {
    pipes.push_back(std::make_unique<Pipe>());
    set_.Add(key, {.first = pipes.back()->reader()}, now_);
  }
  for (const auto& pipe : pipes) pipe->Fill();
  std::set<WaitSet::Key> ended;
  for (int i = 0; i < 4; ++i) {
    for (const Ended& each : Ends(now_)) ended.insert(each.key);
  }
  EXPECT_EQ(ended.size(), 300U);
}

}  // namespace
}  // namespace test
}  // namespace maillog
