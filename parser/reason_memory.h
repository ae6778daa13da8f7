// A memory for the refusals of deliveries: a queue tries again and again, and gets the same answer
// each time. It returns what RefusalOfDelivery returns.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "parser/reason.h"

namespace maillog {

/// Owned by one thread at a time. Of fixed size: a text whose place is taken replaces what was
/// there.
class ReasonMemory {
 public:
  [[nodiscard]] Refusal OfDelivery(std::string_view text, DsnCode dsn);

 private:
  static constexpr std::size_t kShortest = 16;
  static constexpr std::size_t kMaxBytes = 250;
  static constexpr std::size_t kPlaces = 64;

  struct Known {
    std::array<char, kMaxBytes> text{};
    std::uint8_t size = 0;
    Refusal refusal;
    DsnCode dsn;
  };

  [[nodiscard]] static std::size_t PlaceOf(std::string_view text);

  std::array<Known, kPlaces> known_{};
};

}  // namespace maillog
