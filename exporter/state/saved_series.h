// What saved series mean to the rows of this version: rows may have been renamed, have other labels
// or other buckets, or be gone.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "exporter/state/stored_state.h"
#include "metrics/row.h"
#include "metrics/samples.h"

namespace maillog {

/// A row of the database, apart from the series that it holds.
struct KeptSeries {
  std::int64_t id = 0;         ///< 0: not in the database yet
  std::int64_t began = 0;      ///< Unix time
  std::uint64_t checksum = 0;  ///< of the row in the database
  bool stale = false;          ///< the row holds another value than the series
};

struct LoadedSeries {
  std::shared_ptr<Samples> totals = std::make_shared<Samples>();  ///< with when they began
  std::vector<KeptSeries> kept;      ///< one for each series of `totals`, in the order of its maps
  std::vector<KeptSeries> obsolete;  ///< rows to remove: their values continue under other names
  /// Totals of rows that this version does not know, by name. They stay in the database, so that a
  /// version that knows them can continue.
  std::map<std::string, std::uint64_t> unknown;
  std::vector<std::string> rebucketed;  ///< histograms whose bounds have changed
};

/// A series with a former name, or with a label that is gone, is added to what it is now. kDataLoss
/// if a row cannot be read.
[[nodiscard]] absl::StatusOr<LoadedSeries> LoadSeries(const std::vector<StoredSeries>& stored,
                                                      const std::vector<RowInfo>& catalog);

}  // namespace maillog
