// What a shard shows, and what is saved of it.
#include <algorithm>
#include <optional>
#include <utility>

#include "absl/time/clock.h"
#include "activity/activity_figures.h"
#include "exporter/count/shard.h"
#include "exporter/count/stamp_time.h"
#include "mails/mails_waiting.h"
#include "metrics/catalog/activity.h"
#include "metrics/catalog/exporter.h"
#include "metrics/catalog/mails.h"

namespace maillog {

ShardState Shard::Snapshot() const {
  ShardState state;
  Samples plain;
  bool is_over = false;
  {
    const std::unique_lock lock = LockSettled();
    TakeSnapshot(state, plain);
    is_over = is_over_;
  }
  const absl::Time now = absl::Now();
  AddMailGauges(state.saved.mails, now, plain);
  AddActivityGauges(state.saved.activity, is_over, now, plain);
  if (options_.labels.empty()) {
    state.samples = std::move(plain);
  } else {
    state.samples.Merge(plain, options_.labels);
  }
  return state;
}

void Shard::TakeSnapshot(ShardState& state, Samples& plain) const {
  state.source = source_;
  state.version = version_;
  state.saved.bookmarks.reserve(bookmarks_.size());
  for (const auto& [number, bookmark] : bookmarks_) state.saved.bookmarks.push_back(bookmark);
  state.saved.del_form = tallies_.del_form();
  if (values_ == nullptr || values_->size() != tallies_.known_values()) {
    values_ = std::make_shared<const std::vector<KnownValue>>(tallies_.KnownValues());
  }
  state.saved.values = values_;
  SaveMailsAndActivity();
  state.saved.activity = saved_activity_;
  state.saved.mails = saved_mails_;
  state.known = known_;
  AddCounted(plain);
}

void Shard::SaveMailsAndActivity() const {
  if (activity_.changes() != (saved_activity_ == nullptr ? 0 : saved_activity_->changes))
    saved_activity_ = std::make_shared<const SavedActivity>(activity_.Save());
  const bool needs_salt = saved_activity_ != nullptr && saved_mails_ == nullptr;
  if (needs_salt || mails_.lines() > (saved_mails_ == nullptr ? 0 : saved_mails_->lines))
    saved_mails_ = std::make_shared<const SavedMails>(mails_.Save());
}

// Looks at each mail: not while the lock keeps others waiting.
void Shard::AddMailGauges(const std::shared_ptr<const SavedMails>& mails, absl::Time now,
                          Samples& samples) const {
  if (mails == nullptr || !mails->covers) return;
  const MailsWaiting waiting = WaitingIn(*mails);
  for (std::size_t i = 0; i < mails->scopes.size(); ++i) {
    for (std::size_t state = 0; state < kWaitingStates.size(); ++state) {
      LabelValues labels{source_, mails->scopes[i].syslog_name, std::string(kWaitingStates[state])};
      if (const std::string& host = mails->scopes[i].host; !host.empty())
        labels.insert(labels.end(), {std::string(kLogHostLabel), host});
      samples.SetGauge(kMailsWaiting, std::move(labels),
                       static_cast<double>(waiting.of_scope[i][state]));
    }
  }
  double seconds = 0;
  if (waiting.oldest != 0) {
    const auto since = CivilTime(UnpackMinute(waiting.oldest), options_.zone, now);
    if (!since) return;
    seconds = std::max(absl::ToDoubleSeconds(now - *since), 0.0);
  }
  samples.SetGauge(kMailsWaitingOldest, {source_}, seconds);
}

// The last hour is that before now, or, where the log's clock is ahead or no more of it will come,
// that before its last stamp.
void Shard::AddActivityGauges(const std::shared_ptr<const SavedActivity>& activity, bool is_over,
                              absl::Time clock, Samples& samples) const {
  if (activity == nullptr) return;
  const ActivityTime time = TimeOf(*activity);
  if (time.minute == 0) return;
  LogSeconds now = time.seconds;
  if (!is_over) {
    const auto last = CivilTime(UnpackMinute(time.minute), options_.zone, clock);
    if (!last) return;
    now += std::max<std::int64_t>(absl::ToInt64Seconds(clock - *last), 0);
  }
  const auto figures = FiguresOf(*activity, now);
  for (std::size_t i = 0; i < figures.size(); ++i) {
    const std::string window(kActivityWindows[i].name);
    const auto set = [&](const RowInfo& row, LabelValues labels, std::uint64_t value) {
      labels.insert(labels.begin(), source_);
      labels.push_back(window);
      samples.SetGauge(row, std::move(labels), static_cast<double>(value));
    };
    for (std::size_t kind = 0; kind < kSenderKinds.size(); ++kind) {
      set(kTopSenderRecipients, {std::string(kSenderKinds[kind])}, figures[i].top_recipients[kind]);
    }
    set(kAuthFailedClients, {}, figures[i].failed_clients);
    set(kAuthFailedUsers, {}, figures[i].failed_users);
    set(kTopAuthFailures, {}, figures[i].top_failures);
  }
}

void Shard::AddCounted(Samples& samples) const {
  tallies_.AddTo(samples);
  if (second_ != nullptr) second_->tallies().AddTo(samples);
  AddOwnCounters(samples);
  AddOwnGauges(samples);
}

void Shard::AddGauges(Samples& samples) const {
  Samples own;
  std::shared_ptr<const SavedMails> mails;
  std::shared_ptr<const SavedActivity> activity;
  bool is_over = false;
  {
    const std::unique_lock lock = Lock();
    AddOwnGauges(own);
    mails = saved_mails_;
    activity = saved_activity_;
    is_over = is_over_;
  }
  const absl::Time now = absl::Now();
  AddMailGauges(mails, now, own);
  AddActivityGauges(activity, is_over, now, own);
  samples.Merge(own, options_.labels);
}

void Shard::AddGaugesOfLog(absl::Time now, Samples& samples) const {
  Samples own;
  std::shared_ptr<const SavedMails> mails;
  std::shared_ptr<const SavedActivity> activity;
  {
    const std::unique_lock lock = Lock();
    SaveMailsAndActivity();
    mails = saved_mails_;
    activity = saved_activity_;
    AddLastRecord(now, own);
  }
  AddMailGauges(mails, now, own);
  AddActivityGauges(activity, false, now, own);
  samples.Merge(own, options_.labels);
}

void Shard::AppendNumbers(std::vector<std::uint64_t>& numbers) const {
  const std::unique_lock lock = LockSettled();
  tallies_.AppendNumbers(numbers);
  if (second_ != nullptr) second_->tallies().AppendNumbers(numbers);
  Samples own;
  AddOwnCounters(own);
  for (const auto& [name, family] : own.families()) {
    for (const auto& [labels, value] : family.series)
      numbers.push_back(std::get<std::uint64_t>(value));
  }
}

void Shard::ForEachSeries(const Tallies::VisitSeries& visit) const {
  const Tallies::VisitSeries labelled = [&](const RowInfo& row, LabelValues labels) {
    for (const ExtraLabel& label : options_.labels) {
      if (!label.value.empty()) labels.insert(labels.end(), {label.name, label.value});
    }
    visit(row, std::move(labels));
  };
  const std::unique_lock lock = LockSettled();
  tallies_.ForEachSeries(labelled);
  if (second_ != nullptr) second_->tallies().ForEachSeries(labelled);
  Samples own;
  AddOwnCounters(own);
  for (const auto& [name, family] : own.families()) {
    for (const auto& [labels, value] : family.series) labelled(family.row, labels);
  }
}

std::size_t Shard::series() const {
  const std::unique_lock lock = LockSettled();
  Samples own;
  AddOwnCounters(own);
  std::size_t series = tallies_.series();
  if (second_ != nullptr) series += second_->tallies().series();
  for (const auto& [name, family] : own.families()) series += family.series.size();
  return series;
}

void Shard::AddLastRecord(absl::Time now, Samples& samples) const {
  const std::optional<absl::Time> last = StampTime(last_stamp_.text(), options_.zone, now);
  if (!last) return;
  samples.SetGauge(kSourceLastRecord, {source_}, absl::ToDoubleSeconds(*last - absl::UnixEpoch()));
}

void Shard::AddOwnCounters(Samples& samples) const {
  for (std::size_t i = 0; i < counts_.outcomes.size(); ++i) {
    samples.AddCounter(kRecords, {source_, std::string(Text(static_cast<Outcome>(i)))},
                       counts_.outcomes[i]);
  }
  for (std::size_t i = 0; i < rotations_.size(); ++i) {
    samples.AddCounter(kSourceRotations, {source_, std::string(kRotationNames[i])}, rotations_[i]);
  }
  for (std::size_t i = 0; i < gaps_.size(); ++i) {
    samples.AddCounter(kSourceGaps, {source_, std::string(kGapNames[i])}, gaps_[i]);
  }
  for (std::size_t i = 0; refusals_ && i < refusals_->size(); ++i) {
    samples.AddCounter(kSourceRefusals, {source_, std::string(kSenderRefusalNames[i])},
                       (*refusals_)[i]);
  }
  samples.AddCounter(kRepeatsUnattributed, {source_}, counts_.unattributed);
  samples.AddCounter(kSourceReadBytes, {source_}, read_bytes_);
  samples.AddCounter(kSourceLostBytes, {source_}, lost_bytes_);
  if (unread_records_) samples.AddCounter(kSourceLostRecords, {source_}, lost_records_);
}

void Shard::AddOwnGauges(Samples& samples) const {
  samples.SetGauge(kSourceUp, {source_}, health_.ok() ? 1 : 0);
  samples.SetGauge(kSourceCaughtUp, {source_}, reached_end_ && health_.ok() ? 1 : 0);
  samples.SetGauge(kSourceLagBytes, {source_}, static_cast<double>(unread_bytes_));
  if (unread_records_) {
    samples.SetGauge(kSourceLagRecords, {source_}, static_cast<double>(*unread_records_));
  }
  AddLastRecord(absl::Now(), samples);
  const std::chrono::duration<double> lag = clock_.Now() - last_at_end_;
  samples.SetGauge(kSourceLagSeconds, {source_}, at_end_ ? 0 : lag.count());
}

}  // namespace maillog
