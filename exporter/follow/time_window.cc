#include "exporter/follow/time_window.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "exporter/count/stamp_time.h"
#include "parser/envelope/message_reader.h"
#include "parser/scan.h"

namespace maillog {
namespace {

std::optional<absl::Time> ParseAge(std::string_view text, absl::Time now) {
  const std::optional<std::uint64_t> amount = TakeUint(text);
  constexpr std::uint64_t kMax = 1'000'000;
  if (!amount || *amount > kMax) return std::nullopt;
  struct Unit {
    std::string_view name;
    absl::Duration length;
  };
  const std::array<Unit, 4> units{{{"s", absl::Seconds(1)},
                                   {"m", absl::Minutes(1)},
                                   {"h", absl::Hours(1)},
                                   {"d", absl::Hours(24)}}};
  for (const Unit& unit : units) {
    if (text == unit.name) return now - static_cast<std::int64_t>(*amount) * unit.length;
  }
  return std::nullopt;
}

// The forms of absl::ParseTime, which accepts any number as a year, and words for infinity.
std::optional<absl::Time> ParseDate(std::string_view text, absl::TimeZone zone) {
  if (!StartsLike<"0000-00-00">(text)) return std::nullopt;
  const std::string date(text);
  for (const char* const format :
       {"%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%E*S",
        "%Y-%m-%dT%H:%M:%E*S", "%Y-%m-%d %H:%M%Ez", "%Y-%m-%dT%H:%M%Ez", "%Y-%m-%d %H:%M:%E*S%Ez",
        "%Y-%m-%dT%H:%M:%E*S%Ez"}) {
    absl::Time time;
    if (absl::ParseTime(format, date, zone, &time, nullptr)) return time;
  }
  return std::nullopt;
}

absl::Time WrittenAt(const Block& block, absl::Time now) {
  return block.written_ns == 0 ? now : std::min(now, absl::FromUnixNanos(block.written_ns));
}

class WindowFilter {
 public:
  WindowFilter(const TimeWindow& window, absl::TimeZone zone, absl::Time now, BlockSink sink)
      : window_(window),
        zone_(zone),
        now_(now),
        sink_(std::move(sink)),
        scratch_(std::make_shared<MessageScratch>()) {}

  void Take(const std::string& source, const Block& block) {
    written_ = WrittenAt(block, now_);
    std::string_view rest = block.messages;
    StreamSet open = block.given_up;
    Block run{.given_up = open, .written_ns = block.written_ns};
    while (!rest.empty()) {
      const std::string_view messages = TakeWholeMessages(rest, open);
      if (IsWithin(messages, open)) {
        const std::size_t before = run.messages.size();
        run.messages = {before == 0 ? messages.data() : run.messages.data(),
                        before + messages.size()};
      } else {
        GiveOn(source, run);
      }
      open = {};
    }
    GiveOn(source, run);
    Block others = block;
    others.messages = {};
    others.given_up = {};
    others.read_bytes = 0;
    others.meanwhile = nullptr;
    others.ahead = nullptr;
    if (!is_within_) others.malformed = 0;
    sink_(source, others);
    if (block.progress == Progress::kMore) return;
    is_within_ = BeforeEverything();
    last_stamp_.clear();
  }

 private:
  [[nodiscard]] bool BeforeEverything() const { return window_.Holds(absl::InfinitePast()); }

  // Up to the first place that is not in the middle of a container's message: usually one line.
  static std::string_view TakeWholeMessages(std::string_view& rest, StreamSet open) {
    std::size_t end = 0;
    do {
      const std::size_t newline = rest.find('\n', end);
      const std::size_t next = newline == std::string_view::npos ? rest.size() : newline + 1;
      open = OpenAfter(rest.substr(end, next - end), open);
      end = next;
    } while (!open.empty() && end < rest.size());
    const std::string_view messages = rest.substr(0, end);
    rest.remove_prefix(end);
    return messages;
  }

