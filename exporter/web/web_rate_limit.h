// A limit of requests: a burst, and from then on one in each interval.
#pragma once

#include <chrono>
#include <cstdint>

#include "exporter/os/clock.h"
#include "exporter/web/web_config.h"

namespace maillog {

/// One thread at a time.
class RateLimiter {
 public:
  /// Whether one more request may come now.
  [[nodiscard]] bool Take(const RequestRate& limit, TimePoint now) {
    if (limit.interval.count() == 0) return true;
    MakeUp(limit.interval, now);
    if (taken_ >= limit.burst) return false;
    ++taken_;
    return true;
  }

 private:
  // Whole intervals are counted, never multiplied by a burst: that may be longer than any time.
  void MakeUp(Duration interval, TimePoint now) {
    const auto passed = static_cast<std::uint64_t>((now - since_) / interval);
    if (passed >= taken_) {
      taken_ = 0;
      since_ = now;
    } else {
      taken_ -= passed;
      since_ += interval * static_cast<Duration::rep>(passed);
    }
  }

  std::uint64_t taken_ = 0;  // requests that no interval has made up for yet
  TimePoint since_{};        // when the interval began that makes up for the next of them
};

}  // namespace maillog
