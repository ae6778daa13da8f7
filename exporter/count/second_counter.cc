#include "exporter/count/second_counter.h"

#include <algorithm>
#include <system_error>

#include "parser/scan.h"

namespace maillog {
namespace {

/// Small, so that neither thread waits long for the other at the end: of the least text that is
/// worth two threads, each has one.
constexpr std::size_t kPieceBytes = SecondCounter::kWorthIt * 2 / 3;

/// So many pieces of the front are left to the owner, beside the one that it is counting: it would
/// wait for one that is taken just before it comes there.
constexpr std::size_t kLeft = 1;

/// By how much the front becomes more after a text whose owner had to wait; or less, if the thread
/// had.
constexpr double kStep = 0.01;

/// Takes whole lines of about kPieceBytes off the text.
std::string_view TakePiece(std::string_view& text) {
  std::string_view rest = text.substr(std::min(kPieceBytes, text.size()));
  (void)TakeLine(rest);
  const std::string_view piece = TakenFrom(text, rest);
  text = rest;
  return piece;
}

/// Views of equal texts become one view of the first of them: the owner, in another thread, need
/// not fetch the line of each of them for it. For eight different texts.
class SeenViews {
 public:
  [[nodiscard]] std::string_view FirstOf(std::string_view text) {
    if (text.empty()) return text;
    std::string_view& seen = views_[TextEndsOf(text).Hash() % views_.size()];
    if (!SameText(seen, text)) seen = InParts(text);
    return InParts(seen);
  }

 private:
  std::array<std::string_view, 8> views_{};
};

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

SecondCounter::SecondCounter(Format format, Counting counting, RecordObserver* observer,
                             std::chrono::milliseconds longest_idle)
    : format_(format),
      counting_(counting),
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

void SecondCounter::Cut(Text& text, const ObservedText& seen) {
  text.seen = seen;
  std::string_view rest = seen.text;
  for (text.used = 0; !rest.empty(); ++text.used) {
    if (text.used == text.pieces.size()) text.pieces.emplace_back();
    text.pieces[text.used].text = TakePiece(rest);
    text.pieces[text.used].is_counted = false;
  }
  text.split = static_cast<std::size_t>(front_part_ * static_cast<double>(text.used));
  text.next = text.split;
  text.done = text.split;
}

// Under the mutex. Without the thread the owner counts everything.
void SecondCounter::Wake() {
  begun_ = true;
  try {
    if (!runs_) Start();
  } catch (const std::system_error&) {
  }
}

void SecondCounter::Begin(const ObservedText& text, const Tallies& first, const MailSalt& salt) {
  {
    const std::lock_guard lock(mutex_);
    tallies_.TakeOver(first);
    salt_ = salt;
    Cut(texts_[own_], text);
    taken_ = 0;
    waited_ = false;
    Wake();
  }
  changed_.notify_all();
}

void SecondCounter::SetAhead(const ObservedText& text) {
  Cut(texts_[1 - own_], text);  // nobody else looks at it yet
  {
    const std::lock_guard lock(mutex_);
    is_ahead_ = true;
    Wake();
  }
  changed_.notify_all();
}

void SecondCounter::BeginAhead() {
  const std::lock_guard lock(mutex_);
  own_ = 1 - own_;
  is_ahead_ = false;
  taken_ = 0;
  waited_ = false;
}

// The thread may still wait for the mutex to begin what is ahead: then what it has seen of this
// text is dealt with here, while it is valid.
void SecondCounter::End() {
  const bool was_idle = idle_.exchange(false, std::memory_order_relaxed);
  const double step = waited_ ? kStep : (was_idle ? -kStep : 0);
  front_part_ = std::clamp(front_part_ + step, kStep, 1 - kStep);
  if (observer_ == nullptr) return;
  const std::lock_guard lock(mutex_);
  if (seeing_ != texts_[own_].seen.number) return;
  observer_->EndText();
  seeing_ = 0;
}

std::string_view SecondCounter::TakeFront() {
  const std::lock_guard lock(mutex_);
  const Text& own = texts_[own_];
  return taken_ < own.split ? own.pieces[taken_++].text : std::string_view{};
}

const SecondCounter::Piece* SecondCounter::TakeBack() {
  Text& own = texts_[own_];
  if (taken_ == own.used) return nullptr;
  const auto is_done = [&] { return own.done.load(std::memory_order_acquire) > taken_; };
  if (!is_done()) {
    std::unique_lock lock(mutex_);
    waited_ = waited_ || !is_done();
    if (taken_ == own.next) {
      TakeOver(own);
    } else if (!is_done()) {
      lock.unlock();
      AwaitBriefly(is_done);
      lock.lock();
      changed_.wait(lock, is_done);
    }
  }
  return &own.pieces[taken_++];
}

const SecondCounter::Piece* SecondCounter::NextBack() const {
  const Text& own = texts_[own_];
  return own.done.load(std::memory_order_acquire) > taken_ ? &own.pieces[taken_] : nullptr;
}

/// A piece that is to be counted next, and whose text it is; or neither.
struct SecondCounter::Task {
  Text* text = nullptr;
  Piece* piece = nullptr;
};

// Under the mutex: of pieces of the back, the first that nobody counts; else the last of the front,
// which becomes the first of the back then. An observer sees pieces in their order.
SecondCounter::Task SecondCounter::NextTask() {
  const std::array<Text*, 2> texts{&texts_[own_], &texts_[1 - own_]};
  const std::span with_work(texts.data(), is_ahead_ ? 2 : 1);
  for (Text* const text : with_work) {
    if (text->next < text->used) return {text, &text->pieces[text->next++]};
  }
  if (observer_ != nullptr) return {};
  for (Text* const text : with_work) {
    const std::size_t least = text == &texts_[own_] ? taken_ + kLeft : 0;
    if (text->split <= least) continue;
    text->done = --text->split;
    return {text, &text->pieces[text->split]};
  }
  return {};
}

// Under the mutex: a piece that nobody counts is the owner's. What an observer has seen of the
// pieces before it comes first; so that this stays so, those after it are the owner's, too.
void SecondCounter::TakeOver(Text& own) {
  if (observer_ == nullptr) {
    ++own.next;
  } else {
    if (seeing_ == own.seen.number) observer_->EndPart();
    own.next = own.used;
  }
  own.done = own.next;
}

// Under the mutex, before the first piece of it is counted: what was seen of the text before is
// valid as long as the owner cannot begin this one.
void SecondCounter::BeginSeeing(const Text& text) {
  if (observer_ == nullptr || seeing_ == text.seen.number) return;
  if (seeing_ != 0) observer_->EndText();
  observer_->BeginText(text.seen);
  seeing_ = text.seen.number;
}

void SecondCounter::Run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    Task task;
    runs_ = changed_.wait_for(lock, longest_idle_,
                              [&] { return over_ || (task = NextTask()).text != nullptr; });
    if (over_ || !runs_) return;
    for (; task.text != nullptr; task = NextTask()) {
      BeginSeeing(*task.text);
      const bool is_last = task.text->next == task.text->used;
      lock.unlock();
      Count(*task.piece);
      if (is_last && observer_ != nullptr) observer_->EndPart();
      task.piece->is_counted = true;
      lock.lock();
      task.text->done = task.text->next;
      changed_.notify_all();
    }
    begun_ = false;
    idle_ = true;
    lock.unlock();
    AwaitBriefly([this] { return begun_.load(std::memory_order_acquire); });
    lock.lock();
  }
}

