// With find.h, where the parser does its index arithmetic. Rules are composed of these few verbs;
// they never read outside the text, never allocate, never throw, and treat bytes as bytes (no
// locale, no decoding).
//
//   Eat   says whether the text was there, and moves past it if it was
//   Take  returns what it cut off the front
//   Skip  moves on
//
// All views returned point into the text that was given, and live as long as it does.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <limits>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

#include "parser/find.h"

namespace maillog {

/// Microseconds. Sums of times are kept in these, so that they are exact in any order.
using Micros = std::int64_t;

[[nodiscard]] constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }
[[nodiscard]] constexpr bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
[[nodiscard]] constexpr bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
[[nodiscard]] constexpr bool IsAlpha(char c) { return IsUpper(c) || IsLower(c); }
[[nodiscard]] constexpr bool IsAlnum(char c) { return IsAlpha(c) || IsDigit(c); }
/// ASCII only: bytes of multi-byte characters are left alone.
[[nodiscard]] constexpr char Lower(char c) { return IsUpper(c) ? static_cast<char>(c + 32) : c; }

/// Whether two texts are equal except for the case of ASCII letters.
[[nodiscard]] constexpr bool EqualFold(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [](char x, char y) { return Lower(x) == Lower(y); });
}

/// Any case.
[[nodiscard]] constexpr bool IsHexDigit(char c) {
  return IsDigit(c) || (Lower(c) >= 'a' && Lower(c) <= 'f');
}
/// By value, for whoever writes bytes as they are.
inline constexpr std::string_view kHexDigits = "0123456789abcdef";

/// Whether the text begins with `word` (lower case), ignoring the case of ASCII letters.
[[nodiscard]] constexpr bool StartsWithFold(std::string_view text, std::string_view word) {
  if (text.size() < word.size()) return false;
  std::size_t n = 0;
  for (; !std::is_constant_evaluated() && word.size() - n >= 8; n += 8) {
    if (internal::LowerEight(internal::Load<std::uint64_t>(text.data() + n)) !=
        internal::Load<std::uint64_t>(word.data() + n))
      return false;
  }
  while (n < word.size() && word[n] == Lower(text[n])) ++n;
  return n == word.size();
}

/// The first eight bytes as one number, the first one lowest; fewer are filled up with zero.
[[nodiscard]] constexpr std::uint64_t FirstEight(std::string_view text) {
  std::uint64_t value = 0;
  const std::size_t size = std::min<std::size_t>(text.size(), 8);
  if (std::is_constant_evaluated() || size < 8) {
    for (std::size_t i = 0; i < size; ++i)
      value |= std::uint64_t{static_cast<unsigned char>(text[i])} << (8 * i);
  } else {
    std::memcpy(&value, text.data(), 8);
    if constexpr (std::endian::native == std::endian::big) value = __builtin_bswap64(value);
  }
  return value;
}

/// The first eight bytes as one number, with bit 5 of each set, so that letters of either case are
/// the same; fewer bytes are filled up with zero. A filter only: other bytes become the same too.
[[nodiscard]] constexpr std::uint64_t FirstEightFolded(std::string_view text) {
  return FirstEight(text) | 0x2020202020202020U;
}

/// Whether a host name is `domain` (lower case) or ends in it after a dot, in any case.
[[nodiscard]] constexpr bool IsInDomain(std::string_view host, std::string_view domain) {
  if (host.size() < domain.size()) return false;
  const std::size_t rest = host.size() - domain.size();
  return (rest == 0 || host[rest - 1] == '.') && StartsWithFold(host.substr(rest), domain);
}

/// Moves past `word` if the text begins with it.
[[nodiscard, gnu::always_inline]] constexpr bool Eat(std::string_view& text,
                                                     std::string_view word) {
  if (!StartsWith(text, word)) return false;
  text.remove_prefix(word.size());
  return true;
}
[[nodiscard]] constexpr bool Eat(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

/// Moves past a word of one to eight bytes and the first `end` after it; `word` is its FirstEight.
/// False, and the text left as it was, if it is empty, longer, or not ended.
[[nodiscard]] inline bool EatShortWord(std::string_view& text, char end, std::uint64_t& word) {
  const std::uint64_t front = FirstEight(text);
  const std::size_t size = internal::FirstOfEight(front, end);
  if (size == 0 || size >= text.size() || text[size] != end) return false;
  word = size == 8 ? front : front & ((std::uint64_t{1} << (8 * size)) - 1);
  text.remove_prefix(size + 1);
  return true;
}

/// Cuts `word` off the end if it is there.
[[nodiscard]] constexpr bool EatBack(std::string_view& text, std::string_view word) {
  if (!text.ends_with(word)) return false;
  text.remove_suffix(word.size());
  return true;
}

/// What comes before the first `c` (or everything, if there is none); the text goes on at `c`
/// itself.
[[nodiscard]] constexpr std::string_view TakeUntil(std::string_view& text, char c) {
  const std::string_view taken = text.substr(0, FindOneOf(text, c));
  text.remove_prefix(taken.size());
  return taken;
}
/// The same for a word; an empty one is at the front of any text.
[[nodiscard]] constexpr std::string_view TakeUntil(std::string_view& text, std::string_view word) {
  const std::string_view taken = text.substr(0, word.empty() ? 0 : FindWord(text, word));
  text.remove_prefix(taken.size());
  return taken;
}

/// Moves past the first `word`. If there is none, returns false and leaves the text as it was.
[[nodiscard]] constexpr bool SkipPast(std::string_view& text, std::string_view word) {
  std::string_view rest = text;
  (void)TakeUntil(rest, word);
  if (rest.empty()) return false;
  text = rest.substr(word.size());
  return true;
}
[[nodiscard]] constexpr bool SkipPast(std::string_view& text, char c) {
  const std::size_t at = FindOneOf(text, c);
  if (at == text.size()) return false;
  text.remove_prefix(at + 1);
  return true;
}

constexpr void SkipSpaces(std::string_view& text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
}

/// What comes before the first of `word`, and moves past it. Nothing if there is none: the text is
/// left as it was.
[[nodiscard]] constexpr std::optional<std::string_view> TakePast(std::string_view& text,
                                                                 std::string_view word) {
  std::string_view rest = text;
  const std::string_view taken = TakeUntil(rest, word);
  if (rest.empty()) return std::nullopt;
  text = rest.substr(word.size());
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
  text.remove_prefix(line.size());
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
      text.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(size, text.size())));
  text.remove_prefix(taken.size());
  return taken;
}

