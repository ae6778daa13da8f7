// The form that nearly all lines have, read in one go. It decides nothing of its own: whatever is
// not exactly of this form is left to the readers of envelopes.cc, which give the same record for
// what is.
#pragma once

#include "parser/envelope/stamp.h"
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

/// `message repeated 3 times: [ … ]`, `last message repeated 3 times`
[[nodiscard]] inline bool MayBeRepeat(std::string_view message) {
  if (message.front() != 'm' && message.front() != 'l') return false;
  return StartsWith(message, "message repeated ") || StartsWith(message, "last message repeated ");
}

/// The host, which is mostly that of the line before, `last`.
[[nodiscard]] inline std::string_view TakeUsualHost(std::string_view& text, std::string_view last) {
  if (last.empty() || text.size() <= last.size() || text[last.size()] != ' ' ||
      !SameText(text.substr(0, last.size()), last))
    return TakeUntilOneOf<' ', ':', '(', '<', '='>(text);
  const std::string_view host = text.substr(0, last.size());
  text.remove_prefix(host.size());
  return host;
}

/// `123]`, from after the bracket; up to seven digits without a search.
[[nodiscard]] inline bool EatUsualPid(std::string_view& text) {
  if (text.size() > 8) {
    const std::size_t digits = LeadingDigits(Load<std::uint64_t>(text.data()));
    if (text[digits] == ']') {
      text.remove_prefix(digits + 1);
      return true;
    }
  }
  (void)TakeUntilOneOf<' ', ']'>(text);
  return Eat(text, ']');
}

/// `Nov 21 10:00:00 host program[123]: text`. False: it is another form, and `record` may hold
/// anything. `last_host` is a host that was read before, if there is one: only makes it faster.
[[nodiscard]] inline bool ReadUsualForm(std::string_view line, Record& record,
                                        std::string_view last_host = {}) {
  std::string_view text = line;
  if (!TakeUsualStamp(text, record.stamp)) return false;
  record.host = TakeUsualHost(text, last_host);
  if (!Eat(text, ' ')) return false;
  record.program = TakeUntilOneOf<' ', '[', ':'>(text);
  if (record.program.empty()) return false;
  if (Eat(text, '[') && !EatUsualPid(text)) return false;
  if (!Eat(text, ": ") || text.empty()) return false;
  if (text.front() == ' ' || text.front() == '[' || MayBeRepeat(text)) return false;
  if (IsLineEnd(text.back())) return false;
  record.message = text;
  record.times = 1;
  record.speaker = Speaker::kProgram;
  return true;
}

}  // namespace maillog::internal
