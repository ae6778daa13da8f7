// Who does most, without saying who: a fold over a source's lines, in bounded space. Names and
// addresses are salted hashes; of the last hour and the last day is known how many there were, and
// what the busiest did. Time is that of the lines' stamps, so that a log that is read again gives
// the same. ARCHITECTURE.md has the rules.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "activity/activity_event.h"
#include "activity/activity_slice.h"
#include "activity/log_time.h"
#include "activity/recent_table.h"
#include "mails/log_clock.h"

namespace maillog {

/// At one moment; part of the durable state. No name or address is in it.
struct SavedActivity {
  /// By place; never change; null: nothing is there. Only Activity and FiguresOf read them.
  std::vector<std::shared_ptr<const std::string>> parts;
  std::uint64_t changes = 0;  ///< since the program began; not saved
};

/// Owned by one thread at a time. Allocates only for a part that is used for the first time.
class Activity {
 public:
  /// Mails of ours that have begun and are not in the queue: eight for each set.
  static constexpr std::size_t kBegunSets = 128;
  /// Sessions that have begun and have not ended: eight for each set.
  static constexpr std::size_t kSessionSets = 2048;
  /// Lines in a row that are older than what their slices hold: then the time has been set back,
  /// or what was later was not true.
  static constexpr std::uint32_t kLinesBack = 1000;
  /// A login that is logged longer after the session's end is of another session.
  static constexpr Micros kLateLogin = 60'000'000;

  static constexpr std::size_t kClockPart = 0;
  static constexpr std::size_t kFirstSlicePart = 1;
  static constexpr std::size_t kFirstBegunPart = kFirstSlicePart + kActivitySlices;
  static constexpr std::size_t kFirstSessionPart = kFirstBegunPart + kBegunSets;
  static constexpr std::size_t kParts = kFirstSessionPart + kSessionSets;

  Activity();

  /// What one line with this stamp does. Those of one log must be made with one salt. How long the
  /// session was, once its beginning and its end have been seen.
  std::optional<Micros> Apply(const ActivityEvent& event, std::string_view stamp);
  /// Fetches what Apply reads first into the cache, without waiting for it.
  [[gnu::always_inline]] void Expect(const ActivityEvent& event) const {
    const bool is_session =
        event.step == ActivityStep::kSessionBegun || event.step == ActivityStep::kSessionEnded;
    (is_session ? sessions_ : begun_).Prefetch(event.id);
  }

  /// Changes with each line that has done something.
  [[nodiscard]] std::uint64_t changes() const { return changes_; }

  /// Parts that have not changed are shared with what was saved before.
  [[nodiscard]] SavedActivity Save();
  /// Takes over what Save() gave. Before everything else. False, and it is empty: this was not
  /// made by Save().
  [[nodiscard]] bool Restore(const SavedActivity& saved);

 private:
  /// When a session began; or when it ended, if no beginning was seen: Dovecot's processes write to
  /// its log side by side, and the end of a short session may come before its login. In the state.
  enum class SessionNote : std::uint8_t { kSmtp, kMailbox, kMailboxEnded };

  void TakeFailure(const ActivityEvent& event, std::string_view stamp);
  void TakeQueued(const ActivityEvent& event, std::string_view stamp);
  [[nodiscard]] std::optional<Micros> BeginSession(const ActivityEvent& event,
                                                   std::string_view stamp);
  [[nodiscard]] std::optional<Micros> EndSession(const ActivityEvent& event,
                                                 std::string_view stamp);
  void NoteSession(std::uint64_t id, SessionNote kind, Micros time);
  /// The time of the note, which is gone then; nothing if there is none of this kind.
  [[nodiscard]] std::optional<Micros> TakeSession(std::uint64_t id, SessionNote kind);
  [[nodiscard]] std::optional<Micros> SessionMicros(std::string_view stamp);
  [[nodiscard]] bool MoveTo(std::string_view stamp);
  template <class Count>
  void CountInSlices(Count&& count);
  void ForgetLaterThan(LogSeconds time);
  [[nodiscard]] bool ReadPart(std::size_t place, std::string_view bytes);
  [[nodiscard]] std::string BytesOf(std::size_t place) const;
  void Touch(std::size_t place) { parts_[place] = nullptr; }

  LogClock clock_;
  LogMicrosClock session_clock_;
  ActivityTime time_;
  std::array<ActivitySlice, kActivitySlices> slices_;
  RecentTable begun_{kBegunSets};
  RecentTable sessions_{kSessionSets};
  std::uint64_t changes_ = 0;
  /// What was saved last; null: it has changed since.
  std::vector<std::shared_ptr<const std::string>> parts_;
};

}  // namespace maillog