/// Eight bytes as one number, the first one lowest. Nothing if there are fewer: the text is left as
/// it was.
[[nodiscard]] constexpr std::optional<std::uint64_t> TakeLittleEndian64(std::string_view& text) {
  if (text.size() < 8) return std::nullopt;
  return FirstEight(TakeBytes(text, 8));
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
    text.remove_prefix(at + 1);
    return taken;
  }
  return std::nullopt;
}

/// Four hexadecimal digits, of either case. Nothing if there are none: the text is left as it was.
[[nodiscard]] constexpr std::optional<std::uint32_t> TakeHex4(std::string_view& text) {
  std::uint32_t value = 0;
  if (text.size() < 4) return std::nullopt;
  for (const char c : text.substr(0, 4)) {
    const char low = Lower(c);
    if (!IsDigit(c) && (low < 'a' || low > 'f')) return std::nullopt;
    value = value * 16 + static_cast<std::uint32_t>(IsDigit(c) ? c - '0' : low - 'a' + 10);
  }
  text.remove_prefix(4);
  return value;
}

/// The longest front in which `is` holds for each byte.
template <class Is>
[[nodiscard]] constexpr std::string_view TakeWhile(std::string_view& text, Is is) {
  std::size_t n = 0;
  while (n < text.size() && is(text[n])) ++n;
  const std::string_view taken = text.substr(0, n);
  text.remove_prefix(n);
  return taken;
}

namespace internal {

/// Whether the digits of a number can be taken eight bytes at a time.
inline constexpr bool kDigitsByEight = std::endian::native == std::endian::little;

}  // namespace internal

/// A decimal number of at least one digit. False, and the text left as it was, if there is none, or
/// if it does not fit 64 bits.
[[nodiscard]] constexpr bool TakeUint(std::string_view& text, std::uint64_t& number) {
  constexpr std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max();
  constexpr std::size_t kAlwaysFit = std::numeric_limits<std::uint64_t>::digits10;
  if (internal::kDigitsByEight && !std::is_constant_evaluated() && text.size() >= 8) {
    const auto front = internal::Load<std::uint64_t>(text.data());
    const std::size_t digits = internal::LeadingDigits(front);
    if (digits == 0) return false;
    if (digits < 8) {
      text.remove_prefix(digits);
      number = internal::DecimalOf(front, digits);
      return true;
    }
  }
  std::uint64_t value = 0;
  std::size_t n = 0;
  for (; n < text.size() && IsDigit(text[n]); ++n) {
    const auto digit = static_cast<std::uint64_t>(text[n] - '0');
    if (n >= kAlwaysFit && value > (kMax - digit) / 10) return false;
    value = value * 10 + digit;
  }
  if (n == 0) return false;
  text.remove_prefix(n);
  number = value;
  return true;
}
/// The same, for what is not the hot path: a std::optional goes through memory.
[[nodiscard]] constexpr std::optional<std::uint64_t> TakeUint(std::string_view& text) {
  std::uint64_t number = 0;
  return TakeUint(text, number) ? std::optional(number) : std::nullopt;
}

/// A number of one digit, as most are. False, and the text left as it was, for any other.
[[nodiscard]] constexpr bool TakeDigit(std::string_view& text, std::uint32_t& digit) {
  if (text.empty() || !IsDigit(text.front()) || (text.size() > 1 && IsDigit(text[1]))) return false;
  digit = static_cast<std::uint32_t>(text.front() - '0');
  text.remove_prefix(1);
  return true;
}

