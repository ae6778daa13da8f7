// From records to events, by the list of dialects; with memories: a log has few programs and many
// lines of each, and replies give the same reason again and again, so that what a name or a
// reason means is found out once.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "parser/dialect/dialect_memory.h"
#include "parser/dialect/dialects.h"
#include "parser/event.h"
#include "parser/find.h"
#include "parser/record.h"

namespace maillog {

/// The event of a record does not depend on the records before it: what is remembered makes it
/// faster, and nothing else. Owned by one thread at a time. Of fixed size: a name or reason whose
/// place is taken replaces what was there.
class RecordParser {
 public:
  /// The one event that the record is; Foreign if no dialect speaks. Never allocates or throws.
  [[nodiscard]] Event Parse(const Record& record) {
    memory_.queue_id = {};
    const std::string_view name = record.program;
    if (record.speaker != Speaker::kProgram || name.size() > kMaxBytes) return ParseOther(record);
    const TextEnds ends = TextEndsOf(name);
    Program& program = programs_[ends.Hash() % kPlaces];
    if (program.ends != ends || (ends.size > TextEnds::kWhole && !program.IsCalled(name)))
      Learn(name, ends, program);
    if (program.dialect == nullptr) return Foreign{};
    return program.dialect->parse(record, program.note, memory_);
  }
  /// Of the record that was parsed last (DialectMemory).
  [[nodiscard]] std::string_view queue_id() const { return memory_.queue_id; }

 private:
  static constexpr std::size_t kMaxBytes = 40;
  static constexpr std::size_t kPlaces = 256;

  struct Program {
    TextEnds ends;
    const Dialect* dialect = nullptr;
    NameNote note{};
    std::array<char, kMaxBytes> text{};

    [[nodiscard]] bool IsCalled(std::string_view name) const {
      return SameText({text.data(), ends.size}, name);
    }
  };

  [[gnu::noinline]] static void Learn(std::string_view name, const TextEnds& ends,
                                      Program& program);
  /// Of a speaker that is no program, or of one with a long name.
  [[nodiscard, gnu::noinline]] Event ParseOther(const Record& record);

  std::array<Program, kPlaces> programs_{};
  DialectMemory memory_;
};

}  // namespace maillog
