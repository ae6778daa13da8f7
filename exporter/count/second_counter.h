// A second thread that counts the back of a text while its owner counts the front, for sources with
// much to catch up on: a whole log, or what was written while the program was down. The text is cut
// into pieces at ends of lines. The owner goes through all of them in their order, and this thread
// through those of the back: a piece that it has counted the owner only takes up. What an event
// means may depend on the events before it (the first values of an open label keep their names, a
// login tells what POP3's `del=n/m` means): such events are passed to the owner, who counts them in
// order; so is what lines say of their mails, and of who does what. So the sums are the same as
// with one thread.
#pragma once

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

#include "activity/activity_event.h"
#include "exporter/count/message_counts.h"
#include "exporter/count/record_observer.h"
#include "exporter/count/slots.h"
#include "mails/mail_event.h"
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
    Slots<MailEvent> mails;    ///< in their order
    Slots<ActivityEvent> activity;  ///< in their order
    std::string_view last_stamp;    ///< in `text`; empty if there was none
    /// What the owner has to read: from a container's line on, or from a message on that has to be
    /// passed over but was unescaped, so that it does not last. After all these.
    std::string_view rest;
  };

  /// How long the thread waits for the next text before it ends; it is started again when there is
  /// one. A source with nothing to catch up on needs none.
  static constexpr std::chrono::seconds kMaxIdle{5};

  /// `observer` may be nullptr.
  explicit SecondCounter(Format format, RecordObserver* observer = nullptr,
                         std::chrono::milliseconds longest_idle = kMaxIdle);
  ~SecondCounter();
  SecondCounter(const SecondCounter&) = delete;
  SecondCounter& operator=(const SecondCounter&) = delete;

  /// `text` is whole lines, and must stay valid until all pieces have been taken.
  void Begin(std::string_view text, const Tallies& first, const MailSalt& salt);
  /// The next piece of the front, which the owner has to count; empty if there are no more.
  [[nodiscard]] std::string_view TakeFront();
  /// After these: the next piece of the back, once it has been counted or if nobody counts it;
  /// valid until Begin(). nullptr: that was the last one.
  [[nodiscard]] const Piece* TakeBack();
  /// Everything that was ever counted here. Not before all pieces of a text have been taken.
  [[nodiscard]] const Tallies& tallies() const { return tallies_; }

 private:
  void Start();
  void Run();
  void Count(Piece& piece);

  const Format format_;
  const std::chrono::milliseconds longest_idle_;
  MailSalt salt_;
  RecordObserver* const observer_;
  Tallies tallies_;
  RecordParser parser_;
  const std::unique_ptr<MessageScratch> scratch_;

  std::mutex mutex_;  // guards all below; a piece that was taken belongs to its taker
  std::condition_variable changed_;
  std::vector<Piece> pieces_;
  std::size_t used_ = 0;   ///< pieces of this text
  std::size_t split_ = 0;  ///< the first piece of the back
  std::size_t taken_ = 0;  ///< by the owner, who alone changes it
  std::size_t next_ = 0;   ///< the first piece of the back that nobody counts
  bool over_ = false;
  bool runs_ = false;  ///< the thread, until it has found nothing to do for too long

  /// So much of the next text is its front. The owner does more than to count: this follows what
  /// lets both be done at the same time.
  double front_part_ = 0.5;
  bool waited_ = false;  ///< the owner, for a piece of this text; or it counted one of the back

  // Written under the mutex; read without it by a thread that waits a moment before it sleeps:
  // texts come one after another, and waking takes as long as counting some pieces.
  std::atomic<bool> begun_ = false;    ///< there may be pieces to count
  std::atomic<std::size_t> done_ = 0;  ///< the first piece of the back that is not counted yet
  std::thread thread_;
};

}  // namespace maillog
