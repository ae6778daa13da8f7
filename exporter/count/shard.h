// One source's tallies and the bookmarks of its files. Whenever the lock is free, the tallies are
// exactly the effect of the bytes before the bookmarks; but after a block that was asked what comes
// next (Block::ahead) only once that has been consumed, too.
#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "activity/activity.h"
#include "exporter/count/event_batch.h"
#include "exporter/count/host_tallies.h"
#include "exporter/count/message_counts.h"
#include "exporter/count/record_observer.h"
#include "exporter/count/saved_source.h"
#include "exporter/count/second_counter.h"
#include "exporter/input/block.h"
#include "exporter/os/clock.h"
#include "exporter/os/processors.h"
#include "mails/mail_memory.h"
#include "metrics/samples.h"
#include "parser/dialect/record_parser.h"
#include "parser/envelope/message_reader.h"
#include "parser/event.h"

namespace maillog {

/// How the messages of a source are read, and shown.
struct ShardOptions {
  Format format = Format::kAuto;
  /// What local times mean; used only for the stamp of the last record.
  absl::TimeZone zone = absl::LocalTimeZone();
  std::vector<ExtraLabel> labels = {};  ///< of every series of the source
  std::size_t log_host_limit = 0;       ///< how many hosts get their own label; 0: none
  std::size_t mail_limit = MailMemory::kDefaultLimit;  ///< mails in the queue that are remembered
  Counting counting = Counting::kAll;
  friend bool operator==(const ShardOptions&, const ShardOptions&) = default;
};

/// A copy of a shard at one moment.
struct ShardState {
  std::string source;
  std::uint64_t version = 0;  ///< changes with every change of a counter or a bookmark
  Samples samples;            ///< of this run, and the source's gauges
  SavedSource saved;
  /// Whether its files have been looked at, by this run or an earlier one: what comes later is new.
  bool known = false;
};

/// How far reading has got.
struct ReadingState {
  absl::Status health;  ///< as Shard::health()
  bool caught_up = false;
  /// About the files that are followed; nothing if the source has none (a journal, a socket, a
  /// FIFO).
  struct Files {
    std::size_t count = 0;
    std::uint64_t position_bytes = 0;  ///< counted so far
    std::uint64_t unread_bytes = 0;    ///< known to follow
  };
  std::optional<Files> files;
  std::optional<Duration> since_read;  ///< since the last messages; nothing if none in this run
};

/// The stamp of the last record, as written; one that is longer than any known form is cut.
class LastStamp {
 public:
  void Keep(std::string_view stamp) { size_ = stamp.copy(text_.data(), text_.size()); }
  [[nodiscard]] std::string_view text() const { return {text_.data(), size_}; }

 private:
  std::array<char, 64> text_{};
  std::size_t size_ = 0;
};

/// Thread-safe.
class Shard {
 public:
  /// `source` is the label's value, as AsLabelValue makes it one. `spare`: from where the processor
  /// of a second thread is taken, where not all processors are this shard's; must outlive it.
  Shard(std::string_view source, const Clock& clock, ShardOptions options = {},
        const RecordObservers& observers = {}, SpareProcessors* spare = nullptr);
  ~Shard();
  Shard(const Shard&) = delete;
  Shard& operator=(const Shard&) = delete;

  /// Counts the block's messages and moves the bookmark, in one step. Allocates only for new series
  /// and new files.
  void Consume(const Block& block);
  /// Whether it has asked for a block ahead. That has to be consumed before anything else is done,
  /// as the functions below that save or show what was counted wait for it. Only for whoever
  /// consumes.
  [[nodiscard]] bool awaits_block() const;
  /// No more blocks will come, for ever: mails that wait for late lines are counted as they are,
  /// and what the last hour was is said by the last stamp.
  void End();
  /// OK: the source can be read; after a block that reached its end: it has caught up. Otherwise
  /// why not, in words for the user.
  void SetHealth(absl::Status health);
  /// Takes over what an earlier run saved. Before the first Consume.
  void Restore(const SavedSource& saved);

  [[nodiscard]] ShardState Snapshot() const;
  /// The source's gauges as they are now; replaces those in `samples`. The rest of a snapshot
  /// changes only with the version.
  void AddGauges(Samples& samples) const;
  /// The counters and histograms of a snapshot as bare numbers: see Tallies.
  void AppendNumbers(std::vector<std::uint64_t>& numbers) const;
  void ForEachSeries(const Tallies::VisitSeries& visit) const;
  [[nodiscard]] std::size_t series() const;
  /// The gauges that the log alone decides, as of a moment of the log: what waits in the queue, who
  /// did most, when the last record was written.
  void AddGaugesOfLog(absl::Time now, Samples& samples) const;
  /// Changes with every change of a counter or a bookmark.
  [[nodiscard]] std::uint64_t version() const;
  /// Whether everything that was there at the start has been read. Not while the source cannot be
  /// read: then nobody knows what is there.
  [[nodiscard]] bool caught_up() const;
  /// What SetHealth was given last; OK before that.
  [[nodiscard]] absl::Status health() const;
  [[nodiscard]] ReadingState reading() const;
  /// Whether its files have been looked at, so that there is something to save.
  [[nodiscard]] bool known() const;
  [[nodiscard]] const std::string& source() const { return source_; }

