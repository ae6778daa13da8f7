#include "exporter/trace/search.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <tuple>
#include <unordered_set>
#include <utility>

#include "exporter/count/stamp_time.h"
#include "exporter/follow/read_to_end.h"
#include "exporter/trace/any_case.h"
#include "exporter/trace/trace_line.h"
#include "parser/address.h"
#include "parser/envelope/message_reader.h"
#include "parser/scan.h"

namespace maillog {
namespace {

/// A filter behind a filter behind a filter.
constexpr int kMaxRounds = 8;

class Search {
 public:
  Search(const TraceWhat& what, const std::vector<LogFile>& log, const TimeWindow& window,
         FileSystem& files, std::size_t most_bytes)
      : what_(what),
        log_(log),
        window_(window),
        files_(files),
        most_bytes_(most_bytes),
        scratch_(std::make_unique_for_overwrite<MessageScratch>()),
        known_(log.size()) {
    if (what_.kind == TraceWhat::Kind::kQueueId) (void)ids_.Add(what_.text);
    if (what_.kind != TraceWhat::Kind::kQueueId) (void)message_ids_.Add(what_.text);
  }

  [[nodiscard]] absl::StatusOr<TraceFindings> Run() {
    for (int round = 0; round < kMaxRounds; ++round) {
      bool any = false;
      for (file_ = 0; file_ < log_.size(); ++file_) {
        if (round == 0 ? CanSkip(log_[file_]) : !IsWorthAnother(known_[file_])) continue;
        any = true;
        if (absl::Status read = ReadFile(); !read.ok()) return read;
      }
      if (!any) break;
    }
    std::sort(texts_.begin(), texts_.end(), [](const TracedText& a, const TracedText& b) {
      return std::tuple(b.file, a.place) < std::tuple(a.file, b.place);
    });
    return TraceFindings{std::move(texts_), cut_};
  }

 private:
  /// How much was wanted when a file was searched.
  struct Known {
    bool searched = false;
    std::size_t at_begin = 0;
    std::size_t at_end = 0;
  };
  /// The earliest line found of a queue id.
  struct Earliest {
    std::size_t file = 0;
    std::uint64_t place = 0;
    TraceLine::Kind kind = TraceLine::Kind::kOther;
    std::string queue_id;
  };

  [[nodiscard]] std::size_t wanted() const { return ids_.size() + message_ids_.size(); }

  // What begins in the files that have been searched cannot be in older ones.
  [[nodiscard]] bool CanSkip(const LogFile& file) const {
    const absl::Time modified = absl::FromUnixNanos(file.modified_ns);
    if (modified < window_.since) return true;
    if (what_.may_be_many() || !times_fit_ || earliest_.empty() || !IsComplete()) return false;
    return modified < first_time_;
  }

  [[nodiscard]] bool IsComplete() const {
    const bool seen = std::includes(seen_.begin(), seen_.end(), expected_.begin(), expected_.end());
    return seen && std::all_of(earliest_.begin(), earliest_.end(),
                               [this](const auto& one) { return Begins(one.second); });
  }

  // What Postfix itself has made begins with its message id: no client has brought it.
  [[nodiscard]] bool Begins(const Earliest& earliest) const {
    return earliest.kind == TraceLine::Kind::kClient || earliest.kind == TraceLine::Kind::kPickup ||
           (earliest.kind == TraceLine::Kind::kMessageId && made_here_.contains(earliest.queue_id));
  }

  // Words that became known while the file was searched may be before the places where they were
  // found, but what has been seen to begin is not.
  [[nodiscard]] bool IsWorthAnother(const Known& known) const {
    if (!known.searched) return false;
    return known.at_end < wanted() || (known.at_begin < known.at_end && !IsComplete());
  }

  [[nodiscard]] absl::Status ReadFile() {
    Known& known = known_[file_];
    known.searched = true;
    known.at_begin = wanted();
    place_ = 0;
    LogPart part(window_);
    absl::Status read = ReadToEnd(
        {log_[file_].path},
        part.Through([this](const std::string&, const Block& block) { Take(block); }), files_);
    known.at_end = wanted();
    return read;
  }

  [[nodiscard]] bool MayMatter(std::string_view messages) const {
    const bool named = what_.kind != TraceWhat::Kind::kQueueId &&
                       FindInAnyCase(messages, what_.lower) < messages.size();
    return named || ids_.MayBeIn(messages) || message_ids_.MayBeIn(messages);
  }

  void Take(const Block& block) {
    if (MayMatter(block.messages)) {
      written_ = block.written_ns == 0
                     ? absl::Now()
                     : std::min(absl::Now(), absl::FromUnixNanos(block.written_ns));
      // Lines before the one that names what is wanted are near: usually in the same block.
      std::size_t before = 0;
      do {
        before = wanted();
        ReadMessages(block);
      } while (wanted() > before);
    }
    place_ += block.messages.size();
  }

  void ReadMessages(const Block& block) {
    MessageReader reader(block.messages, *scratch_, block.given_up);
    Record record;
    EnvelopeResult result{};
    std::string_view before = reader.rest();
    for (; reader.Next(record, result); before = reader.rest()) {
      // Most messages of a block have nothing to do with what another one in it has.
      const std::string_view raw = TakenFrom(before, reader.rest());
      if (result != EnvelopeResult::kRecord || !MayMatter(raw) || !IsWanted(record)) continue;
      Keep(record, raw, place_ + (block.messages.size() - before.size()));
    }
  }

