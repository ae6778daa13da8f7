// ParseRecord() with memories: a log has few programs and many lines of each, and deliveries fail
// for the same reason again and again, so that what a name or a reason means is found out once.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "parser/dialect/postfix/postfix.h"
#include "parser/event.h"
#include "parser/reason_memory.h"
#include "parser/record.h"

namespace maillog {

/// Gives the events of ParseRecord(), faster. Owned by one thread at a time. Of fixed size: a name
/// or reason that finds its place taken takes it over.
class RecordParser {
 public:
  [[nodiscard]] Event Parse(const Record& record);

 private:
  static constexpr std::size_t kLongest = 40;
  static constexpr std::size_t kPlaces = 256;
  enum class Speaks : std::uint8_t { kNobody, kPostfix, kDovecot };

  struct Program {
    std::array<char, kLongest> text{};
    std::uint8_t size = 0;
    Speaks speaks = Speaks::kNobody;
    postfix::Name postfix;
  };

  void Learn(std::string_view name, Program& program) const;

  std::array<Program, kPlaces> programs_{};
  ReasonMemory reasons_;
};

}  // namespace maillog
