// Reading all that the database of the state holds. Anything that is not exactly what was saved is
// refused.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "exporter/state/sqlite.h"
#include "exporter/state/state_rows.h"
#include "exporter/state/state_store.h"

namespace maillog {

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
