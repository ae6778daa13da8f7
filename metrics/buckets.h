// Which bucket of a histogram a value belongs in.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

namespace maillog {

/// More than any real time or size (10^15: 31 years, or a petabyte), so that sums stay far from
/// wrapping.
inline constexpr std::int64_t kMaxValue = 1'000'000'000'000'000;

class Buckets {
 public:
  /// `bounds` are upper bounds, included, in rising order, fewer than 256; they must outlive this.
  explicit Buckets(std::span<const std::int64_t> bounds) : bounds_(bounds) {
    for (std::size_t bits = 1; bits < below_.size(); ++bits) {
      const std::int64_t least = std::int64_t{1} << (bits - 1);
      const auto reached = std::lower_bound(bounds.begin(), bounds.end(), least);
      below_[bits] = static_cast<std::uint8_t>(reached - bounds.begin());
    }
  }

  /// How many numbers a histogram has: the sum, one for each bound, and one for what is above all.
  [[nodiscard]] std::size_t numbers() const { return 1 + bounds_.size() + 1; }
  /// How many bounds lie below the value: those below all values of as many bits, and mostly one
  /// more at most. Values are not negative; a negative one has the first bucket.
  [[nodiscard]] std::size_t Of(std::int64_t value) const {
    if (value <= 0) return 0;
    std::size_t below =
        below_[static_cast<std::size_t>(std::bit_width(static_cast<std::uint64_t>(value)))];
    while (below < bounds_.size() && bounds_[below] < value) ++below;
    return below;
  }
  /// `numbers` are a histogram's: the sum, then its buckets.
  void Add(std::uint64_t* numbers, std::int64_t value, std::uint64_t times) const {
    numbers[0] += static_cast<std::uint64_t>(value) * times;  // unsigned: wraps, never undefined
    numbers[1 + Of(value)] += times;
  }

 private:
  std::span<const std::int64_t> bounds_;
  std::array<std::uint8_t, 64> below_{};  ///< by how many bits a value has
};

}  // namespace maillog
