// When the series of a family stood at 0, for the formats that say so.
#pragma once

#include <cstddef>
#include <cstdint>

#include "metrics/samples.h"

namespace maillog {

/// The family must outlive this.
class CreatedTimes {
 public:
  /// `started`: when rows that do not outlive the process stood at 0; 0 if that is not to be said.
  CreatedTimes(const Samples::Family& family, std::int64_t started)
      : began_(family.began.get()),
        started_(family.row.lifetime == Lifetime::kSinceStart ? started : 0),
        is_gauge_(family.row.type == RowType::kGauge) {}

  /// Of the series at this place of the family: Unix time; 0 if it is not known, and for gauges.
  [[nodiscard]] std::int64_t At(std::size_t place) const {
    if (is_gauge_) return 0;
    return began_ == nullptr ? started_ : (*began_)[place];
  }

 private:
  const std::vector<std::int64_t>* const began_;
  const std::int64_t started_;
  const bool is_gauge_;
};

}  // namespace maillog
