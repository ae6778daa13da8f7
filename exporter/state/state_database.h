// The database of the state: its schema (docs/state.md), and reading all of it. Anything that is
// not exactly what was saved is refused.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "exporter/state/sqlite.h"
#include "exporter/state/state_rows.h"
#include "exporter/state/state_store.h"

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

struct StoredSeries {
  std::int64_t id = 0;
  SeriesRow row;
};

struct StoredState {
  std::vector<StoredSeries> series;
  std::map<std::string, SavedSource> sources;
  std::map<std::string, std::int64_t> source_ids;
  std::int64_t saved_at = 0;  ///< Unix time
  std::uint64_t checksum = 0;
};

/// Reads everything, as of one moment. kDataLoss: it is not what was saved.
[[nodiscard]] absl::StatusOr<StoredState> ReadState(SqliteDatabase& database);

}  // namespace maillog
