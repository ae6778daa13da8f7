#include <algorithm>
#include <chrono>

#include "exporter/os/waker.h"

namespace maillog {
namespace {

constexpr std::chrono::milliseconds kInterval{250};

class PollWaker final : public Waker {
 public:
  WatchNumber WatchFile(const File&, const std::string&) override { return kNoWatch; }
  void Unwatch(WatchNumber) override {}
  void WatchDirectory(const std::string&) override {}
  void WatchDescriptor(int descriptor) override { watched_ = descriptor; }
  Awaited Await(TimePoint deadline) override {
    return {.until = std::min(deadline, NextPoll(SteadyClock().Now())), .first = watched_};
  }
  void Woken(WaitEnd) override {}
  Change TakeChange() override { return Change::kNames; }

 private:
  int watched_ = kNoDescriptor;
};

}  // namespace

TimePoint NextPoll(TimePoint now) { return now - now.time_since_epoch() % kInterval + kInterval; }

std::unique_ptr<Waker> MakePollWaker() { return std::make_unique<PollWaker>(); }

}  // namespace maillog
