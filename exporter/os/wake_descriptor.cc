#include "exporter/os/wake_descriptor.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace maillog {
namespace {

// Without an eventfd (descriptor table full), Wake cannot end a wait, so waits are kept this short.
constexpr std::chrono::milliseconds kMaxBlindWait{100};
constexpr std::chrono::hours kMaxWait{1};

int Milliseconds(Duration left) {
  const auto rounded = std::chrono::ceil<std::chrono::milliseconds>(left);
  return static_cast<int>(std::max<std::chrono::milliseconds::rep>(rounded.count(), 0));
}

}  // namespace

WakeDescriptor::WakeDescriptor() : descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

WakeDescriptor::~WakeDescriptor() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void WakeDescriptor::Wake() {
  const std::uint64_t one = 1;
  // Fails only if it is set already, or was never opened.
  [[maybe_unused]] const ssize_t written = ::write(descriptor_, &one, sizeof one);
}

WaitEnd WakeDescriptor::Wait(const Awaited& awaited) {
  if (SteadyClock().Now() < awaited.from &&
      Poll(kNoDescriptor, kNoDescriptor, std::min(awaited.from, awaited.until)) ==
          WaitEnd::kWoken) {
    return WaitEnd::kWoken;
  }
  return Poll(awaited.first, awaited.second, awaited.until);
}

WaitEnd WakeDescriptor::Poll(int first, int second, TimePoint until) {
  std::array<pollfd, 3> waited{{{.fd = descriptor_, .events = POLLIN, .revents = 0},
                                {.fd = first, .events = POLLIN, .revents = 0},
                                {.fd = second, .events = POLLIN, .revents = 0}}};
  const Duration longest = descriptor_ < 0 ? Duration(kMaxBlindWait) : Duration(kMaxWait);
  const TimePoint now = SteadyClock().Now();
  const Duration left = until < now ? Duration::zero() : std::min(until - now, longest);
  if (::poll(waited.data(), waited.size(), Milliseconds(left)) <= 0) return WaitEnd::kDeadline;
  if (waited[0].revents != 0) {
    std::uint64_t count = 0;
    [[maybe_unused]] const ssize_t read = ::read(descriptor_, &count, sizeof count);
    return WaitEnd::kWoken;
  }
  return waited[1].revents != 0 ? WaitEnd::kFirst : WaitEnd::kSecond;
}

}  // namespace maillog