void SecondCounter::Count(Piece& piece) {
  piece.counts = {};
  piece.later.clear();
  piece.batch.Clear();
  std::string_view last_stamp;
  SeenViews names;
  DelForm last_shown = DelForm::kNotShown;
  const bool all = counting_ == Counting::kAll;
  MailEvent none;
  MessageReader reader(piece.text, *scratch_, {}, format_, AtContainers::kStop);
  piece.rest =
      CountMessages(reader, parser_, piece.counts, [&](const Record& record, const Event& event) {
        // With the next message it is gone.
        const auto passes = [&](std::string_view view) {
          return !reader.is_usual() && scratch_->Holds(view);
        };
        if (passes(record.stamp)) return false;
        MailEvent& mail = all ? piece.batch.FreeMail() : none;
        const bool is_mail = all && MakeMailEvent(salt_, record, event, parser_.queue_id(), mail);
        const bool is_activity = all && MayBeActivity(event) &&
                                 MakeActivityEvent(salt_, record, event, is_mail ? &mail : nullptr,
                                                   piece.text, piece.batch.FreeActivity());
        if ((is_mail || is_activity) && (passes(record.program) || passes(record.host)))
          return false;
        DelForm shown = DelForm::kNotShown;
        if (!tallies_.CountAlone(event, record.times, shown)) {
          // The event's labels are views into the record's.
          if (passes(record.program) || passes(record.message)) return false;
          piece.later.push_back({event, record.times});
          last_shown = DelForm::kNotShown;
        } else if (shown != DelForm::kNotShown && shown != last_shown) {
          piece.later.push_back({event, 0});
          last_shown = shown;
        }
        if (!record.stamp.empty()) last_stamp = InParts(record.stamp);
        if (is_activity && std::holds_alternative<SmtpDisconnection>(event)) {
          SmtpService& service = piece.batch.FreeActivity().service;
          service.syslog_name.text = names.FirstOf(service.syslog_name.text);
          service.listener.text = names.FirstOf(service.listener.text);
        }
        if (is_mail || is_activity) piece.batch.Keep(record, is_mail, is_activity);
        if (observer_ != nullptr) observer_->See(record, event);
        return true;
      });
  piece.last_stamp = last_stamp;
}

}  // namespace maillog
