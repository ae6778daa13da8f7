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

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace maillog {

namespace internal {

#ifdef __SSE2__
/// Bit i tells whether byte i of the sixteen at `bytes` is one of those wanted.
template <class... Chars>
[[nodiscard, gnu::always_inline]] inline unsigned FoundIn16(const char* bytes, Chars... wanted) {
  const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes));
  return static_cast<unsigned>(
      _mm_movemask_epi8((_mm_cmpeq_epi8(block, _mm_set1_epi8(wanted)) | ...)));
}

/// Where the first of the wanted bytes stands in a text of 16 bytes or more; else its size.
template <class... Chars>
[[nodiscard, gnu::always_inline]] inline std::size_t FindIn16AndMore(std::string_view text,
                                                                     Chars... wanted) {
  std::size_t n = 0;
  for (; text.size() - n >= 16; n += 16) {
    const unsigned found = FoundIn16(text.data() + n, wanted...);
    if (found != 0) return n + static_cast<std::size_t>(std::countr_zero(found));
  }
  n = text.size() - 16;  // again some bytes in which there is nothing, and the rest
  const unsigned found = FoundIn16(text.data() + n, wanted...);
  return found == 0 ? text.size() : n + static_cast<std::size_t>(std::countr_zero(found));
}
#endif

template <class Number>
[[nodiscard]] inline Number Load(const char* bytes) {
  Number number;
  std::memcpy(&number, bytes, sizeof number);
  return number;
}

/// Whether `size` bytes are equal, where a number has at most as many and at least half of them.
template <class Number>
[[nodiscard]] inline bool SameEnds(const char* a, const char* b, std::size_t size) {
  const std::size_t last = size - sizeof(Number);
  return ((Load<Number>(a) ^ Load<Number>(b)) | (Load<Number>(a + last) ^ Load<Number>(b + last))) ==
         0;
}

}  // namespace internal

/// Where the first of a few bytes stands; the text's size if none is there.
template <class... Chars>
[[nodiscard, gnu::always_inline]] constexpr std::size_t FindOneOf(std::string_view text,
                                                                  Chars... wanted) {
#ifdef __SSE2__
  if (!std::is_constant_evaluated() && text.size() >= 16)
    return internal::FindIn16AndMore(text, wanted...);
#endif
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

/// Whether two texts are equal; no call for texts of up to 16 bytes, whatever their sizes are.
[[nodiscard, gnu::always_inline]] inline bool SameText(std::string_view a, std::string_view b) {
  const std::size_t size = a.size();
  if (size != b.size()) return false;
  if (size > 16 || size < 4) return a == b;
  return size >= 8 ? internal::SameEnds<std::uint64_t>(a.data(), b.data(), size)
                   : internal::SameEnds<std::uint32_t>(a.data(), b.data(), size);
}

}  // namespace maillog
