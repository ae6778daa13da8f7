#include "exporter/count/shard.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <system_error>
#include <utility>

#include "activity/session_time.h"
#include "exporter/count/slots.h"
#include "exporter/os/processors.h"
#include "parser/encoding.h"
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
std::unique_ptr<SecondCounter> MakeSecondCounter(const ShardOptions& options,
                                                 RecordObserver* observer) {
  try {
    return std::make_unique<SecondCounter>(options.format, options.counting, observer);
  } catch (const std::system_error&) {
    return nullptr;
  }
}

/// The next block waits at most this long for all who want to see what was counted to get the lock.
constexpr std::chrono::milliseconds kLongestTurn{1};

}  // namespace

Shard::Shard(std::string_view source, const Clock& clock, ShardOptions options,
             const RecordObservers& observers, SpareProcessors* spare)
    : source_(AsLabelValue(source)),
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
  std::unique_lock lock(mutex_);
  if (!is_ahead()) LetOthersLook(lock);
  const ObservedText text{
      .text = block.messages, .written_ns = block.written_ns, .number = texts_ + 1};
  if (!block.messages.empty()) ++texts_;
  if (observers_.own != nullptr) observers_.own->BeginText(text);
  if (is_ahead() ||
      (IsWorthTwo(block.messages, block.given_up) && (spare_ == nullptr || spare_->Take()))) {
    CountByTwo(block, text);
    if (spare_ != nullptr && !is_ahead()) spare_->Give();
  } else {
    Count(block.messages, block.given_up);
  }
  if (observers_.own != nullptr) observers_.own->EndText();
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
  if (block.refusals) {
    if (!refusals_) refusals_.emplace();
    for (std::size_t i = 0; i < refusals_->size(); ++i) {
      (*refusals_)[i] += (*block.refusals)[i];
      moved = moved || (*block.refusals)[i] > 0;
    }
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
  if (waiting_ > 0 && !is_ahead()) turn_.notify_all();
}

bool Shard::awaits_block() const { return is_ahead(); }

std::unique_lock<std::mutex> Shard::Lock() const {
  ++waiting_;
  std::unique_lock lock(mutex_);
  if (--waiting_ == 0) turn_.notify_all();
  return lock;
}

// Of a block that is ahead the second thread has counted a part, which belongs to no bookmark yet.
std::unique_lock<std::mutex> Shard::LockSettled() const {
  ++waiting_;
  std::unique_lock lock(mutex_);
  turn_.wait(lock, [this] { return !is_ahead(); });
  if (--waiting_ == 0) turn_.notify_all();
  return lock;
}

// Whoever unlocks a mutex and locks it again is faster than those who have to wake first.
void Shard::LetOthersLook(std::unique_lock<std::mutex>& lock) {
  if (waiting_ > 0) turn_.wait_for(lock, kLongestTurn, [this] { return waiting_ == 0; });
}

void Shard::Count(std::string_view messages, StreamSet given_up, OpenFragments* open) {
  MessageReader reader(messages, *scratch_, given_up, options_.format, AtContainers::kRead, open);
  std::string_view last_stamp;
  MailEvent none;
  const bool all = options_.counting == Counting::kAll;
  (void)CountMessages(reader, parser_, counts_, [&](const Record& record, const Event& event) {
    MailEvent& mail = all ? batch_.FreeMail() : none;
    const bool is_mail =
        all && MakeMailEvent(mails_.salt(), record, event, parser_.queue_id(), mail);
    tallies_.Count(record.host, event, record.times);
    const bool is_activity =
        all && MayBeActivity(event) &&
        MakeActivityEvent(mails_.salt(), record, event, is_mail ? &mail : nullptr, messages,
                          batch_.FreeActivity());
    if (is_mail || is_activity) {
      batch_.Keep(record, is_mail, is_activity);
      // What is in the scratch buffer is gone with the next message.
      if (!reader.is_usual() || batch_.size() >= EventBatch::kEnough) TakeBatch();
    }
    if (observers_.own != nullptr) observers_.own->See(record, event);
    if (!record.stamp.empty()) last_stamp = record.stamp;
    if (!reader.is_usual() && !LiesIn(last_stamp, messages))
      last_stamp_.Keep(std::exchange(last_stamp, {}));
    return true;
  });
  TakeBatch();
  if (!last_stamp.empty()) last_stamp_.Keep(last_stamp);
}

void Shard::TakeBatch() {
  Take(batch_, nullptr);
  batch_.Clear();
}