  bool IsWithin(std::string_view messages, StreamSet given_up) {
    MessageReader reader(messages, *scratch_, given_up);
    Record record;
    EnvelopeResult result{};
    while (reader.Next(record, result)) {
      const std::string_view stamp = std::exchange(record, Record{}).stamp;
      if (stamp.empty() || stamp == last_stamp_) continue;
      const std::optional<absl::Time> time = StampTime(stamp, zone_, written_);
      if (!time) continue;
      is_within_ = window_.Holds(*time);
      last_stamp_ = stamp;
    }
    return is_within_;
  }

  void GiveOn(const std::string& source, Block& run) {
    run.read_bytes = run.messages.size();
    if (!run.messages.empty()) sink_(source, run);
    run = Block{.written_ns = run.written_ns};
  }

  const TimeWindow window_;
  const absl::TimeZone zone_;
  const absl::Time now_;
  const BlockSink sink_;
  const std::shared_ptr<MessageScratch> scratch_;
  absl::Time written_;
  std::string last_stamp_;
  bool is_within_ = BeforeEverything();
};

// The first and the last line of a block.
std::array<std::string_view, 2> EndsOf(std::string_view lines) {
  std::string_view last = lines;
  if (last.ends_with('\n')) last.remove_suffix(1);
  return {lines.substr(0, lines.find('\n')), last.substr(last.rfind('\n') + 1)};
}

}  // namespace

StampSpan::StampSpan(absl::TimeZone zone, absl::Time now)
    : zone_(zone), now_(now), scratch_(std::make_unique_for_overwrite<MessageScratch>()) {}

StampSpan::~StampSpan() = default;

void StampSpan::See(const Block& block) {
  for (const std::string_view line : EndsOf(block.messages)) {
    MessageReader reader(line, *scratch_, block.given_up);
    Record record;
    EnvelopeResult result{};
    if (!reader.Next(record, result)) continue;
    const std::optional<absl::Time> time = StampTime(record.stamp, zone_, WrittenAt(block, now_));
    if (!time) continue;
    first_ = first_ ? std::min(*first_, *time) : *time;
    last_ = last_ ? std::max(*last_, *time) : *time;
  }
}

std::optional<absl::Time> ParseMoment(std::string_view text, absl::TimeZone zone, absl::Time now) {
  const absl::CivilDay today = absl::ToCivilDay(now, zone);
  if (text == "today") return absl::FromCivil(today, zone);
  if (text == "yesterday") return absl::FromCivil(today - 1, zone);
  if (const std::optional<absl::Time> date = ParseDate(text, zone)) return date;
  return ParseAge(text, now);
}

BlockSink WithinWindow(const TimeWindow& window, absl::TimeZone zone, absl::Time now,
                       BlockSink sink) {
  auto filter = std::make_shared<WindowFilter>(window, zone, now, std::move(sink));
  return [filter](const std::string& source, const Block& block) { filter->Take(source, block); };
}

LogPart::LogPart(const TimeWindow& window, absl::TimeZone zone, absl::Time now)
    : window_(window), zone_(zone), now_(now), whole_(zone, now), given_on_(zone, now) {}

BlockSink LogPart::Through(BlockSink sink) {
  BlockSink noted = [this, sink = std::move(sink)](const std::string& source, const Block& block) {
    See(given_on_, block);
    sink(source, block);
  };
  if (!window_.has_limits()) return noted;
  BlockSink within = WithinWindow(window_, zone_, now_, std::move(noted));
  return [this, within = std::move(within)](const std::string& source, const Block& block) {
    See(whole_, block);
    within(source, block);
  };
}

void LogPart::See(StampSpan& span, const Block& block) {
  const std::lock_guard lock(mutex_);
  span.See(block);
}

std::string LogPart::WhyEmpty() const {
  if (!window_.has_limits() || given_on_.first() || !whole_.first()) return {};
  return absl::StrCat("no message lies in that time: the log goes from ",
                      MomentText(*whole_.first(), zone_), " to ",
                      MomentText(*whole_.last(), zone_));
}

std::string MomentText(absl::Time time, absl::TimeZone zone) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%S", time, zone);
}

}  // namespace maillog
