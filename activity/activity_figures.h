// What is shown of activity.
#pragma once

#include <array>
#include <cstdint>

#include "activity/activity.h"

namespace maillog {

/// Of one window.
struct ActivityFigures {
  /// Recipients that the busiest sender of each kind wrote to. Never more than there were, and less
  /// by at most 1/SpaceSaving::kMax of all that senders of the kind wrote to.
  std::array<std::uint64_t, kSenderKinds.size()> top_recipients{};
  std::uint64_t failed_clients = 0;  ///< about so many (HyperLogLog)
  std::uint64_t failed_users = 0;
  std::uint64_t top_failures = 0;  ///< of the busiest client; as top_recipients
};

/// Where the log is; its `minute` is 0 if there is nothing to show.
[[nodiscard]] ActivityTime TimeOf(const SavedActivity& saved);

/// By window, as of a moment in the numbering of TimeOf(saved).
[[nodiscard]] std::array<ActivityFigures, kActivityWindows.size()> FiguresOf(
    const SavedActivity& saved, LogSeconds now);

}  // namespace maillog
