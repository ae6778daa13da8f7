// Rows of the state database, of which nothing is believed.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "exporter/state/sqlite.h"

namespace maillog {

/// kDataLoss, and how the state is damaged.
[[nodiscard]] inline absl::Status DamagedState(const std::string& how) {
  return absl::DataLossError("damaged: " + how);
}

/// Calls `read(row)` for each row that the query gives. It returns false for one that this program
/// cannot have written: the state is damaged then, and `what` is unreadable.
template <class Read>
[[nodiscard]] absl::Status ForEachRow(SqliteDatabase& database, const char* sql,
                                      std::string_view what, Read&& read) {
  SqliteStatement statement(database, sql);
  for (;;) {
    const absl::StatusOr<bool> row = statement.Next();
    if (!row.ok()) return row.status();
    if (!*row) return absl::OkStatus();
    if (!read(statement)) return DamagedState(std::string(what) + " is unreadable");
  }
}

}  // namespace maillog
