// A second thread that counts the back of a text while its owner counts the front, for sources with
// much to catch up on: a whole log, or what was written while the program was down. The text is cut
// into pieces at ends of lines. The owner goes through all of them in their order, and this thread
// through those of the back: a piece that it has counted the owner only takes up. What an event
// means may depend on the events before it (the first values of an open label keep their names, a
// login tells what POP3's `del=n/m` means): such events are passed to the owner, who counts them in
// order; so is what lines say of their mails, and of who does what. So the sums are the same as
// with one thread. Where it is known what the next text will be, this thread goes on with the back
// of that when the owner is not done yet, and then with the last pieces of the fronts: neither
// waits for the other at the end of each text.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <thread>
#include <vector>

#include "exporter/count/event_batch.h"
#include "exporter/count/message_counts.h"
#include "exporter/count/record_observer.h"
#include "metrics/tallies.h"
#include "parser/envelope/message_reader.h"

namespace maillog {

class SecondCounter {
 public:
  /// A text shorter than this is counted before a thread would wake.
  static constexpr std::size_t kWorthIt = 64 * 1024;

  /// An event for the owner's tallies.
  struct Later {
    Event event;
    std::uint32_t times = 1;
  };
  /// Aligned, so that the one that is being counted shares no line of the cache with one that was
  /// taken.
  struct alignas(64) Piece {
    std::string_view text;
    bool is_counted = false;   ///< here; else only the text is set, and the owner has to count it
    MessageCounts counts;      ///< of all messages but those of `rest`
    std::vector<Later> later;  ///< in their order
    EventBatch batch;
    std::string_view last_stamp;  ///< in `text`; empty if there was none
    /// What the owner has to read: from a container's line on, or from a message on that has to be
    /// passed over but was unescaped, so that it does not last. After all these.
    std::string_view rest;
  };

  /// How long the thread waits for the next text before it ends; it is started again when there is
  /// one. A source with nothing to catch up on needs none.
  static constexpr std::chrono::seconds kMaxIdle{5};

  /// `observer` may be nullptr.
  SecondCounter(Format format, Counting counting, RecordObserver* observer = nullptr,
                std::chrono::milliseconds longest_idle = kMaxIdle);
  ~SecondCounter();
  SecondCounter(const SecondCounter&) = delete;
  SecondCounter& operator=(const SecondCounter&) = delete;

  /// `text` is whole lines, and must stay valid until End(). Not while a text is ahead.
  void Begin(const ObservedText& text, const Tallies& first, const MailSalt& salt);
  /// The next piece of the front, which the owner has to count; empty if there are no more.
  [[nodiscard]] std::string_view TakeFront();
  /// What will be begun next, by BeginAhead(), and stays valid until that has ended. Its back may
  /// be counted from now on. Where there is an observer, not before its own thread has seen the
  /// front.
  void SetAhead(const ObservedText& text);
  [[nodiscard]] bool is_ahead() const { return is_ahead_; }
  /// After the front: the next piece of the back, once it has been counted or if nobody counts it;
  /// valid until End(). nullptr: that was the last one.
  [[nodiscard]] const Piece* TakeBack();
  /// What TakeBack() will return next, if it has been counted; else nullptr.
  [[nodiscard]] const Piece* NextBack() const;
  /// When all pieces have been taken: the text is over.
  void End();
  /// As Begin() with the text that is ahead.
  void BeginAhead();
  /// Everything that was ever counted here. Not within a text, nor while one is ahead.
  [[nodiscard]] const Tallies& tallies() const { return tallies_; }

 private:
  struct Task;
  struct Text {
    ObservedText seen;
    std::vector<Piece> pieces;
    std::size_t used = 0;   ///< pieces of this text
    std::size_t split = 0;  ///< the first piece of the back, to which pieces of the front may go
    std::size_t next = 0;   ///< the first piece of the back that nobody counts
    /// The first piece of the back that is not counted yet. Written under the mutex; read without
    /// it by a thread that waits a moment before it sleeps: waking takes as long as counting some
    /// pieces.
    std::atomic<std::size_t> done = 0;
  };

  void Start();
  /// Of a text that nobody counts yet: without the mutex.
  void Cut(Text& text, const ObservedText& seen);
  void Wake();
  [[nodiscard]] Task NextTask();
  void TakeOver(Text& own);
  void Run();
  void Count(Piece& piece);
  void BeginSeeing(const Text& text);

  const Format format_;
  const Counting counting_;
  const std::chrono::milliseconds longest_idle_;
  MailSalt salt_;
  RecordObserver* const observer_;
  Tallies tallies_;
  RecordParser parser_;
  const std::unique_ptr<MessageScratch> scratch_;

  std::mutex mutex_;  // guards what follows; a piece that was taken belongs to its taker
  std::condition_variable changed_;
  std::array<Text, 2> texts_;
  // What only the owner changes, it reads without the mutex.
  std::size_t own_ = 0;    ///< which text is the owner's
  bool is_ahead_ = false;  ///< the other one is what comes next
  /// Pieces that the owner has taken of its text. Those of the front it takes under the mutex.
  std::atomic<std::size_t> taken_ = 0;
  std::uint64_t seeing_ = 0;  ///< the number of the text that `observer_` is at; 0: none
  bool over_ = false;
  bool runs_ = false;  ///< the thread, until it has found nothing to do for too long
  std::thread thread_;
  // Written under the mutex, and read without it: by the thread while it waits a moment, and by the
  // owner at the end of a text.
  std::atomic<bool> begun_ = false;  ///< there may be pieces to count
  std::atomic<bool> idle_ = false;   ///< the thread had nothing to do in this text

  // The owner's.
  /// So much of the next text is its front. The owner does more than to count: this follows what
  /// lets both be done at the same time.
  double front_part_ = 0.5;
  bool waited_ = false;  ///< for a piece of this text; or it counted one of the back
};

}  // namespace maillog
