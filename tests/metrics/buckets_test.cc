// Which bucket a value belongs in, against a plain search.
#include "metrics/buckets.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

namespace maillog::test {
namespace {

void ExpectPlaces(const std::vector<std::int64_t>& bounds, std::int64_t value) {
  const auto reached =
      std::lower_bound(bounds.begin(), bounds.end(), std::max<std::int64_t>(value, 0));
  EXPECT_EQ(Buckets(bounds).Of(value),
            value <= 0 ? 0 : static_cast<std::size_t>(reached - bounds.begin()))
      << value << " among " << bounds.size();
}

TEST(Buckets, BoundsAreIncluded) {
  const std::vector<std::vector<std::int64_t>> lists{
      {},
      {1},
      {1, 2, 3, 4, 5, 6, 7, 8, 9},
      {10'000, 50'000, 100'000, 500'000, 1'000'000, 60'000'000},
      {std::int64_t{1} << 62, std::numeric_limits<std::int64_t>::max()}};
  for (const auto& bounds : lists) {
    for (const std::int64_t bound : bounds) {
      ExpectPlaces(bounds, bound);
      ExpectPlaces(bounds, bound - 1);
      if (bound < std::numeric_limits<std::int64_t>::max()) ExpectPlaces(bounds, bound + 1);
    }
    for (const std::int64_t value : {std::int64_t{-1}, std::int64_t{0}, std::int64_t{1}, kMaxValue,
                                     std::numeric_limits<std::int64_t>::max()})
      ExpectPlaces(bounds, value);
  }
}

TEST(Buckets, AsAPlainSearchFinds) {
  std::mt19937_64 random(7);
  const auto number = [&random] {
    return static_cast<std::int64_t>((random() >> 1) >> random() % 63);
  };
  for (int round = 0; round < 500; ++round) {
    std::vector<std::int64_t> bounds(random() % 30);
    for (std::int64_t& bound : bounds) bound = std::max<std::int64_t>(number(), 1);
    std::sort(bounds.begin(), bounds.end());
    bounds.erase(std::unique(bounds.begin(), bounds.end()), bounds.end());
    for (int i = 0; i < 50; ++i) ExpectPlaces(bounds, number());
  }
}

}  // namespace
}  // namespace maillog::test