  // Also notes what the line names in turn.
  [[nodiscard]] bool IsWanted(const Record& record) {
    if (const std::optional<TraceLine> line = ReadTraceLine(record)) {
      if (IsWantedLine(*line)) {
        Learn(*line);
        return true;
      }
    } else if (const std::optional<MailboxLine> mailbox = ReadMailboxLine(record)) {
      return message_ids_.Has(mailbox->message_id);
    }
    const std::string_view id = QueueIdInPassing(record);
    return !id.empty() && ids_.Has(id);
  }

  [[nodiscard]] bool IsWantedLine(const TraceLine& line) {
    if (!line.queue_id.empty() && ids_.Has(line.queue_id)) return true;
    if (what_.Matches(line)) return true;
    switch (line.kind) {
      case TraceLine::Kind::kClient:
      case TraceLine::Kind::kPickup:
      case TraceLine::Kind::kNotice:
        return !line.other_id.empty() && ids_.Has(line.other_id);
      case TraceLine::Kind::kMessageId:
        return message_ids_.Has(line.message_id);
      case TraceLine::Kind::kDelivery: {
        const std::string_view next = QueuedAs(line.said);
        return !next.empty() && ids_.Has(next);
      }
      default:
        return false;
    }
  }

  void Learn(const TraceLine& line) {
    (void)ids_.Add(line.queue_id);
    (void)ids_.Add(line.other_id);
    (void)message_ids_.Add(line.message_id);
    if (!line.other_id.empty()) expected_.emplace(line.other_id);
    if (line.kind == TraceLine::Kind::kNotice) made_here_.emplace(line.other_id);
    if (line.kind != TraceLine::Kind::kDelivery) return;
    const std::string_view next = QueuedAs(line.said);
    (void)ids_.Add(next);
    if (next.empty()) return;
    const bool forwarded = StartsWith(line.said, "forwarded as ");
    if (forwarded) made_here_.emplace(next);
    // Another host's queue is hardly ever in this log.
    if (forwarded || IsOnThisHost(line.relay)) expected_.emplace(next);
  }

  [[nodiscard]] static bool IsOnThisHost(std::string_view relay) {
    if (!SkipPast(relay, '[')) return false;
    relay = TakeUntil(relay, ']');
    return relay.find('/') != std::string_view::npos || IsLoopback(relay);
  }

  void Keep(const Record& record, std::string_view raw, std::uint64_t place) {
    if (cut_ || !kept_.emplace(file_, place).second) return;
    TracedText text{.host = std::string(record.host),
                    .program = std::string(record.program),
                    .message = std::string(record.message),
                    .raw = std::string(raw),
                    .file = file_,
                    .place = place};
    if (const auto time = StampTime(record.stamp, absl::LocalTimeZone(), written_)) {
      text.time = *time;
      first_time_ = std::min(first_time_, *time);
      // Of a log from another time zone, or a clock that was wrong, times are no proof.
      times_fit_ = times_fit_ && *time <= written_ + absl::Minutes(1);
    } else {
      times_fit_ = false;
    }
    NoteEarliest(record, place);
    bytes_ += raw.size() + text.message.size() + sizeof text;
    cut_ = bytes_ > most_bytes_;
    texts_.push_back(std::move(text));
  }

  void NoteEarliest(const Record& record, std::uint64_t place) {
    const std::optional<TraceLine> line = ReadTraceLine(record);
    if (!line || line->queue_id.empty()) return;
    std::string key(record.host);
    key.append(" ").append(line->syslog_name).append(" ").append(line->queue_id);
    seen_.emplace(line->queue_id);
    const auto [at, is_new] = earliest_.try_emplace(std::move(key));
    Earliest& earliest = at->second;
    if (!is_new && std::tuple(earliest.file, place) >= std::tuple(file_, earliest.place)) return;
    earliest = {file_, place, line->kind, std::string(line->queue_id)};
  }

  const TraceWhat& what_;
  const std::vector<LogFile>& log_;
  const TimeWindow& window_;
  FileSystem& files_;
  const std::size_t most_bytes_;
  const std::unique_ptr<MessageScratch> scratch_;

  WantedTexts ids_;
  WantedTexts message_ids_;
  std::unordered_set<std::string> made_here_;  // queue ids of notices and forwarded mail
  std::set<std::string> expected_;  // queue ids that must be in the log, if it goes so far back
  std::set<std::string> seen_;      // those of which there are lines
  std::vector<Known> known_;
  std::size_t file_ = 0;
  std::uint64_t place_ = 0;  // of the block that is read
  absl::Time written_;       // when the file was
  std::vector<TracedText> texts_;
  std::set<std::pair<std::size_t, std::uint64_t>> kept_;
  std::map<std::string, Earliest> earliest_;
  absl::Time first_time_ = absl::InfiniteFuture();
  bool times_fit_ = true;
  std::size_t bytes_ = 0;
  bool cut_ = false;
};

}  // namespace

absl::StatusOr<TraceFindings> FindTraces(const TraceWhat& what, const std::vector<LogFile>& log,
                                         const TimeWindow& window, FileSystem& files,
                                         std::size_t most_bytes) {
  return Search(what, log, window, files, most_bytes).Run();
}

}  // namespace maillog
