// What can be where a message has a value in front of its fixed words.
#pragma once

#include <string_view>

#include "parser/scan.h"

namespace maillog {

/// Whether a word in front of known fixed words can be a value (a name, a number, a mask) rather
/// than what is left of other fixed words: three letters or fewer without a vowel cannot.
[[nodiscard]] inline bool IsValueWord(std::string_view word) {
  constexpr std::size_t kShort = 3;
  constexpr ByteSet kInValues("aeiouAEIOU0123456789");
  if (word.size() > kShort) return true;
  (void)TakeUntilAny(word, kInValues);
  return !word.empty();
}

}  // namespace maillog
