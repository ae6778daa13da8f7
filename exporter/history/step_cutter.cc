#include "exporter/history/step_cutter.h"

#include <algorithm>
#include <utility>

#include "exporter/count/stamp_time.h"
#include "parser/scan.h"

namespace maillog {
namespace {

constexpr std::int64_t kMinuteSeconds = 60;
// The longest stamp up to its minute, `2026-11-21T10:00:`.
constexpr std::size_t kMaxMinute = 20;
// By how much the time of day is changed in autumn, at most.
constexpr absl::Duration kSetBack = absl::Hours(2);

// `Nov 21 10:00:` of `Nov 21 10:00:31`, or all of that; empty if it has no seconds after a colon.
enum class UpTo : std::uint8_t { kMinute, kSecond };
std::string_view Begins(std::string_view stamp, UpTo up_to) {
  const std::size_t hour_end = stamp.find(':');
  if (hour_end == std::string_view::npos) return {};
  const std::size_t minute_end = stamp.find(':', hour_end + 1);
  if (minute_end != hour_end + 3 || minute_end >= kMaxMinute) return {};
  return stamp.substr(0, minute_end + (up_to == UpTo::kMinute ? 1 : 3));
}

}  // namespace

StepCutter::StepCutter(std::int64_t seconds, Format format, absl::TimeZone zone)
    : seconds_(seconds),
      format_(format),
      zone_(zone),
      scratch_(std::make_unique_for_overwrite<MessageScratch>()) {}

StepCutter::~StepCutter() = default;

void StepCutter::Begin(const Block& block, absl::Time written, absl::Time now) {
  block_ = block;
  at_ = 0;
  has_more_ = true;
  open_ = block.given_up;
  written_ = std::min(written, now);
  now_ = now;
}

bool StepCutter::Next(Piece& piece) {
  if (!std::exchange(has_more_, false)) return false;
  const std::string_view messages = block_.messages;
  const std::size_t begin = at_;
  if (next_ > step_) step_ = next_;  // what ended the piece before
  while (at_ < messages.size()) {
    if (!alike_.empty() && messages.substr(at_).starts_with(alike_)) {
      const std::size_t newline = messages.find('\n', at_);
      at_ = newline == std::string_view::npos ? messages.size() : newline + 1;
      continue;
    }
    const StreamSet open = open_;
    const std::size_t end = ReadMessage(at_);
    if (next_ > step_ && at_ > begin) {
      open_ = open;  // it is read again with the next piece
      has_more_ = true;
      break;
    }
    step_ = std::max(step_, next_);
    at_ = end;
  }
  piece.step = step_;
  const std::string_view text = messages.substr(begin, at_ - begin);
  if (has_more_) {
    piece.block = Block{.messages = text, .read_bytes = text.size()};
  } else {
    piece.block = block_;
    piece.block.messages = text;
    piece.block.read_bytes -= std::min<std::uint64_t>(begin, block_.read_bytes);
    piece.block.given_up = {};
    piece.block.meanwhile = nullptr;
    piece.block.ahead = nullptr;
  }
  if (begin == 0) piece.block.given_up = block_.given_up;
  return true;
}

// A message in fragments ends with the last of its lines, and where no other is open.
std::size_t StepCutter::ReadMessage(std::size_t begin) {
  next_ = step_;
  alike_.clear();
  std::size_t end = begin;
  if (open_.empty()) {
    const std::string_view rest = block_.messages.substr(begin);
    MessageReader reader(rest, *scratch_, {}, format_);
    Record record;
    EnvelopeResult result{};
    if (reader.Next(record, result)) {
      const bool leads = record.stamp.data() == rest.data();
      NoteStamp(record.stamp, leads ? rest : std::string_view());
    }
    const std::size_t size = std::max<std::size_t>(rest.size() - reader.rest().size(), 1);
    open_ = OpenAfter(rest.substr(0, size), open_);
    end += size;
  }
  while (!open_.empty() && end < block_.messages.size()) {
    std::string_view rest = block_.messages.substr(end);
    const std::string_view line = TakeLine(rest);
    open_ = OpenAfter(line, open_);
    end = block_.messages.size() - rest.size();
  }
  return end;
}

// `line` begins with the stamp, or is empty.
void StepCutter::NoteStamp(std::string_view stamp, std::string_view line) {
  if (stamp.empty()) return;
  std::optional<absl::Time> time = StampTime(stamp, zone_, written_);
  if (!time) return;
  if (step_ != kNoStep) {
    // Of an hour that occurs twice, the one that goes on from the line before.
    const std::optional<absl::Time> nearer =
        StampTime(stamp, zone_, absl::FromUnixSeconds(step_ * seconds_));
    if (nearer && *nearer < *time && *time - *nearer <= kSetBack) time = nearer;
  }
  const std::int64_t seconds = absl::ToUnixSeconds(std::min(*time, now_));
  const StepNumber step = seconds / seconds_ - (seconds % seconds_ < 0 ? 1 : 0);
  next_ = std::max(next_, step);
  if (line.empty()) return;
  line.remove_prefix(stamp.size());
  // A container's line, whose message may go on in another.
  const bool is_container = line.starts_with(" stdout ") || line.starts_with(" stderr ");
  if (!is_container)
    alike_ = Begins(stamp, seconds_ % kMinuteSeconds == 0 ? UpTo::kMinute : UpTo::kSecond);
}

}  // namespace maillog
