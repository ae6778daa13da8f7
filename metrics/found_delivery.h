// Most deliveries have labels that one before them had too: the cells that it moved are remembered,
// so that they need not be found again one by one. What is remembered is what was counted then, and
// decides nothing of its own.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "metrics/buckets.h"
#include "metrics/facts.h"
#include "parser/find.h"

namespace maillog {

/// The cells of deliveries with the same labels, and with the same of their times present.
class FoundDelivery {
 public:
  /// Whether it is for this key, and its cells have not moved since.
  [[nodiscard]] bool Is(std::uint64_t key, std::uint64_t generation) const {
    return key_plus_1_ == key + 1 && generation_ == generation;
  }
  void Begin() { *this = {}; }
  void Note(std::uint64_t* counter) { counters_[counter_count_++] = counter; }
  void Note(const Buckets& buckets, std::uint64_t* numbers, std::size_t time) {
    histograms_[histogram_count_++] = {&buckets, numbers, time};
  }
  void End(std::uint64_t key, std::uint64_t generation) {
    key_plus_1_ = key + 1;
    generation_ = generation;
  }
  /// Counts a delivery as the one that was noted.
  void Add(const Delivery& delivery, std::uint64_t times) const {
    for (std::size_t i = 0; i < counter_count_; ++i) *counters_[i] += times;
    for (std::size_t i = 0; i < histogram_count_; ++i) {
      const Place& place = histograms_[i];
      place.buckets->Add(place.numbers, TimeOf(delivery, place.time), times);
    }
  }

  static constexpr std::size_t kWhole = std::tuple_size_v<decltype(Delivery::delays)>;
  static constexpr std::size_t kTimes = kWhole + 1;
  /// One bit for each time that the delivery has: of its phases, and of the whole.
  [[nodiscard]] static std::uint64_t TimesIn(const Delivery& delivery) {
    std::uint64_t present = delivery.delay ? 1U << kWhole : 0;
    for (std::size_t i = 0; i < kWhole; ++i) present |= (delivery.delays[i] ? 1U : 0U) << i;
    return present;
  }

 private:
  static std::int64_t TimeOf(const Delivery& delivery, std::size_t time) {
    return std::min(time == kWhole ? *delivery.delay : *delivery.delays[time], kMaxValue);
  }

  struct Place {
    const Buckets* buckets = nullptr;
    std::uint64_t* numbers = nullptr;
    std::size_t time = 0;
  };
  std::uint64_t key_plus_1_ = 0;
  std::uint64_t generation_ = 0;
  std::size_t counter_count_ = 0;
  std::size_t histogram_count_ = 0;
  std::array<std::uint64_t*, 6> counters_{};
  std::array<Place, kTimes> histograms_{};
};

/// By a hash of the labels; a place that is taken is given to the next.
class FoundDeliveries {
 public:
  [[nodiscard]] FoundDelivery& At(std::uint64_t key) { return places_[key * kGoldenRatio >> 56]; }

 private:
  std::array<FoundDelivery, 256> places_{};
};

}  // namespace maillog
