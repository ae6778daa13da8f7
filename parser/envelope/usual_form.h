// The form that nearly all lines have, read in one go. It decides nothing of its own: whatever is
// not exactly of this form is left to the readers of envelopes.cc, which give the same record for
// what is.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "parser/envelope/stamp.h"
#include "parser/find.h"
#include "parser/record.h"
#include "parser/scan.h"

namespace maillog::internal {

[[nodiscard]] constexpr bool IsLineEnd(char c) { return c == '\n' || c == '\r' || c == '\0'; }

/// `Nov 21 10:00:00 `, or rsyslog's `2026-11-21T10:00:00.123456+09:00 `
[[nodiscard]] inline bool TakeUsualStamp(std::string_view& text, std::string_view& stamp) {
  if (TakePlainStamp(text, stamp)) return true;
  if (!StartsLike<"0000-__-__T__:__:__">(text)) return false;
  std::string_view rest = text;
  if (!EatIsoStamp(rest)) return false;
  stamp = TakenFrom(text, rest);
  return Eat(text = rest, ' ');
}

/// `message repeated 3 times: [ … ]`, `last message repeated 3 times`; by eight bytes, which are
/// compared at once.
[[nodiscard]] inline bool MayBeRepeat(std::string_view message) {
  return StartsWith(message, "message ") || StartsWith(message, "last mes");
}

/// `123]`, from after the bracket; up to seven digits without a search.
[[nodiscard, gnu::always_inline]] inline bool EatUsualPid(std::string_view& text) {
  if (text.size() > 8) {
    const std::size_t digits = LeadingDigits(Load<std::uint64_t>(text.data()));
    if (text[digits] == ']') {
      text = AfterBytes(text, digits + 1);
      return true;
    }
  }
  std::string_view rest = text;
  (void)TakeUntilOneOf<' ', ']'>(rest);
  text = rest;
  return Eat(text, ']');
}

/// What comes before a blank, `[` or `:`; the text goes on there.
[[nodiscard, gnu::always_inline]] inline std::string_view TakeUsualProgram(std::string_view& text) {
#ifdef __SSE2__
  if (text.size() >= 32) {
    const unsigned ends = FoundIn32(text.data(), ' ', '[', ':');
    if (ends != 0) return TakeBytes(text, static_cast<unsigned>(std::countr_zero(ends)));
  }
#endif
  std::string_view rest = text;
  const std::string_view program = TakeUntilOneOf<' ', '[', ':'>(rest);
  text = rest;
  return program;
}

/// `program[123]: text`
[[nodiscard, gnu::always_inline]] inline bool ReadAfterHost(std::string_view text, Record& record) {
  record.program = TakeUsualProgram(text);
  if (record.program.empty()) return false;
  if (Eat(text, '[') && !EatUsualPid(text)) return false;
  if (!Eat(text, ": ") || text.empty()) return false;
  if (text.front() == ' ' || text.front() == '[' || MayBeRepeat(text)) return false;
  if (IsLineEnd(text.back())) return false;
  record.message = InParts(text);
  record.times = 1;
  record.speaker = Speaker::kProgram;
  return true;
}

/// Stamp, host and the blank after each.
[[nodiscard]] inline bool TakeStampAndHost(std::string_view& text, Record& record) {
  if (!TakeUsualStamp(text, record.stamp)) return false;
  record.host = TakeUntilOneOf<' ', ':', '(', '<', '='>(text);
  return Eat(text, ' ');
}

/// `Nov 21 10:00:00 host program[123]: text`, with a memory of how the line before began: a log is
/// mostly of one host, so that up to the program only digits of the stamp change.
class UsualForm {
 public:
  /// What it gives does not depend on the lines before. False: the line has another form, and
  /// `record` may hold anything.
  [[nodiscard, gnu::always_inline]] bool Read(std::string_view line, Record& record) {
    std::string_view text = line;
    if (!TakeKnown(text, record)) {
      std::string_view rest = line;
      if (!TakeStampAndHost(rest, record)) return false;
      text = rest;
#ifdef __SSE2__
      Learn(line, record);
#endif
    }
    return ReadAfterHost(text, record);
  }

 private:
  static constexpr std::size_t kMaxBytes = 64;

  [[nodiscard, gnu::always_inline]] bool TakeKnown(std::string_view& text, Record& record) const {
#ifdef __SSE2__
    if (text.size() < room_) return false;
    __m128i fits = WithinEach(text.data(), least_.data(), spans_.data());
    for (std::size_t at = 16; at < room_; at += 16)
      fits = _mm_and_si128(fits, WithinEach(text.data() + at, &least_[at], &spans_[at]));
    if (_mm_movemask_epi8(fits) != 0xffff) return false;
    record.stamp = {text.data(), stamp_size_};
    record.host = {text.data() + stamp_size_ + 1, host_size_};
    text = AfterBytes(text, stamp_size_ + host_size_ + 2);
    return true;
#else
    (void)text;
    (void)record;
    return false;
#endif
  }

  /// Digits of the stamp may be others in the next line; all else must be the same.
  [[gnu::noinline]] void Learn(std::string_view line, const Record& record) {
    room_ = std::string_view::npos;
    const std::size_t size = record.stamp.size() + record.host.size() + 2;
    const std::size_t room = (size + 15) / 16 * 16;
    if (room > kMaxBytes || line.size() < room) return;
    room_ = room;
    stamp_size_ = record.stamp.size();
    host_size_ = record.host.size();
    for (std::size_t at = 0; at < room; ++at) {
      const bool is_digit = at < stamp_size_ && IsDigit(line[at]);
      least_[at] = is_digit ? '0' : line[at];
      spans_[at] = is_digit ? 9 : (at < size ? 0 : kAny);
    }
  }

  static constexpr char kAny = static_cast<char>(255);

  /// Of each byte up to the program: the least that it may be, and how much more. Of the bytes
  /// after that, up to a multiple of sixteen, any will do.
  alignas(16) std::array<char, kMaxBytes> least_{};
  alignas(16) std::array<char, kMaxBytes> spans_{};
  std::size_t room_ = std::string_view::npos;  ///< how many these are; npos: nothing is known
  std::size_t stamp_size_ = 0;
  std::size_t host_size_ = 0;
};

}  // namespace maillog::internal
