#include "activity/activity.h"

#include <algorithm>

namespace maillog {
namespace {

/// Calls `visit(window, first)` for each window; its slices begin at `first` among all.
template <class Visit>
void ForEachWindow(Visit&& visit) {
  std::size_t first = 0;
  for (const ActivityWindow& window : kActivityWindows) {
    visit(window, first);
    first += window.slices;
  }
}

}  // namespace

Activity::Activity() : parts_(kParts) {
  // Nothing is in them.
  std::fill(parts_.begin(), parts_.end(), std::make_shared<const std::string>());
}

std::optional<Micros> Activity::Apply(const ActivityEvent& event, std::string_view stamp) {
  switch (event.step) {
    case ActivityStep::kFailedLogin:
      TakeFailure(event, stamp);
      break;
    case ActivityStep::kMailBegun:
      begun_.Add(event.id, event.who, static_cast<std::uint8_t>(event.sender));
      Touch(kFirstBegunPart + begun_.SetOf(event.id));
      ++changes_;
      break;
    case ActivityStep::kMailQueued:
      TakeQueued(event, stamp);
      break;
    case ActivityStep::kSessionBegun:
      return BeginSession(event, stamp);
    case ActivityStep::kSessionEnded:
      return EndSession(event, stamp);
  }
  return std::nullopt;
}

void Activity::TakeFailure(const ActivityEvent& event, std::string_view stamp) {
  if (!MoveTo(stamp)) return;
  CountInSlices([&event](ActivitySlice& slice) {
    if (event.id != 0) {
      slice.failures.Add(event.id, event.count);
      slice.clients.Add(event.id);
    }
    if (event.who != 0) slice.users.Add(event.who);
  });
}

// Each attempt to deliver a mail begins with such a line: only the first one counts.
void Activity::TakeQueued(const ActivityEvent& event, std::string_view stamp) {
  const RecentTable::Note* const begun = begun_.Find(event.id);
  if (begun == nullptr) return;
  const RecentTable::Note mail = *begun;
  begun_.Remove(event.id);
  Touch(kFirstBegunPart + begun_.SetOf(event.id));
  ++changes_;
  if (!MoveTo(stamp)) return;
  CountInSlices(
      [&](ActivitySlice& slice) { slice.recipients[mail.kind].Add(mail.value, event.count); });
}

std::optional<Micros> Activity::BeginSession(const ActivityEvent& event, std::string_view stamp) {
  const std::optional<Micros> begun = SessionMicros(InParts(stamp));
  if (!begun) return std::nullopt;
  if (event.session == SessionKind::kSmtp) {
    NoteSession(event.id, SessionNote::kSmtp, *begun);
    return std::nullopt;
  }
  if (const std::optional<Micros> ended = TakeSession(event.id, SessionNote::kMailboxEnded)) {
    // Between two lines in the wrong order no time passes.
    if (*begun - *ended < kLateLogin) return std::max(*ended - *begun, Micros{0});
  }
  NoteSession(event.id, SessionNote::kMailbox, *begun);
  return std::nullopt;
}

std::optional<Micros> Activity::EndSession(const ActivityEvent& event, std::string_view stamp) {
  const bool is_smtp = event.session == SessionKind::kSmtp;
  const std::optional<Micros> begun =
      TakeSession(event.id, is_smtp ? SessionNote::kSmtp : SessionNote::kMailbox);
  const std::optional<Micros> ended = SessionMicros(InParts(stamp));
  if (!ended) return std::nullopt;
  if (!begun) {
    if (!is_smtp) NoteSession(event.id, SessionNote::kMailboxEnded, *ended);
    return std::nullopt;
  }
  if (*ended < *begun) return std::nullopt;  // the clock was set back
  return *ended - *begun;
}

void Activity::NoteSession(std::uint64_t id, SessionNote kind, Micros time) {
  sessions_.Add(id, static_cast<std::uint64_t>(time), static_cast<std::uint8_t>(kind));
  Touch(kFirstSessionPart + sessions_.SetOf(id));
  ++changes_;
}

std::optional<Micros> Activity::TakeSession(std::uint64_t id, SessionNote kind) {
  const RecentTable::Note* const note = sessions_.Find(id);
  if (note == nullptr || note->kind != static_cast<std::uint8_t>(kind)) return std::nullopt;
  const auto time = static_cast<Micros>(note->value);
  sessions_.Remove(id);
  Touch(kFirstSessionPart + sessions_.SetOf(id));
  ++changes_;
  return time;
}

std::optional<Micros> Activity::SessionMicros(std::string_view stamp) {
  const std::optional<Micros> micros = session_clock_.MicrosOf(stamp, time_.session_day);
  if (!micros) return std::nullopt;
  constexpr LogSeconds kDay = 24 * 60 * 60;
  constexpr Micros kDayMicros = kDay * 1'000'000;
  const LogSeconds day = *micros / kDayMicros * kDay;
  if (day != time_.session_day) {
    time_.session_day = day;
    Touch(kClockPart);
    ++changes_;
  }
  return micros;
}

// A stamp that cannot be read is that of the line before. False: there was none.
bool Activity::MoveTo(std::string_view stamp) {
  const LogMinute minute = clock_.MinuteOf(stamp);
  if (minute != 0 && minute != time_.minute) {
    time_.minute = minute;
    time_.seconds = SecondsOf(UnpackMinute(minute), time_.seconds);
    Touch(kClockPart);
  }
  return time_.minute != 0;
}

template <class Count>
void Activity::CountInSlices(Count&& count) {
  bool is_late = false;
  ForEachWindow([&](const ActivityWindow& window, std::size_t first) {
    const std::int64_t number = SliceNumber(window, time_.seconds);
    const std::size_t place = first + SlicePlace(window, number);
    ActivitySlice& slice = slices_[place];
    is_late = number < slice.number;
    if (is_late) return;
    if (number > slice.number) slice.Begin(number);
    count(slice);
    Touch(kFirstSlicePart + place);
  });
  // By the longest window, which is the last.
  if (!is_late && time_.lines_back == 0) {
    ++changes_;
    return;
  }
  time_.lines_back = is_late ? time_.lines_back + 1 : 0;
  if (time_.lines_back >= kLinesBack) ForgetLaterThan(time_.seconds);
  Touch(kClockPart);
  ++changes_;
}

void Activity::ForgetLaterThan(LogSeconds time) {
  time_.lines_back = 0;
  ForEachWindow([&](const ActivityWindow& window, std::size_t first) {
    const std::int64_t now = SliceNumber(window, time);
    for (std::size_t place = first; place < first + window.slices; ++place) {
      if (slices_[place].number <= now) continue;
      slices_[place].Begin(kNoLogTime);
      Touch(kFirstSlicePart + place);
    }
  });
}

std::string Activity::BytesOf(std::size_t place) const {
  if (place == kClockPart) return time_.Bytes();
  if (place < kFirstBegunPart) return slices_[place - kFirstSlicePart].Bytes();
  if (place < kFirstSessionPart) return begun_.Bytes(place - kFirstBegunPart);
  return sessions_.Bytes(place - kFirstSessionPart);
}

bool Activity::ReadPart(std::size_t place, std::string_view bytes) {
  if (place == kClockPart) return time_.Read(bytes);
  if (place < kFirstBegunPart) return slices_[place - kFirstSlicePart].Read(bytes);
  if (bytes.empty()) return true;
  constexpr auto kMaxSender = static_cast<std::uint8_t>(kSenderKinds.size() - 1);
  if (place < kFirstSessionPart) return begun_.Read(place - kFirstBegunPart, bytes, kMaxSender);
  constexpr auto kMaxNote = static_cast<std::uint8_t>(SessionNote::kMailboxEnded);
  return sessions_.Read(place - kFirstSessionPart, bytes, kMaxNote);
}

SavedActivity Activity::Save() {
  for (std::size_t place = 0; place < kParts; ++place) {
    if (parts_[place] == nullptr)
      parts_[place] = std::make_shared<const std::string>(BytesOf(place));
  }
  return {.parts = parts_, .changes = changes_};
}

bool Activity::Restore(const SavedActivity& saved) {
  if (saved.parts.size() > kParts) return false;
  for (std::size_t place = 0; place < saved.parts.size(); ++place) {
    if (saved.parts[place] == nullptr) continue;
    if (!ReadPart(place, *saved.parts[place])) {
      *this = Activity();
      return false;
    }
    parts_[place] = saved.parts[place];
  }
  changes_ = saved.changes;
  return true;
}

}  // namespace maillog
