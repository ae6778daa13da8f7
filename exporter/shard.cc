#include "exporter/shard.h"

#include <optional>
#include <utility>

#include "absl/time/clock.h"
#include "exporter/stamp_time.h"
#include "metrics/catalog/exporter.h"
#include "parser/dialect/dialects.h"
#include "parser/envelope/message_reader.h"

namespace maillog {

Shard::Shard(std::string source, const Clock& clock, ShardOptions options)
    : source_(std::move(source)),
      clock_(clock),
      options_(std::move(options)),
      tallies_(options_.log_host_limit),
      scratch_(std::make_unique_for_overwrite<MessageScratch>()),
      last_at_end_(clock.Now()) {}

Shard::~Shard() = default;

void Shard::Restore(const SavedSource& saved) {
  const std::lock_guard lock(mutex_);
  for (const Bookmark& bookmark : saved.bookmarks) bookmarks_[bookmark.number] = bookmark;
  tallies_.set_del_form(saved.del_form);
  tallies_.Know(*saved.values);
  known_ = true;
}

void Shard::Consume(const Block& block) {
  const std::lock_guard lock(mutex_);
  Count(block.messages, block.given_up);
  if (block.malformed > 0) CountOutcome(Malformed{}, block.malformed);
  for (const BookmarkNumber number : block.forgotten) bookmarks_.erase(number);
  for (const Bookmark& bookmark : block.begun) bookmarks_[bookmark.number] = bookmark;
  if (block.after != nullptr) bookmarks_[block.after->number] = *block.after;
  bool moved = block.after != nullptr || !block.begun.empty() || !block.forgotten.empty() ||
               block.malformed > 0 || block.lost_bytes > 0 || !block.messages.empty();
  for (std::size_t i = 0; i < rotations_.size(); ++i) {
    rotations_[i] += block.rotations[i];
    moved = moved || block.rotations[i] > 0;
  }
  for (std::size_t i = 0; i < gaps_.size(); ++i) {
    gaps_[i] += block.gaps[i];
    moved = moved || block.gaps[i] > 0;
  }
  read_bytes_ += block.read_bytes;
  lost_bytes_ += block.lost_bytes;
  unread_bytes_ = block.unread_bytes;
  at_end_ = block.progress != Progress::kMore;
  const bool gets_known = !known_ && (at_end_ || block.after != nullptr);
  known_ = known_ || gets_known;
  if (moved || gets_known) ++version_;
  if (at_end_) last_at_end_ = clock_.Now();
  caught_up_ = caught_up_ || at_end_;
}

void Shard::Count(std::string_view messages, StreamSet given_up) {
  MessageReader reader(messages, *scratch_, given_up, options_.format);
  Record record;
  EnvelopeResult result = EnvelopeResult::kMalformed;
  while (reader.Next(record, result)) {
    switch (result) {
      case EnvelopeResult::kRecord:
        CountRecord(record);
        break;
      case EnvelopeResult::kLastRepeated:
        CountOutcome(LastRepeated{record.times}, 1);
        unattributed_ += record.times;
        break;
      case EnvelopeResult::kMalformed:
        CountOutcome(Malformed{}, 1);
        break;
    }
  }
}

void Shard::CountRecord(const Record& record) {
  const Event event = ParseRecord(record);
  tallies_.Count(record.host, event, record.times);
  CountOutcome(event, record.times);
  last_stamp_.Keep(record.stamp);
}

void Shard::CountOutcome(const Event& event, std::uint32_t times) {
  outcomes_[static_cast<std::size_t>(OutcomeOf(event))] += times;
}

void Shard::SetHealth(Health health) {
  const std::lock_guard lock(mutex_);
  up_ = health == Health::kUp;
  caught_up_ = caught_up_ || !up_;
}

bool Shard::caught_up() const {
  const std::lock_guard lock(mutex_);
  return caught_up_;
}

std::uint64_t Shard::version() const {
  const std::lock_guard lock(mutex_);
  return version_;
}

ShardState Shard::Snapshot() const {
  ShardState state;
  state.source = source_;
  const std::lock_guard lock(mutex_);
  state.version = version_;
  state.saved.bookmarks.reserve(bookmarks_.size());
  for (const auto& [number, bookmark] : bookmarks_) state.saved.bookmarks.push_back(bookmark);
  state.saved.del_form = tallies_.del_form();
  if (values_ == nullptr || values_->size() != tallies_.known_values()) {
    values_ = std::make_shared<const std::vector<KnownValue>>(tallies_.KnownValues());
  }
  state.saved.values = values_;
  state.known = known_;
  if (options_.labels.empty()) {
    tallies_.AddTo(state.samples);
    AddOwnSeries(state.samples);
    return state;
  }
  Samples plain;
  tallies_.AddTo(plain);
  AddOwnSeries(plain);
  state.samples.Merge(plain, options_.labels);
  return state;
}

void Shard::AddOwnSeries(Samples& samples) const {
  for (std::size_t i = 0; i < outcomes_.size(); ++i) {
    samples.AddCounter(kRecords, {source_, std::string(Text(static_cast<Outcome>(i)))},
                       outcomes_[i]);
  }
  for (std::size_t i = 0; i < rotations_.size(); ++i) {
    samples.AddCounter(kSourceRotations, {source_, std::string(kRotationNames[i])}, rotations_[i]);
  }
  for (std::size_t i = 0; i < gaps_.size(); ++i) {
    samples.AddCounter(kSourceGaps, {source_, std::string(kGapNames[i])}, gaps_[i]);
  }
  samples.AddCounter(kRepeatsUnattributed, {source_}, unattributed_);
  samples.AddCounter(kSourceReadBytes, {source_}, read_bytes_);
  samples.AddCounter(kSourceLostBytes, {source_}, lost_bytes_);
  samples.SetGauge(kSourceUp, {source_}, up_ ? 1 : 0);
  samples.SetGauge(kSourceCaughtUp, {source_}, caught_up_ ? 1 : 0);
  samples.SetGauge(kSourceLagBytes, {source_}, static_cast<double>(unread_bytes_));
  const std::optional<absl::Time> last = StampTime(last_stamp_.text(), options_.zone, absl::Now());
  if (last) {
    samples.SetGauge(kSourceLastRecord, {source_},
                     absl::ToDoubleSeconds(*last - absl::UnixEpoch()));
  }
  const std::chrono::duration<double> lag = clock_.Now() - last_at_end_;
  samples.SetGauge(kSourceLagSeconds, {source_}, at_end_ ? 0 : lag.count());
}

}  // namespace maillog
