// Many waits at once, by one thread: an epoll and a timer.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "exporter/os/wait.h"

namespace maillog {

/// One thread sleeps and takes what has ended; any may add and end waits meanwhile. All functions
/// but Sleep are to be called under one mutex.
class WaitSet {
 public:
  using Key = std::uint64_t;
  struct Ended {
    Key key;
    WaitEnd end;
  };

  WaitSet();
  ~WaitSet();
  WaitSet(const WaitSet&) = delete;
  WaitSet& operator=(const WaitSet&) = delete;

  /// `key`, which does not wait, does so from now on. Its descriptors have to stay open meanwhile.
  /// What is seconds away may end up to a second late, together with others.
  void Add(Key key, const Awaited& awaited, TimePoint now);
  /// Ends its wait; false if it does not wait.
  [[nodiscard]] bool Remove(Key key);
  /// Ends Sleep at this time, once; the last call counts.
  void WakeAt(TimePoint at);

  /// Returns when a wait has ended, or needlessly.
  void Sleep();
  /// Those that have ended, each once: they do not wait any more. After Sleep, by the same thread.
  [[nodiscard]] std::vector<Ended> TakeEnded(TimePoint now);

 private:
  struct Wait {
    Awaited awaited;
    TimePoint due;  // when there is something to do without an event
    WaitEnd at_due = WaitEnd::kDeadline;
    bool is_watched = false;
    std::vector<int> registered = {};  // of its descriptors, those that the epoll has taken
  };
  using Waits = std::map<Key, Wait>;

  void Watch(Key key, Wait& wait, TimePoint now);
  void SetDue(Key key, Wait& wait, TimePoint due);
  void End(Waits::iterator wait);
  [[nodiscard]] TimePoint NextDue() const;
  void SetTimer(TimePoint at);

  const int epoll_;
  const int timer_;
  const bool has_timer_;
  Waits waits_;
  std::set<std::pair<TimePoint, Key>> dues_;
  TimePoint wake_at_ = TimePoint::max();
  TimePoint timer_at_ = TimePoint::max();  // as it is set
  std::vector<std::uint64_t> events_;      // of the last Sleep, for its thread
};

}  // namespace maillog
