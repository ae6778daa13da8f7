// Which keys occur most, in bounded space: Space-Saving (Metwally, Agrawal, El Abbadi: Efficient
// Computation of Frequent and Top-k Elements in Data Streams, 2005). When all places are taken, a
// new key gets that of the key with the lowest count, and goes on from there: its count may be too
// high by as much, its `error`. So after N in all no count is too high by more than N/kMax, and a
// key that occurred more often than that has a place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace maillog {

/// Copies are independent. Allocates until it is full, and then no more.
class SpaceSaving {
 public:
  static constexpr std::size_t kMax = 128;

  struct Counted {
    std::uint64_t key = 0;  ///< never 0
    std::uint32_t count = 0;
    std::uint32_t error = 0;  ///< of the count, at most

    /// What the key has occurred at least.
    [[nodiscard]] std::uint32_t sure() const { return count - error; }
  };

  /// `key` is not 0. Counts stay at the highest number.
  void Add(std::uint64_t key, std::uint32_t times);
  void Clear() { counted_.clear(); }
  /// In no order.
  [[nodiscard]] std::span<const Counted> counted() const { return counted_; }

  /// As bytes: how many keys, and their members.
  void PutTo(std::string& bytes) const;
  /// False: this cannot have been written by PutTo.
  [[nodiscard]] bool TakeFrom(std::string_view& bytes);

 private:
  std::vector<Counted> counted_;
};

}  // namespace maillog
