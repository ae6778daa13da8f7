// Which part of a log is read: `--since` and `--until`.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "exporter/follow/read_to_end.h"
#include "parser/envelope/message_reader.h"

namespace maillog {

/// From `since` on, up to but excluding `until`.
struct TimeWindow {
  absl::Time since = absl::InfinitePast();
  absl::Time until = absl::InfiniteFuture();

  [[nodiscard]] bool has_limits() const {
    return since != absl::InfinitePast() || until != absl::InfiniteFuture();
  }
  [[nodiscard]] bool Holds(absl::Time time) const { return since <= time && time < until; }
};

/// A moment as the user writes it: `2026-11-21`, `2026-11-21 10:00` or with seconds, with a `T` in
/// place of the blank, and with `Z` or `+09:00` at the end; without these it is in `zone`. Also
/// `today`, `yesterday` (their beginnings), and how long ago: `90s`, `30m`, `24h`, `7d`. Nothing if
/// it is none of these.
[[nodiscard]] std::optional<absl::Time> ParseMoment(std::string_view text, absl::TimeZone zone,
                                                    absl::Time now);

/// A sink that passes on to `sink` only the messages whose stamps lie in the window. Local times
/// are in `zone`. If a stamp has no year, the log is taken to have been written within the year
/// before its file was last written to (Block::written_ns), or before `now`, whichever is earlier.
/// A message without a readable stamp goes with the one before it; those before the first stamp
/// count as written before everything.
[[nodiscard]] BlockSink WithinWindow(const TimeWindow& window, absl::TimeZone zone, absl::Time now,
                                     BlockSink sink);

/// The time that a log covers, by the stamps of the first and the last line of each block. Missing
/// years as above.
class StampSpan {
 public:
  StampSpan(absl::TimeZone zone, absl::Time now);
  ~StampSpan();

  void See(const Block& block);
  /// Absent where no stamp could be read.
  [[nodiscard]] const std::optional<absl::Time>& first() const { return first_; }
  [[nodiscard]] const std::optional<absl::Time>& last() const { return last_; }

 private:
  const absl::TimeZone zone_;
  const absl::Time now_;
  const std::unique_ptr<MessageScratch> scratch_;
  std::optional<absl::Time> first_;
  std::optional<absl::Time> last_;
};

/// Which part of a log the user wants to be read, and when that was written.
class LogPart {
 public:
  explicit LogPart(const TimeWindow& window, absl::TimeZone zone = absl::LocalTimeZone(),
                   absl::Time now = absl::Now());

  /// Passes on to `sink` what is in the window. Must outlive what it returns. Sinks of several
  /// calls may run at the same time.
  [[nodiscard]] BlockSink Through(BlockSink sink);
  /// The time covered by what was passed on.
  [[nodiscard]] const StampSpan& span() const { return given_on_; }
  /// One sentence if the log has stamps, but none in the window; else empty. At the end.
  [[nodiscard]] std::string WhyEmpty() const;
  [[nodiscard]] absl::TimeZone zone() const { return zone_; }

 private:
  void See(StampSpan& span, const Block& block);

  const TimeWindow window_;
  const absl::TimeZone zone_;
  const absl::Time now_;
  std::mutex mutex_;  // guards all below
  StampSpan whole_;
  StampSpan given_on_;
};

/// `2026-11-21 10:00:00`, as ParseMoment reads it.
[[nodiscard]] std::string MomentText(absl::Time time, absl::TimeZone zone);

}  // namespace maillog
