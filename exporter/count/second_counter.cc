#include "exporter/count/second_counter.h"

#include <algorithm>
#include <system_error>

#include "parser/scan.h"

namespace maillog {
namespace {

/// Small, so that neither thread waits long for the other at the end.
constexpr std::size_t kPieceBytes = 16 * 1024;

/// By how much the front becomes more after a text whose owner had to wait, else less.
constexpr double kStep = 0.01;

/// Takes whole lines of about kPieceBytes off the text.
std::string_view TakePiece(std::string_view& text) {
  std::string_view rest = text.substr(std::min(kPieceBytes, text.size()));
  (void)TakeLine(rest);
  const std::string_view piece = TakenFrom(text, rest);
  text = rest;
  return piece;
}

/// Waits about a tenth of a millisecond, or less if `is_so` becomes true.
template <class IsSo>
void AwaitBriefly(IsSo is_so) {
  constexpr int kTimes = 2000;
  for (int i = 0; i < kTimes && !is_so(); ++i) {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#endif
  }
}

}  // namespace

SecondCounter::SecondCounter(Format format, RecordObserver* observer,
                             std::chrono::milliseconds longest_idle)
    : format_(format),
      longest_idle_(longest_idle),
      observer_(observer),
      scratch_(std::make_unique_for_overwrite<MessageScratch>()) {
  const std::lock_guard lock(mutex_);
  Start();
}

// Under the mutex, which a thread that has ended does not take any more.
void SecondCounter::Start() {
  if (thread_.joinable()) thread_.join();
  thread_ = std::thread([this] { Run(); });
  runs_ = true;
}

SecondCounter::~SecondCounter() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void SecondCounter::Begin(std::string_view text, const Tallies& first, const MailSalt& salt) {
  {
    const std::lock_guard lock(mutex_);
    tallies_.TakeOver(first);
    salt_ = salt;
    for (used_ = 0; !text.empty(); ++used_) {
      if (used_ == pieces_.size()) pieces_.emplace_back();
      pieces_[used_].text = TakePiece(text);
      pieces_[used_].is_counted = false;
    }
    split_ = static_cast<std::size_t>(front_part_ * static_cast<double>(used_));
    taken_ = 0;
    next_ = split_;
    done_ = split_;
    waited_ = false;
    begun_ = true;
    // Without it the owner counts everything.
    try {
      if (!runs_) Start();
    } catch (const std::system_error&) {
    }
  }
  changed_.notify_all();
}

std::string_view SecondCounter::TakeFront() {
  const std::lock_guard lock(mutex_);
  return taken_ < split_ ? pieces_[taken_++].text : std::string_view{};
}

const SecondCounter::Piece* SecondCounter::TakeBack() {
  std::unique_lock lock(mutex_);
  if (taken_ == used_) {
    front_part_ = std::clamp(front_part_ + (waited_ ? kStep : -kStep), kStep, 1 - kStep);
    return nullptr;
  }
  if (taken_ == next_) {
    done_ = ++next_;
    waited_ = true;
  } else if (done_ == taken_) {
    waited_ = true;
    lock.unlock();
    AwaitBriefly([this] { return done_.load(std::memory_order_acquire) > taken_; });
    lock.lock();
    changed_.wait(lock, [this] { return done_ > taken_; });
  }
  return &pieces_[taken_++];
}

void SecondCounter::Run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    runs_ = changed_.wait_for(lock, longest_idle_, [this] { return over_ || next_ < used_; });
    if (over_ || !runs_) return;
    while (next_ < used_) {
      Piece& piece = pieces_[next_++];
      const bool is_last = next_ == used_;
      lock.unlock();
      Count(piece);
      if (is_last && observer_ != nullptr) observer_->EndPart();
      piece.is_counted = true;
      lock.lock();
      done_ = next_;
      changed_.notify_all();
    }
    begun_ = false;
    lock.unlock();
    AwaitBriefly([this] { return begun_.load(std::memory_order_acquire); });
    lock.lock();
  }
}

void SecondCounter::Count(Piece& piece) {
  piece.counts = {};
  piece.later.clear();
  piece.mails.Clear();
  piece.activity.Clear();
  std::string_view last_stamp;
  DelForm last_shown = DelForm::kNotShown;
  MessageReader reader(piece.text, *scratch_, {}, format_, AtContainers::kStop);
  piece.rest =
      CountMessages(reader, parser_, piece.counts, [&](const Record& record, const Event& event) {
        if (scratch_->Holds(record.stamp)) return false;
        MailEvent& mail = piece.mails.Free();
        const bool is_mail = MakeMailEvent(salt_, record, event, parser_.queue_id(), mail);
        const bool is_activity = MayBeActivity(event) &&
                                 MakeActivityEvent(salt_, record, event, is_mail ? &mail : nullptr,
                                                   piece.text, piece.activity.Free());
        if ((is_mail || is_activity) &&
            (scratch_->Holds(record.program) || scratch_->Holds(record.host)))
          return false;
        DelForm shown = DelForm::kNotShown;
        if (!tallies_.CountAlone(event, record.times, shown)) {
          // The event's labels are views into the record's.
          if (scratch_->Holds(record.program) || scratch_->Holds(record.message)) return false;
          piece.later.push_back({event, record.times});
          last_shown = DelForm::kNotShown;
        } else if (shown != DelForm::kNotShown && shown != last_shown) {
          piece.later.push_back({event, 0});
          last_shown = shown;
        }
        // Of many lines with the same stamp all have a view of the first: the owner, in another
        // thread, need not fetch each of them for it.
        if (!record.stamp.empty() && !SameText(record.stamp, last_stamp))
          last_stamp = InParts(record.stamp);
        const std::string_view stamp = record.stamp.empty() ? record.stamp : last_stamp;
        if (is_activity) {
          piece.activity.Free().stamp = stamp;
          piece.activity.Keep();
        }
        if (is_mail) {
          mail.stamp = stamp;
          piece.mails.Keep();
        }
        if (observer_ != nullptr) observer_->See(record, event);
        return true;
      });
  piece.last_stamp = last_stamp;
}

}  // namespace maillog
