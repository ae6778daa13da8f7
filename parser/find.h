// Finding bytes and comparing short texts without a call: what makes the verbs of scan.h fast. In a
// log line most of what is looked for is near, and most literals are short. Nothing here reads
// outside the text.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

#include "parser/sixteen.h"

namespace maillog {

/// 2^64 divided by the golden ratio: multiplied by it, numbers that lie side by side are spread.
inline constexpr std::uint64_t kGoldenRatio = 0x9E3779B97F4A7C15;

namespace internal {

template <class Number>
[[nodiscard]] inline Number Load(const char* bytes) {
  Number number;
  std::memcpy(&number, bytes, sizeof number);
  return number;
}

/// Eight bytes at once, each ASCII capital in lower case: a byte of 7 bits is one if adding up to
/// `A` makes bit 7, and up to the byte after `Z` does not.
[[nodiscard]] inline std::uint64_t LowerEight(std::uint64_t bytes) {
  constexpr std::uint64_t kEach = 0x0101010101010101;
  const std::uint64_t seven_bits = bytes & (0x7f * kEach);
  const std::uint64_t from_a = seven_bits + (0x80 - 'A') * kEach;
  const std::uint64_t after_z = seven_bits + (0x7f - 'Z') * kEach;
  const std::uint64_t capitals = (from_a ^ after_z) & ~bytes & (0x80 * kEach);
  return bytes | capitals >> 2;
}

/// How many of eight bytes, loaded as a number, are decimal digits before the first that is not
/// one.
[[nodiscard]] inline std::size_t LeadingDigits(std::uint64_t bytes) {
  constexpr std::uint64_t kEach = 0x0101010101010101;
  const std::uint64_t values = bytes ^ ('0' * kEach);
  const std::uint64_t others =
      (((values & 0x7f * kEach) + (0x80 - 10) * kEach) | values) & 0x80 * kEach;
  return others == 0 ? 8 : static_cast<std::size_t>(std::countr_zero(others)) / 8;
}

/// Where the first byte `c` is in eight bytes, the first one lowest; 8 if there is none.
[[nodiscard]] inline std::size_t FirstOfEight(std::uint64_t bytes, char c) {
  constexpr std::uint64_t kEach = 0x0101010101010101;
  const std::uint64_t others = bytes ^ (kEach * static_cast<unsigned char>(c));
  const std::uint64_t zeros = (others - kEach) & ~others & 0x80 * kEach;
  return zeros == 0 ? 8 : static_cast<std::size_t>(std::countr_zero(zeros)) / 8;
}

/// Where the byte `c` is in a text of 8 to 16 bytes; else its size.
[[nodiscard, gnu::always_inline]] inline std::size_t FindIn8And16(std::string_view text, char c) {
  const std::size_t first = FirstOfEight(Load<std::uint64_t>(text.data()), c);
  if (first < 8) return first;
  const std::size_t last = text.size() - 8;
  const std::size_t found = FirstOfEight(Load<std::uint64_t>(text.data() + last), c);
  return found == 8 ? text.size() : last + found;
}

/// The number that the first `count` of eight bytes form, seven digits at most: pairs of digits,
/// then pairs of pairs, then both halves.
[[nodiscard]] inline std::uint64_t DecimalOf(std::uint64_t bytes, std::size_t count) {
  constexpr std::uint64_t kEach = 0x0101010101010101;
  std::uint64_t value = ((bytes ^ ('0' * kEach)) << (56 - 8 * count)) << 8;
  value = (value * 10 + (value >> 8)) & 0x00ff00ff00ff00ff;
  value = (value * 100 + (value >> 16)) & 0x0000ffff0000ffff;
  return (value * 10'000 + (value >> 32)) & 0xffffffff;
}

/// Whether `size` bytes are equal, where a number has at most as many and at least half of them.
template <class Number>
[[nodiscard]] inline bool SameEnds(const char* a, const char* b, std::size_t size) {
  const std::size_t last = size - sizeof(Number);
  return ((Load<Number>(a) ^ Load<Number>(b)) |
          (Load<Number>(a + last) ^ Load<Number>(b + last))) == 0;
}

}  // namespace internal

/// The same view, read in the two parts in which it was written. As a whole, as compilers like to
/// copy it, it could only be read when both parts are in the cache: until then, and until
/// everything that was written before them is, the processor waits. For views that were made just
/// before.
[[nodiscard, gnu::always_inline]] constexpr std::string_view InParts(const std::string_view& view) {
  return {view.data(), view.size()};
}

/// Its first bytes, and what comes after them; it must have as many. A call of substr or
/// remove_prefix, where a compiler makes one, takes the address of a view, which then stays in
/// memory.
[[nodiscard, gnu::always_inline]] constexpr std::string_view FirstBytes(
    const std::string_view& view, std::size_t size) {
  return {view.data(), size};
}
[[nodiscard, gnu::always_inline]] constexpr std::string_view AfterBytes(
    const std::string_view& view, std::size_t size) {
  return {view.data() + size, view.size() - size};
}

/// Where the first of a few bytes is; the text's size if none is there.
template <class... Chars>
[[nodiscard, gnu::always_inline]] constexpr std::size_t FindOneOf(std::string_view text,
                                                                  Chars... wanted) {
#ifdef __SSE2__
  if (!std::is_constant_evaluated() && text.size() >= 16)
    return internal::FindIn16AndMore(text, wanted...);
#endif
  if constexpr (sizeof...(wanted) == 1) {
    if (!std::is_constant_evaluated() && text.size() >= 8 && text.size() <= 16)
      return internal::FindIn8And16(text, wanted...);
  }
  std::size_t n = 0;
  while (n < text.size() && ((text[n] != wanted) && ...)) ++n;
  return n;
}

/// Whether the text begins with `word`. Where `word` is a literal, its size is known and the
/// comparison is a few instructions; std::string_view::starts_with compares the smaller of two
/// sizes, and so makes a call.
[[nodiscard, gnu::always_inline]] constexpr bool StartsWith(std::string_view text,
                                                            std::string_view word) {
  return text.size() >= word.size() &&
         std::char_traits<char>::compare(text.data(), word.data(), word.size()) == 0;
}

/// The same for its end.
[[nodiscard, gnu::always_inline]] constexpr bool EndsWith(std::string_view text,
                                                          std::string_view word) {
  return text.size() >= word.size() &&
         std::char_traits<char>::compare(text.data() + text.size() - word.size(), word.data(),
                                         word.size()) == 0;
}

/// Where the first `word` of one byte or more begins; the text's size if there is none.
[[nodiscard]] constexpr std::size_t FindWord(std::string_view text, std::string_view word) {
#ifdef __SSE2__
  if (!std::is_constant_evaluated() && text.size() >= word.size() + 15)
    return internal::FindWordIn16AndMore(text, word);
#endif
  const std::size_t at = text.find(word);
  return at == std::string_view::npos ? text.size() : at;
}

/// Where the last `word` of one byte or more begins; the text's size if there is none.
[[nodiscard, gnu::noinline]] inline std::size_t FindLastWord(std::string_view text,
                                                             std::string_view word) {
  std::size_t places = text.size() < word.size() ? 0 : text.size() - word.size() + 1;
#ifdef __SSE2__
  // Asks for its first and last byte at once, as FindWordIn16AndMore.
  for (; places >= 16; places -= 16) {
    const char* const at = text.data() + places - 16;
    unsigned found = internal::FoundIn16(at, word.front()) &
                     internal::FoundIn16(at + word.size() - 1, word.back());
    while (found != 0) {
      const auto i = static_cast<std::size_t>(std::bit_width(found) - 1);
      if (std::memcmp(at + i, word.data(), word.size()) == 0) return places - 16 + i;
      found ^= 1U << i;
    }
  }
#endif
  while (places-- > 0) {
    if (text[places] == word.front() && StartsWith(text.substr(places), word)) return places;
  }
  return text.size();
}

/// How many ASCII letters and digits a text begins with.
[[nodiscard]] inline std::size_t LeadingAlnum(std::string_view text) {
  std::size_t n = 0;
#ifdef __SSE2__
  if (text.size() >= 16) {
    n = static_cast<std::size_t>(std::countr_one(internal::AlnumIn16(text.data())));
    if (n < 16) return n;
  }
#endif
  for (; n < text.size(); ++n) {
    const char low = static_cast<char>(text[n] | 0x20);
    if (!((low >= 'a' && low <= 'z') || (text[n] >= '0' && text[n] <= '9'))) break;
  }
  return n;
}

/// Calls `visit(at)` for each place where a word of ASCII letters and digits begins.
template <class Visit>
constexpr void ForEachWord(std::string_view text, Visit&& visit) {
  std::size_t n = 0;
  bool in_word = false;
#ifdef __SSE2__
  for (; !std::is_constant_evaluated() && text.size() - n >= 16; n += 16) {
    const unsigned words = internal::AlnumIn16(text.data() + n);
    unsigned begins = words & ~(words << 1 | (in_word ? 1U : 0U));
    for (; begins != 0; begins &= begins - 1)
      visit(n + static_cast<std::size_t>(std::countr_zero(begins)));
    in_word = (words >> 15) != 0;
  }
#endif
  for (; n < text.size(); ++n) {
    const char low = static_cast<char>(text[n] | 0x20);
    const bool is_word = (low >= 'a' && low <= 'z') || (text[n] >= '0' && text[n] <= '9');
    if (is_word && !in_word) visit(n);
    in_word = is_word;
  }
}

/// Whether two texts are equal; no call for texts of up to 32 bytes, whatever their sizes are.
[[nodiscard, gnu::always_inline]] inline bool SameText(std::string_view a, std::string_view b) {
  const std::size_t size = a.size();
  if (size != b.size()) return false;
  if (size < 4) {
    // The first, the middle and the last byte are all there are.
    return size == 0 || (a[0] == b[0] && a[size / 2] == b[size / 2] && a[size - 1] == b[size - 1]);
  }
  if (size <= 16) {
    return size >= 8 ? internal::SameEnds<std::uint64_t>(a.data(), b.data(), size)
                     : internal::SameEnds<std::uint32_t>(a.data(), b.data(), size);
  }
#ifdef __SSE2__
  if (size <= 32) return internal::SameEndsOf16(a.data(), b.data(), size);
#endif
  return std::memcmp(a.data(), b.data(), size) == 0;  // a == b takes the address of a view
}

/// The first and the last bytes of a text, and its size. Texts of up to sixteen bytes with the same
/// ends are the same.
struct TextEnds {
  static constexpr std::size_t kWhole = 16;

  std::uint64_t front = 0;
  std::uint64_t back = 0;
  std::size_t size = 0;

  friend bool operator==(const TextEnds&, const TextEnds&) = default;
  /// A number that distinguishes most texts.
  [[nodiscard]] std::size_t Hash() const {
    return (((front ^ size) * kGoldenRatio ^ back) * kGoldenRatio) >> 32;
  }
};

[[nodiscard, gnu::always_inline]] inline TextEnds TextEndsOf(std::string_view text) {
  const std::size_t size = text.size();
  if (size >= 8) {
    return {.front = internal::Load<std::uint64_t>(text.data()),
            .back = internal::Load<std::uint64_t>(text.data() + size - 8),
            .size = size};
  }
  if (size >= 4) {
    return {.front = internal::Load<std::uint32_t>(text.data()),
            .back = internal::Load<std::uint32_t>(text.data() + size - 4),
            .size = size};
  }
  if (size == 0) return {};
  // The first, the middle and the last byte are all there are.
  const auto at = [text](std::size_t place) {
    return std::uint64_t{static_cast<unsigned char>(text[place])};
  };
  return {.front = at(0) | at(size / 2) << 8, .back = at(size - 1), .size = size};
}

}  // namespace maillog
