// A limit of requests: a burst, and from then on one in each interval.
#pragma once

#include <algorithm>
#include <chrono>

#include "exporter/os/clock.h"
#include "exporter/web/web_config.h"

namespace maillog {

/// One thread at a time.
class RateLimiter {
 public:
  /// Whether one more request may come now.
  [[nodiscard]] bool Take(const RequestRate& limit, TimePoint now) {
    if (limit.interval.count() == 0) return true;
    const TimePoint due = std::max(due_, now);
    if (due - now > limit.interval * static_cast<std::int64_t>(limit.burst - 1)) return false;
    due_ = due + limit.interval;
    return true;
  }

 private:
  TimePoint due_{};  // when all requests that were let through would have come, one in an interval
};

}  // namespace maillog
