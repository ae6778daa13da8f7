// Windows of time slide by slices: each holds what was counted in some minutes of the log.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "activity/activity_event.h"
#include "activity/hyper_log_log.h"
#include "activity/log_time.h"
#include "activity/space_saving.h"
#include "mails/log_clock.h"

namespace maillog {

struct ActivityWindow {
  std::string_view name;
  LogSeconds slice;    ///< seconds of one slice
  std::size_t slices;  ///< the one that is being filled and those before it
};
/// THE LIST of windows. What is in a window is at most as old as it is long, and all that is not
/// older than it without one slice is in it.
inline constexpr std::array<ActivityWindow, 2> kActivityWindows{
    {{"1h", 5 * 60, 12}, {"24h", 60 * 60, 24}}};

/// All slices: those of the first window, then those of the second.
inline constexpr std::size_t kActivitySlices =
    kActivityWindows[0].slices + kActivityWindows[1].slices;

/// Which slice of its window a time belongs to.
[[nodiscard]] constexpr std::int64_t SliceNumber(const ActivityWindow& window, LogSeconds time) {
  const std::int64_t number = time / window.slice;
  return time % window.slice < 0 ? number - 1 : number;
}
/// Where that one is, among those of its window.
[[nodiscard]] constexpr std::size_t SlicePlace(const ActivityWindow& window, std::int64_t number) {
  const auto count = static_cast<std::int64_t>(window.slices);
  return static_cast<std::size_t>((number % count + count) % count);
}

struct ActivitySlice {
  std::int64_t number = kNoLogTime;
  std::array<SpaceSaving, kSenderKinds.size()> recipients;  ///< by sender
  SpaceSaving failures;                                     ///< by client
  HyperLogLog clients;                                      ///< that failed to log in
  HyperLogLog users;                                        ///< that were tried

  /// Begins anew. Keeps its memory.
  void Begin(std::int64_t new_number);
  /// Empty if nothing was ever in it.
  [[nodiscard]] std::string Bytes() const;
  /// False: this cannot have been written by Bytes.
  [[nodiscard]] bool Read(std::string_view bytes);
};

/// Where the log is.
struct ActivityTime {
  LogMinute minute = 0;  ///< of the last line that counted, as it was written; 0: none yet
  LogSeconds seconds = kNoLogTime;      ///< the same, as a number
  std::uint32_t lines_back = 0;         ///< in a row, older than their slices
  LogSeconds session_day = kNoLogTime;  ///< when the day began of the last line of a session

  [[nodiscard]] std::string Bytes() const;
  [[nodiscard]] bool Read(std::string_view bytes);
};

}  // namespace maillog