/// A time in seconds with an optional fraction (`0.58`, `3`, `.5`), in microseconds; digits beyond
/// the sixth are dropped. False, and the text left as it was, if there is no digit, or if it is
/// longer than some 31,000 years or 18 digits.
[[nodiscard]] constexpr bool TakeSeconds(std::string_view& text, Micros& seconds) {
  constexpr Micros kLongest = 1'000'000'000'000;
  constexpr std::size_t kMostDigits = 18;
  constexpr std::array<Micros, 7> kUnits{1'000'000, 100'000, 10'000, 1'000, 100, 10, 1};
  if (internal::kDigitsByEight && !std::is_constant_evaluated() && text.size() >= 16) {
    const auto front = internal::Load<std::uint64_t>(text.data());
    const std::size_t digits = internal::LeadingDigits(front);
    if (digits < 8) {
      const auto back = internal::Load<std::uint64_t>(text.data() + digits + 1);
      const std::size_t decimals = text[digits] == '.' ? internal::LeadingDigits(back) : 0;
      if (digits + decimals == 0) return false;
      if (decimals <= 6) {
        text.remove_prefix(digits + decimals + (decimals == 0 ? 0 : 1));
        seconds = static_cast<Micros>(internal::DecimalOf(front, digits)) * 1'000'000 +
                  static_cast<Micros>(internal::DecimalOf(back, decimals)) * kUnits[decimals];
        return true;
      }
    }
  }
  std::size_t n = 0;
  Micros whole = 0;
  for (; n < text.size() && IsDigit(text[n]); ++n) {
    if (n == kMostDigits) return false;
    whole = whole * 10 + (text[n] - '0');
  }
  if (whole > kLongest) return false;
  Micros fraction = 0;
  if (n + 1 < text.size() && text[n] == '.' && IsDigit(text[n + 1])) {
    std::size_t decimals = 0;
    for (++n; n < text.size() && IsDigit(text[n]); ++n) {
      if (decimals == 6) continue;
      fraction = fraction * 10 + (text[n] - '0');
      ++decimals;
    }
    fraction *= kUnits[decimals];
  }
  if (n == 0) return false;
  text.remove_prefix(n);
  seconds = whole * 1'000'000 + fraction;
  return true;
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
  const std::string_view taken = text.substr(0, FindOneOf(text, kBytes...));
  text.remove_prefix(taken.size());
  return taken;
}

/// A picture of the first bytes of a text, as a template argument: `0` stands for a digit, `A` for
/// an ASCII letter, `_` for any byte, each other character for itself.
template <std::size_t N>
struct Shape {
  std::array<char, N> picture{};
  // NOLINTNEXTLINE(google-explicit-constructor): a literal is the shape
  consteval Shape(const char (&text)[N]) { std::copy_n(text, N, picture.begin()); }
  static constexpr std::size_t size = N - 1;
};

/// Whether a byte may be where the shape has `kPictured`.
template <char kPictured>
[[nodiscard]] constexpr bool Fits(char c) {
  if constexpr (kPictured == '0') return IsDigit(c);
  if constexpr (kPictured == 'A') return IsAlpha(c);
  return kPictured == '_' || kPictured == c;
}

/// Whether the text begins as the shape says.
template <Shape kShape>
[[nodiscard]] constexpr bool StartsLike(std::string_view text) {
  if (text.size() < kShape.size) return false;
  return [text]<std::size_t... i>(std::index_sequence<i...>) {
    return (Fits<kShape.picture[i]>(text[i]) && ...);
  }
  (std::make_index_sequence<kShape.size>{});
}

/// Moves past what the shape describes, if the text begins like it.
template <Shape kShape>
[[nodiscard]] constexpr bool EatLike(std::string_view& text) {
  if (!StartsLike<kShape>(text)) return false;
  text.remove_prefix(kShape.size);
  return true;
}

/// What was cut off the front of `whole` to leave `rest`, a view of its end.
[[nodiscard]] constexpr std::string_view TakenFrom(std::string_view whole, std::string_view rest) {
  return whole.substr(0, whole.size() - std::min(rest.size(), whole.size()));
}

/// Whether `part` lies in `whole`. An empty view may point anywhere.
[[nodiscard]] inline bool LiesIn(std::string_view part, std::string_view whole) {
  constexpr std::less_equal<const char*> kNotAfter;
  return part.empty() || (kNotAfter(whole.data(), part.data()) &&
                          kNotAfter(part.data() + part.size(), whole.data() + whole.size()));
}

/// Reads all of `text` as a number.
[[nodiscard]] constexpr bool ParseUint(std::string_view text, std::uint64_t& number) {
  return TakeUint(text, number) && text.empty();
}
[[nodiscard]] constexpr std::optional<std::uint64_t> ParseUint(std::string_view text) {
  const std::optional<std::uint64_t> value = TakeUint(text);
  return text.empty() ? value : std::nullopt;
}

/// The first word; the text goes on after the blank that ends it.
[[nodiscard]] constexpr std::string_view TakeWord(std::string_view& text) {
  const std::string_view word = TakeUntil(text, ' ');
  (void)Eat(text, ' ');
  return word;
}

}  // namespace maillog
