// Finding a text in any case of ASCII letters.
#pragma once

#include <cstddef>
#include <cstring>
#include <string_view>

#include "parser/find.h"
#include "parser/scan.h"

namespace maillog {

[[nodiscard]] inline char LowerOf(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}
[[nodiscard]] inline char UpperOf(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c;
}

/// Whether the texts are the same but for the case of letters; `lower` has none in upper case.
[[nodiscard]] inline bool SameInAnyCase(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (LowerOf(text[i]) != lower[i]) return false;
  }
  return true;
}

/// Where `lower`, of one byte or more and without capitals, begins first in any case; the text's
/// size if it is nowhere.
[[nodiscard]] inline std::size_t FindInAnyCase(std::string_view text, std::string_view lower) {
  if (text.size() < lower.size()) return text.size();
  const std::size_t places = text.size() - lower.size() + 1;
  const auto is_at = [&](std::size_t at) {
    return SameInAnyCase(text.substr(at, lower.size()), lower);
  };
  std::size_t n = 0;
#ifdef __SSE2__
  // The first and the last byte at once: each of them alone is frequent.
  const char first = lower.front();
  const char last = lower.back();
  for (; n + 16 <= places; n += 16) {
    const char* const at = text.data() + n;
    unsigned found = internal::FoundIn16(at, first, UpperOf(first)) &
                     internal::FoundIn16(at + lower.size() - 1, last, UpperOf(last));
    for (; found != 0; found &= found - 1) {
      const auto i = static_cast<std::size_t>(std::countr_zero(found));
      if (is_at(n + i)) return n + i;
    }
  }
#endif
  for (; n < places; ++n) {
    if (is_at(n)) return n;
  }
  return text.size();
}

}  // namespace maillog
