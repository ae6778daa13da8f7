// The verbs for text (scan.h): what is cut off the front or the end of a view.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "parser/find.h"
#include "parser/scan/bytes.h"

namespace maillog {

/// Moves past `word` if the text begins with it.
[[nodiscard, gnu::always_inline]] constexpr bool Eat(std::string_view& text,
                                                     std::string_view word) {
  if (!StartsWith(text, word)) return false;
  text = AfterBytes(text, word.size());
  return true;
}
[[nodiscard]] constexpr bool Eat(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text = AfterBytes(text, 1);
  return true;
}

/// Moves past a word of one to eight bytes and the first `end` after it; `word` is its FirstEight.
/// False, and the text left as it was, if it is empty, longer, or not ended; or has a NUL, with
/// which it would be the same number as a shorter word.
[[nodiscard]] inline bool EatShortWord(std::string_view& text, char end, std::uint64_t& word) {
  const std::uint64_t front = FirstEight(text);
  const std::size_t size = internal::FirstOfEight(front, end);
  if (size == 0 || size >= text.size() || text[size] != end) return false;
  if (internal::FirstOfEight(front, '\0') < size) return false;
  word = size == 8 ? front : front & ((std::uint64_t{1} << (8 * size)) - 1);
  text = AfterBytes(text, size + 1);
  return true;
}

/// Cuts `word` off the end if it is there.
[[nodiscard, gnu::always_inline]] constexpr bool EatBack(std::string_view& text,
                                                         std::string_view word) {
  if (!EndsWith(text, word)) return false;
  text = FirstBytes(text, text.size() - word.size());
  return true;
}

/// What comes before the first `c` (or everything, if there is none); the text goes on at `c`
/// itself.
[[nodiscard]] constexpr std::string_view TakeUntil(std::string_view& text, char c) {
  const std::string_view taken = FirstBytes(text, FindOneOf(text, c));
  text = AfterBytes(text, taken.size());
  return taken;
}
/// The same for a word; an empty one is at the front of any text.
[[nodiscard]] constexpr std::string_view TakeUntil(std::string_view& text, std::string_view word) {
  const std::string_view taken = FirstBytes(text, word.empty() ? 0 : FindWord(text, word));
  text = AfterBytes(text, taken.size());
  return taken;
}

/// Moves past the first `word`. If there is none, returns false and leaves the text as it was.
[[nodiscard]] constexpr bool SkipPast(std::string_view& text, std::string_view word) {
  std::string_view rest = text;
  (void)TakeUntil(rest, word);
  if (rest.empty()) return false;
  text = AfterBytes(rest, word.size());
  return true;
}
[[nodiscard]] constexpr bool SkipPast(std::string_view& text, char c) {
  const std::size_t at = FindOneOf(text, c);
  if (at == text.size()) return false;
  text = AfterBytes(text, at + 1);
  return true;
}

/// Moves past the first `: `, as SkipPast does; in most texts that is the first colon. If there is
/// none, returns false and leaves the text as it was.
[[nodiscard]] constexpr bool SkipPastColon(std::string_view& text) {
  std::string_view rest = text;
  while (SkipPast(rest, ':')) {
    if (!Eat(rest, ' ')) continue;
    text = rest;
    return true;
  }
  return false;
}

constexpr void SkipSpaces(std::string_view& text) {
  while (!text.empty() && text.front() == ' ') text = AfterBytes(text, 1);
}

/// What comes before the first of `word`, and moves past it. Nothing if there is none: the text is
/// left as it was.
[[nodiscard]] constexpr std::optional<std::string_view> TakePast(std::string_view& text,
                                                                 std::string_view word) {
  std::string_view rest = text;
  const std::string_view taken = TakeUntil(rest, word);
  if (rest.empty()) return std::nullopt;
  text = AfterBytes(rest, word.size());
  return taken;
}

/// What comes after the last `word`, cut off the end together with it. Nothing if there is none:
/// the text is left as it was.
[[nodiscard]] constexpr std::optional<std::string_view> TakeBack(std::string_view& text,
                                                                 std::string_view word) {
  // By the first byte: rfind(word) compares at every place.
  std::size_t at = word.empty() ? std::string_view::npos : text.rfind(word.front());
  while (at != std::string_view::npos && !StartsWith(text.substr(at), word)) {
    if (at == 0) return std::nullopt;
    at = text.rfind(word.front(), at - 1);
  }
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view taken = text.substr(at + word.size());
  text.remove_suffix(text.size() - at);
  return taken;
}
[[nodiscard]] constexpr std::optional<std::string_view> TakeBack(std::string_view& text, char c) {
  const std::size_t at = text.rfind(c);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view taken = text.substr(at + 1);
  text.remove_suffix(text.size() - at);
  return taken;
}

/// The first line without its newline, and moves past both; the last line may lack the newline.
[[nodiscard]] constexpr std::string_view TakeLine(std::string_view& text) {
  // A line is long: memchr is faster than FindOneOf.
  const std::string_view line = text.substr(0, text.find('\n'));
  text = AfterBytes(text, line.size());
  (void)Eat(text, '\n');
  return line;
}

/// What is left of `text` after its last newline, not counting one at its very end: the last line.
[[nodiscard]] constexpr std::string_view LastLine(std::string_view text) {
  (void)EatBack(text, "\n");
  const std::size_t at = text.rfind('\n');
  return at == std::string_view::npos ? text : text.substr(at + 1);
}

/// The first `size` bytes, or all there are, and moves past them.
[[nodiscard]] constexpr std::string_view TakeBytes(std::string_view& text, std::uint64_t size) {
  const std::string_view taken =
      FirstBytes(text, static_cast<std::size_t>(std::min<std::uint64_t>(size, text.size())));
  text = AfterBytes(text, taken.size());
  return taken;
}

/// How many times `c` is at the end of the text.
[[nodiscard]] constexpr std::size_t CountBack(std::string_view text, char c) {
  std::size_t n = 0;
  while (n < text.size() && text[text.size() - 1 - n] == c) ++n;
  return n;
}

/// What follows an opening quote, up to the closing one, and moves past it. A backslash takes away
/// the next byte's meaning; escapes are left as they are. Nothing if there is no closing quote: the
/// text is left as it was.
[[nodiscard]] constexpr std::optional<std::string_view> TakeQuoted(std::string_view& text) {
  for (std::size_t at = text.find('"'); at != std::string_view::npos; at = text.find('"', at + 1)) {
    const std::string_view taken = text.substr(0, at);
    if (CountBack(taken, '\\') % 2 != 0) continue;
    text = AfterBytes(text, at + 1);
    return taken;
  }
  return std::nullopt;
}

/// The longest front in which `is` holds for each byte.
template <class Is>
[[nodiscard]] constexpr std::string_view TakeWhile(std::string_view& text, Is is) {
  std::size_t n = 0;
  while (n < text.size() && is(text[n])) ++n;
  const std::string_view taken = FirstBytes(text, n);
  text = AfterBytes(text, n);
  return taken;
}

/// A set of bytes, made at compile time: `kSet.has(c)`.
struct ByteSet {
  std::array<bool, 256> in{};
  constexpr explicit ByteSet(std::string_view bytes) {
    for (const char c : bytes) in[static_cast<unsigned char>(c)] = true;
  }
  [[nodiscard]] constexpr bool has(char c) const { return in[static_cast<unsigned char>(c)]; }
};

/// What comes before the first byte of the set (or everything, if there is none); the text goes on
/// at that byte.
[[nodiscard]] constexpr std::string_view TakeUntilAny(std::string_view& text, const ByteSet& set) {
  return TakeWhile(text, [&set](char c) { return !set.has(c); });
}

/// The same for a set of a few bytes named at compile time, as fast as the hot path needs it.
template <char... kBytes>
[[nodiscard]] inline std::string_view TakeUntilOneOf(std::string_view& text) {
  const std::string_view taken = FirstBytes(text, FindOneOf(text, kBytes...));
  text = AfterBytes(text, taken.size());
  return taken;
}

/// What was cut off the front of `whole` to leave `rest`, a view of its end.
[[nodiscard]] constexpr std::string_view TakenFrom(std::string_view whole, std::string_view rest) {
  return FirstBytes(whole, whole.size() - std::min(rest.size(), whole.size()));
}

/// Whether `part` lies in `whole`. An empty view may point anywhere.
[[nodiscard]] inline bool LiesIn(std::string_view part, std::string_view whole) {
  // Wraps, and so is too large, where it begins before.
  const std::uintptr_t begin = reinterpret_cast<std::uintptr_t>(part.data()) -
                               reinterpret_cast<std::uintptr_t>(whole.data());
  return part.empty() || (begin <= whole.size() && part.size() <= whole.size() - begin);
}

/// The first word; the text goes on after the blank that ends it.
[[nodiscard]] constexpr std::string_view TakeWord(std::string_view& text) {
  const std::string_view word = TakeUntil(text, ' ');
  (void)Eat(text, ' ');
  return word;
}

}  // namespace maillog
