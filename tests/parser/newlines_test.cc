// All newlines, whatever lies between them, and nothing outside the bytes that were asked for.
#include "parser/newlines.h"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <random>
#include <vector>

#ifdef __SSE2__

namespace maillog::internal {
namespace {

void ExpectAll(void (*find)(const char*, std::span<std::uint64_t>)) {
  std::mt19937 random(1);
  for (std::size_t numbers = 0; numbers <= 9; ++numbers) {
    for (const unsigned every : {1U, 2U, 50U, 10'000U}) {
      // Of just this size: reading outside it is seen.
      std::vector<char> bytes(64 * numbers);
      for (char& c : bytes) c = random() % every == 0 ? '\n' : static_cast<char>(random());
      std::array<std::uint64_t, 10> found{};
      found.fill(1);
      find(bytes.data(), std::span(found).first(numbers));
      for (std::size_t at = 0; at < bytes.size(); ++at)
        ASSERT_EQ((found[at / 64] >> at % 64 & 1) != 0, bytes[at] == '\n') << at;
      for (std::size_t n = numbers; n < found.size(); ++n) ASSERT_EQ(found[n], 1U);
    }
  }
}

TEST(Newlines, AreFound) { ExpectAll(FindNewlines); }
TEST(Newlines, AreFoundOnAnyProcessor) { ExpectAll(FindNewlinesBySixteen); }

}  // namespace
}  // namespace maillog::internal

#endif
