#include <algorithm>

#include "exporter/os/wake_descriptor.h"
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
  void Wait(TimePoint deadline) override {
    (void)wake_.Wait(watched_, -1, std::min(deadline, SteadyClock().Now() + kInterval));
  }
  Change TakeChange() override { return Change::kNames; }
  void Wake() override { wake_.Wake(); }

 private:
  WakeDescriptor wake_;
  int watched_ = kNoDescriptor;
};

}  // namespace

std::unique_ptr<Waker> MakePollWaker() { return std::make_unique<PollWaker>(); }

}  // namespace maillog
