// The sessions of a service have the same few commands: the cells that they moved are remembered,
// as those of deliveries are (found_delivery.h), and decide nothing of their own either.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "parser/event.h"
#include "parser/find.h"

namespace maillog {

/// The cells of the commands of one service.
class FoundCommands {
 public:
  /// Whether they are of this service, and have not moved since.
  [[nodiscard]] bool Are(std::uint64_t service, std::uint64_t generation) const {
    return service_plus_1_ == service + 1 && generation_ == generation;
  }
  void Begin(std::uint64_t service, std::uint64_t generation) {
    *this = {};
    service_plus_1_ = service + 1;
    generation_ = generation;
  }
  /// nullptr if it has not been found yet.
  [[nodiscard]] std::uint64_t*& CellOf(const SmtpCommand& command) {
    return cells_[LabelIndex(command.verb)][LabelIndex(command.result)];
  }

 private:
  using OfVerb = std::array<std::uint64_t*, Label<CommandResult>::values.size()>;
  std::uint64_t service_plus_1_ = 0;
  std::uint64_t generation_ = 0;
  std::array<OfVerb, Label<SmtpVerb>::values.size()> cells_{};
};

/// By a hash of the service; a place that is taken is given to the next.
class FoundServices {
 public:
  [[nodiscard]] FoundCommands& At(std::uint64_t service) {
    return places_[service * kGoldenRatio >> 60];
  }

 private:
  std::array<FoundCommands, 16> places_{};
};

}  // namespace maillog
