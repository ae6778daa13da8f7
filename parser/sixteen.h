// Sixteen bytes at once, where the processor can (SSE2): what find.h and the readers of a line's
// most usual parts are made of. Nothing here knows where a text ends: callers do.
#pragma once

#ifdef __SSE2__

#include <emmintrin.h>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace maillog::internal {

/// Bit i says whether byte i of the sixteen at `bytes` is one of those wanted.
template <class... Chars>
[[nodiscard, gnu::always_inline]] inline unsigned FoundIn16(const char* bytes, Chars... wanted) {
  const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes));
  return static_cast<unsigned>(
      _mm_movemask_epi8((_mm_cmpeq_epi8(block, _mm_set1_epi8(wanted)) | ...)));
}

/// The same for thirty-two bytes: without a branch that depends on where they are.
template <class... Chars>
[[nodiscard, gnu::always_inline]] inline unsigned FoundIn32(const char* bytes, Chars... wanted) {
  return FoundIn16(bytes, wanted...) | FoundIn16(bytes + 16, wanted...) << 16;
}

/// Where the first of the wanted bytes is in a text of 16 bytes or more; else its size.
template <class... Chars>
[[nodiscard, gnu::always_inline]] inline std::size_t FindIn16AndMore(std::string_view text,
                                                                     Chars... wanted) {
  std::size_t n = 0;
  for (; text.size() - n >= 16; n += 16) {
    const unsigned found = FoundIn16(text.data() + n, wanted...);
    if (found != 0) return n + static_cast<std::size_t>(std::countr_zero(found));
  }
  n = text.size() - 16;  // again some bytes without any, and the rest
  const unsigned found = FoundIn16(text.data() + n, wanted...);
  return found == 0 ? text.size() : n + static_cast<std::size_t>(std::countr_zero(found));
}

/// Which of sixteen values lie between two bounds: those whose distance from the lower one is no
/// more than the largest allowed.
[[nodiscard, gnu::always_inline]] inline __m128i Within(__m128i values, char least, char most) {
  const __m128i distance = _mm_sub_epi8(values, _mm_set1_epi8(least));
  const __m128i largest = _mm_set1_epi8(static_cast<char>(most - least));
  return _mm_cmpeq_epi8(_mm_min_epu8(distance, largest), distance);
}

/// Sixteen bytes, each with bounds of its own: which of those at `bytes` are no further than
/// `spans` after `least`. Both of these are aligned.
[[nodiscard, gnu::always_inline]] inline __m128i WithinEach(const char* bytes, const char* least,
                                                            const char* spans) {
  const auto aligned = [](const char* at) {
    return _mm_load_si128(reinterpret_cast<const __m128i*>(at));
  };
  const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes));
  const __m128i distance = _mm_sub_epi8(block, aligned(least));
  return _mm_cmpeq_epi8(_mm_min_epu8(distance, aligned(spans)), distance);
}

/// Bit i says whether byte i is an ASCII letter or digit.
[[nodiscard]] inline unsigned AlnumIn16(const char* bytes) {
  const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes));
  const __m128i lower = _mm_or_si128(block, _mm_set1_epi8(0x20));
  return static_cast<unsigned>(
      _mm_movemask_epi8(_mm_or_si128(Within(lower, 'a', 'z'), Within(block, '0', '9'))));
}

/// Whether sixteen bytes are three letters, a blank, and two bytes each before a blank, two colons
/// and a blank: `Nov 21 10:00:00 `.
[[nodiscard]] inline bool IsStampIn16(const char* bytes) {
  constexpr unsigned kFixed = 1U << 3 | 1U << 6 | 1U << 9 | 1U << 12 | 1U << 15;
  const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes));
  const __m128i fixed = _mm_setr_epi8(0, 0, 0, ' ', 0, 0, ' ', 0, 0, ':', 0, 0, ':', 0, 0, ' ');
  const __m128i lower = _mm_or_si128(block, _mm_set1_epi8(0x20));
  const auto same = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(block, fixed)));
  const auto alpha = static_cast<unsigned>(_mm_movemask_epi8(Within(lower, 'a', 'z')));
  return (same & kFixed) == kFixed && (alpha & 7U) == 7U;
}

/// Whether `found` holds for the first `size` of sixteen bytes.
[[nodiscard, gnu::always_inline]] inline bool HoldsForFirst(__m128i found, unsigned size) {
  const unsigned all = (1U << size) - 1;
  return (static_cast<unsigned>(_mm_movemask_epi8(found)) & all) == all;
}

/// Whether the first `size` of sixteen bytes can be in one of Postfix's short queue ids: upper case
/// hexadecimal, or masked.
[[nodiscard, gnu::always_inline]] inline bool IsShortQueueIdIn16(const char* bytes, unsigned size) {
  const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes));
  return HoldsForFirst(
      Within(block, '0', '9') | Within(block, 'A', 'F') | _mm_cmpeq_epi8(block, _mm_set1_epi8('*')),
      size);
}

/// In one of the long ones: letters and digits but no vowels, or masked.
[[nodiscard, gnu::always_inline]] inline bool IsLongQueueIdIn16(const char* bytes, unsigned size) {
  const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes));
  const __m128i lower = _mm_or_si128(block, _mm_set1_epi8(0x20));
  const auto is = [lower](char c) { return _mm_cmpeq_epi8(lower, _mm_set1_epi8(c)); };
  const __m128i vowels = is('a') | is('e') | is('i') | is('o') | is('u');
  return HoldsForFirst(Within(block, '0', '9') | _mm_cmpeq_epi8(block, _mm_set1_epi8('*')) |
                           _mm_andnot_si128(vowels, Within(lower, 'a', 'z')),
                       size);
}

/// Where `word` of one byte or more begins first, at least 16 places being possible; else the
/// text's size. Asks for its first and last byte at once: each of them alone is frequent.
[[nodiscard, gnu::noinline]] inline std::size_t FindWordIn16AndMore(std::string_view text,
                                                                    std::string_view word) {
  const std::size_t places = text.size() - word.size() + 1;
  for (std::size_t n = 0;; n = n + 32 > places ? places - 16 : n + 16) {
    const char* const at = text.data() + n;
    unsigned found = FoundIn16(at, word.front()) & FoundIn16(at + word.size() - 1, word.back());
    for (; found != 0; found &= found - 1) {
      const auto i = static_cast<std::size_t>(std::countr_zero(found));
      if (std::memcmp(at + i, word.data(), word.size()) == 0) return n + i;
    }
    if (n + 16 >= places) return text.size();
  }
}

/// SameEnds for 16 to 32 bytes.
[[nodiscard]] inline bool SameEndsOf16(const char* a, const char* b, std::size_t size) {
  const auto same = [](const char* x, const char* y) {
    return _mm_cmpeq_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(x)),
                          _mm_loadu_si128(reinterpret_cast<const __m128i*>(y)));
  };
  const std::size_t last = size - 16;
  return _mm_movemask_epi8(_mm_and_si128(same(a, b), same(a + last, b + last))) == 0xffff;
}

}  // namespace maillog::internal

#endif
