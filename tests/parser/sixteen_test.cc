// What is asked of sixteen bytes at once is what is asked of each: all values at all places.
#include "parser/sixteen.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "parser/queue_id.h"
#include "parser/scan.h"

#ifdef __SSE2__

namespace maillog::internal {
namespace {

/// Calls `check(bytes, place)` for sixteen times `filler`, with each value at each place.
template <class Check>
void ForEachByte(char filler, Check&& check) {
  for (std::size_t place = 0; place < 16; ++place) {
    for (int value = 0; value < 256; ++value) {
      std::string bytes(16, filler);
      bytes[place] = static_cast<char>(value);
      check(bytes, place);
    }
  }
}

TEST(Sixteen, EachByteHasBoundsOfItsOwn) {
  alignas(16) std::array<char, 16> least{};
  alignas(16) std::array<char, 16> spans{};
  for (std::size_t n = 0; n < 16; ++n) {
    least[n] = static_cast<char>(16 * n);
    spans[n] = static_cast<char>(17 * n);
  }
  ForEachByte('-', [&](const std::string& bytes, std::size_t place) {
    const auto found =
        static_cast<unsigned>(_mm_movemask_epi8(WithinEach(bytes.data(), &least[0], &spans[0])));
    for (std::size_t n = 0; n < 16; ++n) {
      const auto distance = static_cast<std::uint8_t>(bytes[n] - least[n]);
      EXPECT_EQ((found >> n & 1) != 0, distance <= static_cast<std::uint8_t>(spans[n])) << place;
    }
  });
}

TEST(Sixteen, LettersAndDigitsAreThoseOfAscii) {
  ForEachByte('-', [](const std::string& bytes, std::size_t place) {
    const char c = bytes[place];
    EXPECT_EQ(AlnumIn16(bytes.data()), IsDigit(c) || IsAlpha(c) ? 1U << place : 0U) << int{c};
  });
}

TEST(Sixteen, AQueueIdIsOneByteByByte) {
  constexpr unsigned kSize = 12;
  const auto is_short = [](char c) { return IsQueueId(std::string(kSize - 1, 'A') + c); };
  const auto is_long = [](char c) { return IsQueueId(std::string(kSize - 1, 'z') + c); };
  ForEachByte('B', [&](const std::string& bytes, std::size_t place) {
    const char c = bytes[place];
    EXPECT_EQ(IsShortQueueIdIn16(bytes.data(), kSize), place >= kSize || is_short(c)) << int{c};
    EXPECT_EQ(IsLongQueueIdIn16(bytes.data(), kSize), place >= kSize || is_long(c)) << int{c};
  });
}

}  // namespace
}  // namespace maillog::internal

#endif