void Shard::Take(const EventBatch& batch, const EventBatch* next) {
  batch.ForEachMail(
      [this](const MailEvent& event) { mails_.Expect(event); },
      [this](const MailEvent& event) { mails_.ExpectSoon(event); },
      [this](const MailEvent& event, const LineOrigin& origin) { TakeMail(event, origin); });
  if (next != nullptr) next->Fetch();
  batch.ForEachActivity([this](const ActivityEvent& event) { activity_.Expect(event); },
                        [this](const ActivityEvent& event, const LineOrigin& origin) {
                          TakeActivity(event, origin);
                        });
}

void Shard::End() {
  const std::lock_guard lock(mutex_);
  for (const CountedMail& mail : mails_.End()) tallies_.Count(mail);
  is_over_ = true;
  ++version_;
}

void Shard::TakeMail(const MailEvent& event, const LineOrigin& origin) {
  for (const CountedMail& mail : mails_.Apply(event, origin)) tallies_.Count(mail);
}

void Shard::TakeActivity(const ActivityEvent& event, const LineOrigin& origin) {
  const std::optional<Micros> seconds = activity_.Apply(event, origin.stamp);
  if (!seconds) return;
  CountSessionTime(event, *seconds,
                   [&](const auto& session) { tallies_.CountSession(origin.host, session); });
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

void Shard::CountByTwo(const Block& block, const ObservedText& text) {
  if (second_ == nullptr) second_ = MakeSecondCounter(options_, observers_.second);
  if (second_ == nullptr) return Count(block.messages, {});
  if (second_->is_ahead()) {
    second_->BeginAhead();
  } else {
    second_->Begin(text, tallies_.all(), mails_.salt());
    second_knows_ = tallies_.all().known_values();
  }
  // What an observer keeps of the back of this text may be settled only after the front.
  const bool early = block.ahead != nullptr && observers_.own == nullptr;
  if (early) GoAhead(block);
  // Lines of a container may be among others, and a piece end between two fragments.
  OpenFragments open;
  for (std::string_view front; !(front = second_->TakeFront()).empty();) Count(front, {}, &open);
  if (observers_.own != nullptr) observers_.own->EndPart();
  if (!early) GoAhead(block);
  while (const SecondCounter::Piece* const piece = second_->TakeBack()) {
    if (!piece->is_counted) {
      Count(piece->text, {}, &open);
    } else {
      TakeUp(*piece, open);
    }
  }
  second_->End();
  // The block is over, and with it what has no end.
  counts_.Add(Malformed{}, static_cast<std::uint32_t>(open.count()));
}

// What the second thread does not know yet it learns between two texts.
void Shard::GoAhead(const Block& block) {
  if (block.meanwhile != nullptr) (*block.meanwhile)();
  if (block.ahead == nullptr || waiting_ > 0) return;
  if (second_knows_ != tallies_.all().known_values()) return;
  const std::string_view next = (*block.ahead)();
  if (!IsWorthTwo(next, {})) return;
  second_->SetAhead({.text = next, .written_ns = block.written_ns, .number = texts_ + 1});
}

void Shard::TakeUp(const SecondCounter::Piece& piece, OpenFragments& open) {
  const SecondCounter::Piece* const next = second_->NextBack();
  if (next != nullptr) FetchBytes(next, sizeof *next);
  counts_.Add(piece.counts);
  for (const SecondCounter::Later& later : piece.later)
    tallies_.all().Count(later.event, later.times);
  Take(piece.batch, next == nullptr ? nullptr : &next->batch);
  if (!piece.last_stamp.empty()) last_stamp_.Keep(piece.last_stamp);
  Count(piece.rest, {}, &open);
}

void Shard::SetHealth(absl::Status health) {
  const std::lock_guard lock(mutex_);
  const std::lock_guard health_lock(health_mutex_);
  health_ = std::move(health);
  reached_end_ = reached_end_ || (at_end_ && health_.ok());
}

bool Shard::caught_up() const {
  const std::lock_guard lock(health_mutex_);
  return reached_end_ && health_.ok();
}

absl::Status Shard::health() const {
  const std::lock_guard lock(health_mutex_);
  return health_;
}

ReadingState Shard::reading() const {
  ReadingState state;
  ReadingState::Files files;
  const std::unique_lock lock = Lock();
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

std::uint64_t Shard::version() const { return version_; }

}  // namespace maillog
