// A dialect is what one mail server's records mean. dialects.cc has the list of all; records are
// read by a RecordParser, which asks that list.
#pragma once

#include <cstdint>
#include <string_view>

#include "parser/dialect/dialect_memory.h"
#include "parser/event.h"
#include "parser/record.h"

namespace maillog {

/// What a dialect notes of a program's name, in a form of its own: found out once for all records
/// of the program.
enum class NameNote : std::uint64_t {};

struct Dialect {
  std::string_view name;
  /// Whether the record is this server's, by its speaker or its program. Never by its message.
  bool (*speaks)(const Record&);
  /// What parse() is to be given for a program, if speaks() holds; nullptr: nothing.
  NameNote (*note)(std::string_view program);
  /// Pure except for what it keeps in `memory`: never allocates, throws, or reads outside the
  /// record. Foreign for a program that only looks like one of ours.
  Event (*parse)(const Record&, NameNote, DialectMemory& memory);
};

/// The dialect that speaks; nullptr for programs of others.
[[nodiscard]] const Dialect* DialectOf(const Record& record);

}  // namespace maillog
