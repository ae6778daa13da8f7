#include "exporter/count/shard.h"

#include <unistd.h>

#include <algorithm>
#include <optional>
#include <system_error>
#include <utility>

#include "absl/time/clock.h"
#include "activity/activity_figures.h"
#include "exporter/count/stamp_time.h"
#include "mails/mails_waiting.h"
#include "metrics/catalog/activity.h"
#include "metrics/catalog/exporter.h"
#include "metrics/catalog/mails.h"
#include "parser/envelope/journal_export.h"
#include "parser/envelope/message_reader.h"
#include "parser/scan.h"

namespace maillog {

namespace {

// Should the system have no random bytes, ids can be foreseen, and no more.
MailSalt RandomSalt() {
  MailSalt salt;
  (void)::getentropy(&salt, sizeof salt);
  return salt;
}

// A container may allow no more threads: then the source's own thread counts everything.
std::unique_ptr<SecondCounter> MakeSecondCounter(Format format, RecordObserver* observer) {
  try {
    return std::make_unique<SecondCounter>(format, observer);
  } catch (const std::system_error&) {
    return nullptr;
  }
}

}  // namespace

Shard::Shard(std::string source, const Clock& clock, ShardOptions options,
             const RecordObservers& observers, SpareProcessors* spare)
    : source_(std::move(source)),
      clock_(clock),
      options_(std::move(options)),
      observers_(observers),
      spare_(spare),
      tallies_(options_.log_host_limit),
      mails_(RandomSalt(), options_.mail_limit,
             tallies_.by_host() ? MailMemory::Hosts::kApart : MailMemory::Hosts::kTogether),
      scratch_(std::make_unique_for_overwrite<MessageScratch>()),
      last_at_end_(clock.Now()) {}

Shard::~Shard() = default;

void Shard::Restore(const SavedSource& saved) {
  const std::lock_guard lock(mutex_);
  for (const Bookmark& bookmark : saved.bookmarks) bookmarks_[bookmark.number] = bookmark;
  tallies_.set_del_form(saved.del_form);
  tallies_.Know(*saved.values);
  saved_mails_ = saved.mails;
  if (saved_mails_ != nullptr) mails_.Restore(*saved_mails_);
  if (saved.activity != nullptr && saved_mails_ != nullptr && activity_.Restore(*saved.activity))
    saved_activity_ = saved.activity;
  known_ = true;
}

void Shard::Consume(const Block& block) {
  const std::lock_guard lock(mutex_);
  if (IsWorthTwo(block.messages, block.given_up) && (spare_ == nullptr || spare_->Take())) {
    CountByTwo(block);
    if (spare_ != nullptr) spare_->Give();
  } else {
    Count(block.messages, block.given_up);
  }
  if (block.malformed > 0) counts_.Add(Malformed{}, block.malformed);
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
  lost_records_ += block.lost_records;
  unread_records_ = block.unread_records;
  at_end_ = block.progress != Progress::kMore;
  const bool gets_known = !known_ && (at_end_ || block.after != nullptr || !block.begun.empty());
  known_ = known_ || gets_known;
  if (moved || gets_known) ++version_;
  if (at_end_) last_at_end_ = clock_.Now();
  if (!block.messages.empty()) last_read_ = clock_.Now();
}

void Shard::Count(std::string_view messages, StreamSet given_up) {
  MessageReader reader(messages, *scratch_, given_up, options_.format);
  std::string_view last_stamp;
  (void)CountMessages(reader, parser_, counts_, [&](const Record& record, const Event& event) {
    tallies_.Count(record.host, event, record.times);
    MailEvent mail;
    const bool is_mail = MakeMailEvent(mails_.salt(), record, event, mail);
    if (MayBeActivity(event)) {
      ActivityEvent activity;
      if (MakeActivityEvent(mails_.salt(), record, event, is_mail ? &mail : nullptr, messages,
                            activity))
        TakeActivity(activity);
    }
    if (is_mail) TakeMail(mail);
    if (observers_.own != nullptr) observers_.own->See(record, event);
    if (!record.stamp.empty()) last_stamp = record.stamp;
    // What is in the scratch buffer is gone with the next message.
    if (!LiesIn(last_stamp, messages)) last_stamp_.Keep(std::exchange(last_stamp, {}));
    return true;
  });
  if (!last_stamp.empty()) last_stamp_.Keep(last_stamp);
}

void Shard::End() {
  const std::lock_guard lock(mutex_);
  for (const CountedMail& mail : mails_.End()) tallies_.Count(mail);
  is_over_ = true;
  ++version_;
}

void Shard::TakeMail(const MailEvent& event) {
  for (const CountedMail& mail : mails_.Apply(event)) tallies_.Count(mail);
}

void Shard::TakeActivity(const ActivityEvent& event) {
  const std::optional<Micros> seconds = activity_.Apply(event);
  if (!seconds) return;
  if (event.session == SessionKind::kSmtp) {
    tallies_.CountSession(event.host, SmtpSessionTime{event.service, *seconds});
  } else {
    tallies_.CountSession(event.host,
                          MailboxSessionTime{Server::kDovecot, event.protocol, *seconds});
  }
}

// Containers' fragments are joined from line to line, the journal's entries are not cut at ends of
// lines, and hosts have separate tallies.
bool Shard::IsWorthTwo(std::string_view messages, StreamSet given_up) const {
  if (messages.size() < SecondCounter::kWorthIt || tallies_.by_host() || !given_up.empty())
    return false;
  // Asking the system takes longer than counting a line.
  static const bool two = UsableProcessors() > 1;
  return two && !BeginsEntry(messages) && !BeginsOrEndsAsContainers(messages);
}

void Shard::CountByTwo(const Block& block) {
  if (second_ == nullptr) second_ = MakeSecondCounter(options_.format, observers_.second);
  if (second_ == nullptr) return Count(block.messages, {});
  const auto count_front = [this](std::size_t left) {
    for (std::string_view piece; !(piece = second_->TakeFront(left)).empty();) Count(piece, {});
  };
  second_->Begin(block.messages, tallies_.all(), mails_.salt());
  if (block.meanwhile != nullptr) {
    count_front(SecondCounter::kWhileReading);
    (*block.meanwhile)();
  }
  count_front(0);
  for (const SecondCounter::Piece& piece : second_->End()) {
    counts_.Add(piece.counts);
    for (const SecondCounter::Later& later : piece.later)
      tallies_.all().Count(later.event, later.times);
    for (const MailEvent& mail : piece.mails) TakeMail(mail);
    for (const ActivityEvent& activity : piece.activity) TakeActivity(activity);
    if (!piece.last_stamp.empty()) last_stamp_.Keep(piece.last_stamp);
    Count(piece.rest, {});
  }
}

void Shard::SetHealth(absl::Status health) {
  const std::lock_guard lock(mutex_);
  health_ = std::move(health);
  reached_end_ = reached_end_ || (at_end_ && health_.ok());
}

bool Shard::caught_up() const {
  const std::lock_guard lock(mutex_);
  return reached_end_ && health_.ok();
}

absl::Status Shard::health() const {
  const std::lock_guard lock(mutex_);
  return health_;
}

ReadingState Shard::reading() const {
  ReadingState state;
  ReadingState::Files files;
  const std::lock_guard lock(mutex_);
  state.health = health_;
  state.caught_up = reached_end_ && health_.ok();
  for (const auto& [number, bookmark] : bookmarks_) {
    if (bookmark.finished || !bookmark.cursor.empty()) continue;
    ++files.count;
    files.position_bytes += bookmark.offset;
  }
  files.unread_bytes = unread_bytes_;
  if (files.count > 0) state.files = files;
  if (last_read_) state.since_read = clock_.Now() - *last_read_;
  return state;
}

bool Shard::known() const {
  const std::lock_guard lock(mutex_);
  return known_;
}

std::uint64_t Shard::version() const {
  const std::lock_guard lock(mutex_);
  return version_;
}

ShardState Shard::Snapshot() const {
  ShardState state;
  Samples plain;
  bool is_over = false;
  {
    const std::lock_guard lock(mutex_);
    TakeSnapshot(state, plain);
    is_over = is_over_;
  }
  AddMailGauges(state.saved.mails, plain);
  AddActivityGauges(state.saved.activity, is_over, plain);
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
  if (activity_.changes() != (saved_activity_ == nullptr ? 0 : saved_activity_->changes))
    saved_activity_ = std::make_shared<const SavedActivity>(activity_.Save());
  state.saved.activity = saved_activity_;
  const bool needs_salt = saved_activity_ != nullptr && saved_mails_ == nullptr;
  if (needs_salt || mails_.lines() > (saved_mails_ == nullptr ? 0 : saved_mails_->lines))
    saved_mails_ = std::make_shared<const SavedMails>(mails_.Save());
  state.saved.mails = saved_mails_;
  state.known = known_;
  AddCounted(plain);
}

// Looks at each mail: not while the lock keeps others waiting.
void Shard::AddMailGauges(const std::shared_ptr<const SavedMails>& mails, Samples& samples) const {
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
  const absl::Time now = absl::Now();
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
                              Samples& samples) const {
  if (activity == nullptr) return;
  const ActivityTime time = TimeOf(*activity);
  if (time.minute == 0) return;
  LogSeconds now = time.seconds;
  if (!is_over) {
    const absl::Time clock = absl::Now();
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
    const std::lock_guard lock(mutex_);
    AddOwnGauges(own);
    mails = saved_mails_;
    activity = saved_activity_;
    is_over = is_over_;
  }
  AddMailGauges(mails, own);
  AddActivityGauges(activity, is_over, own);
  samples.Merge(own, options_.labels);
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
  const std::optional<absl::Time> last = StampTime(last_stamp_.text(), options_.zone, absl::Now());
  if (last) {
    samples.SetGauge(kSourceLastRecord, {source_},
                     absl::ToDoubleSeconds(*last - absl::UnixEpoch()));
  }
  const std::chrono::duration<double> lag = clock_.Now() - last_at_end_;
  samples.SetGauge(kSourceLagSeconds, {source_}, at_end_ ? 0 : lag.count());
}

}  // namespace maillog
