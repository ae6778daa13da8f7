// A dialect is what one mail server's records mean. dialects.cc has the list of all.
#pragma once

#include <string_view>

#include "parser/event.h"
#include "parser/record.h"

namespace maillog {

struct Dialect {
  std::string_view name;
  /// Whether the record is this server's, by its speaker or its program. Never by its message.
  bool (*speaks)(const Record&);
  /// Pure: never allocates, throws, or reads outside the record. Foreign for a program that only
  /// looks like one of ours.
  Event (*parse)(const Record&);
};

/// The dialect that speaks; nullptr for programs of others.
[[nodiscard]] const Dialect* DialectOf(const Record& record);

/// The one event that the record is; Foreign if no dialect speaks.
[[nodiscard]] Event ParseRecord(const Record& record);

}  // namespace maillog
