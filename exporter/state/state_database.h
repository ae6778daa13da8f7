// The database of the state: its schema and formats (docs/state.md), making it and opening it. A
// schema that is not exactly that of its format is refused.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "exporter/state/sqlite.h"

namespace maillog {

/// `MLog`: distinguishes the database from any other.
inline constexpr std::int64_t kStateApplicationId = 0x4D4C6F67;
inline constexpr std::int64_t kStateFormat = 5;

/// Makes an empty state under this name, either completely or not at all.
[[nodiscard]] absl::Status CreateState(const std::string& path, std::int64_t now);

/// Opens what is there. A state in an older format is brought up to date: in the file, or, for
/// reading only, in a copy in memory. kDataLoss: it is damaged, or in a newer format; kNotFound:
/// nothing is there.
[[nodiscard]] absl::StatusOr<std::unique_ptr<SqliteDatabase>> OpenState(
    const std::string& path, SqliteDatabase::Access access);

/// Whether tables, columns and pages are what this format has. kDataLoss: they are not.
[[nodiscard]] absl::Status CheckSchema(SqliteDatabase& database);

}  // namespace maillog
