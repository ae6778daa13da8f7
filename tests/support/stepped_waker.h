// A waker and a clock that are stepped by hand: no test waits.
#pragma once

#include <string>

#include "exporter/os/clock.h"
#include "exporter/os/waker.h"

namespace maillog::test {

class FakeClock final : public Clock {
 public:
  [[nodiscard]] TimePoint Now() const override { return now_; }
  void Advance(Duration by) { now_ += by; }

 private:
  TimePoint now_ = TimePoint{} + std::chrono::hours(1000);
};

/// Reports that names may have changed, unless told otherwise.
class SteppedWaker final : public Waker {
 public:
  WatchNumber WatchFile(const File&, const std::string&) override { return ++watches_; }
  void Unwatch(WatchNumber) override {}
  void WatchDirectory(const std::string&) override {}
  void WatchDescriptor(int) override {}
  Awaited Await(TimePoint deadline) override { return {.until = deadline}; }
  void Woken(WaitEnd) override {}
  Change TakeChange() override { return change_; }

  void set_change(Change change) { change_ = change; }

 private:
  Change change_ = Change::kNames;
  int watches_ = 0;
};

}  // namespace maillog::test
