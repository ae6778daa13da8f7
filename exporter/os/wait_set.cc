#include "exporter/os/wait_set.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <ratio>

namespace maillog {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

// Where there is no epoll or timer (descriptor table full), and for what an epoll cannot take.
constexpr milliseconds kBlindSleep{100};
constexpr milliseconds kBlindWait{250};
// What is at least so far away ends with a whole second, with all else that ends in it; or with the
// next five.
constexpr seconds kFar{2};
constexpr seconds kVeryFar{10};
using FiveSeconds = std::chrono::duration<std::chrono::seconds::rep, std::ratio<5>>;

constexpr std::size_t kMaxEvents = 128;  // of one Sleep; what is left is for the next
constexpr std::uint64_t kTimer = ~std::uint64_t{0};

std::uint64_t DataOf(WaitSet::Key key, WaitEnd which) {
  return key * 2 + (which == WaitEnd::kSecond ? 1 : 0);
}

bool Register(int epoll, int descriptor, std::uint64_t data) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = data;
  return ::epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) == 0;
}

// kDeadline if nothing can be read now.
WaitEnd Readable(const Awaited& awaited) {
  std::array<pollfd, 2> waited{{{.fd = awaited.first, .events = POLLIN, .revents = 0},
                                {.fd = awaited.second, .events = POLLIN, .revents = 0}}};
  if (::poll(waited.data(), waited.size(), 0) <= 0) return WaitEnd::kDeadline;
  return waited[0].revents != 0 ? WaitEnd::kFirst : WaitEnd::kSecond;
}

TimePoint Together(TimePoint until, TimePoint now) {
  if (until == TimePoint::max() || until - now < kFar) return until;
  if (until - now < kVeryFar)
    return TimePoint(std::chrono::ceil<seconds>(until.time_since_epoch()));
  return TimePoint(std::chrono::ceil<FiveSeconds>(until.time_since_epoch()));
}

}  // namespace

WaitSet::WaitSet()
    : epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      timer_(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK)),
      has_timer_(Register(epoll_, timer_, kTimer)) {}

WaitSet::~WaitSet() {
  for (const int descriptor : {epoll_, timer_}) {
    if (descriptor >= 0) ::close(descriptor);
  }
}

void WaitSet::Add(Key key, const Awaited& awaited, TimePoint now) {
  Wait& wait = waits_[key];
  wait.awaited = awaited;
  wait.awaited.until = Together(awaited.until, now);
  SetDue(key, wait, std::min(awaited.from, wait.awaited.until));
  if (awaited.from <= now) Watch(key, wait, now);
  if (NextDue() < timer_at_) SetTimer(NextDue());
}

bool WaitSet::Remove(Key key) {
  const auto wait = waits_.find(key);
  if (wait == waits_.end()) return false;
  End(wait);
  return true;
}

void WaitSet::WakeAt(TimePoint at) {
  wake_at_ = at;
  if (NextDue() < timer_at_) SetTimer(NextDue());
}

void WaitSet::Sleep() {
  std::array<epoll_event, kMaxEvents> events;
  const int longest = has_timer_ ? -1 : static_cast<int>(kBlindSleep.count());
  const int count = ::epoll_wait(epoll_, events.data(), events.size(), longest);
  if (count < 0 && errno != EINTR) ::poll(nullptr, 0, static_cast<int>(kBlindSleep.count()));
  events_.clear();
  for (int i = 0; i < count; ++i) {
    const std::uint64_t data = events[static_cast<std::size_t>(i)].data.u64;  // of a packed struct
    events_.push_back(data);
  }
}

std::vector<WaitSet::Ended> WaitSet::TakeEnded(TimePoint now) {
  std::vector<Ended> ended;
  for (const std::uint64_t event : events_) {
    const auto wait = waits_.find(event / 2);
    // It may have been ended since, and may wait again: for what is seen the next time.
    if (wait == waits_.end() || !wait->second.is_watched) continue;
    ended.push_back({wait->first, event % 2 == 0 ? WaitEnd::kFirst : WaitEnd::kSecond});
    End(wait);
  }
  events_.clear();
  while (!dues_.empty() && dues_.begin()->first <= now) {
    const auto due = waits_.find(dues_.begin()->second);
    auto& [key, wait] = *due;
    if (!wait.is_watched && wait.awaited.from <= now) {
      Watch(key, wait, now);
      continue;
    }
    ended.push_back({key, wait.at_due});
    End(due);
  }
  if (wake_at_ <= now) wake_at_ = TimePoint::max();
  SetTimer(NextDue());
  return ended;
}

void WaitSet::Watch(Key key, Wait& wait, TimePoint now) {
  wait.is_watched = true;
  // Where something comes all the time, it is there already. So is what an epoll does not take: a
  // regular file can always be read.
  wait.at_due = Readable(wait.awaited);
  SetDue(key, wait, wait.at_due == WaitEnd::kDeadline ? wait.awaited.until : now);
  if (wait.at_due != WaitEnd::kDeadline) return;
  for (const WaitEnd which : {WaitEnd::kFirst, WaitEnd::kSecond}) {
    const int descriptor = which == WaitEnd::kFirst ? wait.awaited.first : wait.awaited.second;
    if (descriptor == kNoDescriptor) continue;
    if (Register(epoll_, descriptor, DataOf(key, which))) {
      wait.registered.push_back(descriptor);
    } else {
      SetDue(key, wait, std::min(wait.due, now + kBlindWait));
    }
  }
}

void WaitSet::SetDue(Key key, Wait& wait, TimePoint due) {
  dues_.erase({wait.due, key});
  wait.due = due;
  dues_.emplace(due, key);
}

void WaitSet::End(Waits::iterator wait) {
  const auto& [key, ended] = *wait;
  for (const int descriptor : ended.registered) {
    (void)::epoll_ctl(epoll_, EPOLL_CTL_DEL, descriptor, nullptr);
  }
  dues_.erase({ended.due, key});
  waits_.erase(wait);
}

TimePoint WaitSet::NextDue() const {
  return dues_.empty() ? wake_at_ : std::min(wake_at_, dues_.begin()->first);
}

void WaitSet::SetTimer(TimePoint at) {
  if (at == timer_at_) return;
  timer_at_ = at;
  itimerspec setting{};  // all 0: never
  if (at != TimePoint::max()) {
    const nanoseconds since = std::max<nanoseconds>(at.time_since_epoch(), nanoseconds(1));
    const auto whole = std::chrono::floor<seconds>(since);
    setting.it_value = {.tv_sec = whole.count(), .tv_nsec = (since - whole).count()};
  }
  (void)::timerfd_settime(timer_, TFD_TIMER_ABSTIME, &setting, nullptr);
}

}  // namespace maillog
