#include "mails/log_clock.h"

#include <optional>

#include "parser/find.h"
#include "parser/timestamp.h"

namespace maillog {
namespace {

/// `Nov 21 10:00` of `Nov 21 10:00:17`, `2026-11-21T18:02` of `2026-11-21T18:02:08.123456+09:00`;
/// other stamps are left as they are.
std::string_view UpToMinute(std::string_view stamp) {
  constexpr std::size_t kIso = 16;
  if (stamp.size() > kIso && stamp[10] == 'T' && stamp[kIso] == ':') return stamp.substr(0, kIso);
  const bool has_seconds = stamp.size() > 3 && stamp[stamp.size() - 3] == ':';
  return has_seconds ? stamp.substr(0, stamp.size() - 3) : stamp;
}

std::int64_t Read(std::string_view stamp) {
  const std::optional<CivilStamp> civil = ParseStamp(stamp);
  if (!civil) return 0;
  return ((civil->month * 31 + civil->day) * 24 + civil->hour) * 60 + civil->minute;
}

}  // namespace

std::int64_t LogClock::MinuteOf(std::string_view stamp) {
  const std::string_view text = UpToMinute(stamp);
  if (size_ > 0 && SameText({text_.data(), size_}, text)) return minute_;
  if (text.size() > kLongest) return Read(stamp);
  size_ = text.copy(text_.data(), kLongest);
  return minute_ = Read(stamp);
}

}  // namespace maillog
