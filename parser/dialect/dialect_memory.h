// What dialects keep from record to record, and what they note of one beside its event.
#pragma once

#include <string_view>

#include "parser/reason_memory.h"

namespace maillog {

/// Owned by one thread at a time.
struct DialectMemory {
  ReasonMemory reasons;
  /// Of the last record: what its message begins with before `: `, masked or not; a view into it.
  /// Empty if there is none, and for dialects whose records have none. It is in no event, so that
  /// none can become a label.
  std::string_view queue_id;
};

}  // namespace maillog