 private:
  /// `open`: see MessageReader.
  void Count(std::string_view messages, StreamSet given_up, OpenFragments* open = nullptr);
  [[nodiscard]] bool IsWorthTwo(std::string_view messages, StreamSet given_up) const;
  void CountByTwo(const Block& block, const ObservedText& text);
  void GoAhead(const Block& block);
  [[nodiscard]] bool is_ahead() const { return second_ != nullptr && second_->is_ahead(); }
  [[nodiscard]] std::unique_lock<std::mutex> Lock() const;
  [[nodiscard]] std::unique_lock<std::mutex> LockSettled() const;
  void LetOthersLook(std::unique_lock<std::mutex>& lock);
  void TakeUp(const SecondCounter::Piece& piece, OpenFragments& open);
  /// `next` is what will be taken next, or nullptr.
  void Take(const EventBatch& batch, const EventBatch* next);
  void TakeMail(const MailEvent& event, const LineOrigin& origin);
  void TakeActivity(const ActivityEvent& event, const LineOrigin& origin);
  void TakeBatch();
  void TakeSnapshot(ShardState& state, Samples& plain) const;
  void SaveMailsAndActivity() const;
  void AddMailGauges(const std::shared_ptr<const SavedMails>& mails, absl::Time now,
                     Samples& samples) const;
  void AddActivityGauges(const std::shared_ptr<const SavedActivity>& activity, bool is_over,
                         absl::Time clock, Samples& samples) const;
  void AddLastRecord(absl::Time now, Samples& samples) const;
  void AddCounted(Samples& samples) const;
  void AddOwnCounters(Samples& samples) const;
  void AddOwnGauges(Samples& samples) const;

  const std::string source_;
  const Clock& clock_;
  const ShardOptions options_;
  const RecordObservers observers_;
  SpareProcessors* const spare_;

  // How many wait for the mutex, not counting whoever consumes: then nothing more is counted ahead,
  // and the next block waits for them. Nobody would get it otherwise as long as there are blocks.
  mutable std::atomic<int> waiting_ = 0;
  mutable std::condition_variable turn_;  // nobody waits any more, or nothing is ahead
  mutable std::mutex mutex_;              // guards all below
  RecordParser parser_;
  HostTallies tallies_;
  MailMemory mails_;
  EventBatch batch_;           ///< empty but while lines are counted
  mutable Activity activity_;  // saving notes what has been saved
  const std::unique_ptr<MessageScratch> scratch_;
  std::map<BookmarkNumber, Bookmark> bookmarks_;
  mutable std::shared_ptr<const std::vector<KnownValue>> values_;  // those of the last snapshot
  mutable std::shared_ptr<const SavedMails> saved_mails_;
  mutable std::shared_ptr<const SavedActivity> saved_activity_;
  std::atomic<std::uint64_t> version_ = 0;  // written under the mutex
  MessageCounts counts_;
  std::unique_ptr<SecondCounter> second_;  ///< made when it is first worthwhile
  std::size_t second_knows_ = 0;           ///< values of labels, since it last learned some
  std::uint64_t texts_ = 0;                ///< that were counted
  std::array<std::uint64_t, kRotationNames.size()> rotations_{};
  std::array<std::uint64_t, kGapNames.size()> gaps_{};
  std::optional<std::array<std::uint64_t, kSenderRefusalNames.size()>> refusals_;
  std::uint64_t read_bytes_ = 0;
  std::uint64_t lost_bytes_ = 0;
  std::uint64_t unread_bytes_ = 0;
  std::uint64_t lost_records_ = 0;
  std::optional<std::uint64_t> unread_records_;
  TimePoint last_at_end_;
  std::optional<TimePoint> last_read_;
  bool at_end_ = false;
  // Written under both mutexes: who only asks for these waits for nobody. `mutex_` comes first.
  mutable std::mutex health_mutex_;
  absl::Status health_;
  bool reached_end_ = false;  // once
  bool known_ = false;
  bool is_over_ = false;  // End() was called
  LastStamp last_stamp_;
};

}  // namespace maillog
