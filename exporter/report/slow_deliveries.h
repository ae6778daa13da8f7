// The deliveries that took longest, with the recipient and who took them.
#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include "parser/record.h"
#include "parser/scan.h"

namespace maillog {

struct SlowDelivery {
  Micros delay = 0;
  std::string stamp;  ///< as written
  std::string to;
  std::string relay;
};

/// Made for one thread; merged at the end.
class SlowDeliveries {
 public:
  static constexpr std::size_t kMax = 20;

  /// Whether one that took so long may be among them: of the others, nothing more is looked at.
  [[nodiscard]] bool MayHold(Micros delay) const { return delay >= least_; }
  /// The record is that of a delivery for which MayHold.
  void Add(const Record& record, Micros delay);
  void Merge(const SlowDeliveries& other);
  /// The slowest first.
  [[nodiscard]] std::vector<SlowDelivery> Slowest() const;

 private:
  void NoteLeast();

  std::vector<SlowDelivery> slow_;                     // a heap: the one that comes last in front
  Micros least_ = std::numeric_limits<Micros>::min();  // slower ones are among the slowest
};

}  // namespace maillog
