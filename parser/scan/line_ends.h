// Where the lines of a text end, found for some kilobytes ahead, and without a branch that depends
// on how long a line is: the processor cannot foresee that, and would begin most lines anew.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include "parser/find.h"
#include "parser/newlines.h"
#include "parser/scan/text.h"

namespace maillog {

/// For one pass through one text, from its front to its back.
class LineEnds {
 public:
  /// What TakeLine of scan.h does. `text` is what is left of the text: it ends where it did the
  /// last time, and others may have taken lines of it since.
  [[nodiscard, gnu::always_inline]] std::string_view Take(std::string_view& text) {
#ifdef __SSE2__
    while (next_ < found_ && ends_[next_] < text.data()) ++next_;
    if (next_ == found_ && !Find(text)) return std::exchange(text, AfterBytes(text, text.size()));
    const std::string_view line(text.data(),
                                static_cast<std::size_t>(ends_[next_++] - text.data()));
    text = AfterBytes(text, line.size() + 1);
    return line;
#else
    return TakeLine(text);
#endif
  }

#ifdef __SSE2__
 private:
  /// So many times 64 bytes are searched at a time, and about so many lines found at most: they are
  /// still in the nearest cache when they are read.
  static constexpr std::size_t kAhead = 64;

  /// The next ends in `text`; false if there is none.
  [[nodiscard, gnu::noinline]] bool Find(std::string_view text) {
    const char* at = searched_ > text.data() ? searched_ : text.data();
    const char* const end = text.data() + text.size();
    std::array<std::uint64_t, kAhead> all;
    std::size_t found = 0;
    while (end - at >= 64 && found == 0) {
      const auto count = std::min<std::size_t>(kAhead, static_cast<std::size_t>(end - at) / 64);
      internal::FindNewlines(at, std::span(all).first(count));
      for (std::size_t n = 0; n < count && found < kAhead; ++n, at += 64) {
        std::uint64_t newlines = all[n];
        // Not conditions, of which a compiler might make branches: where the first is, if there is
        // one, and 1 if there is.
        ends_[found] = at + std::countr_zero(newlines | std::uint64_t{1} << 63);
        found += newlines != 0 ? 1 : 0;
        // Hardly any two lines end within 64 bytes.
        while ((newlines &= newlines - 1) != 0)
          [[unlikely]] ends_[found++] = at + std::countr_zero(newlines);
      }
    }
    if (end - at < 64 && found < kAhead) {
      for (; at != end; ++at) {
        if (*at == '\n') ends_[found++] = at;
      }
    }
    next_ = 0;
    found_ = found;
    searched_ = at;
    return found > 0;
  }

  std::array<const char*, kAhead + 64> ends_;  ///< filled as far as `found_`
  std::size_t next_ = 0;
  std::size_t found_ = 0;
  const char* searched_ = nullptr;
#endif
};

}  // namespace maillog
