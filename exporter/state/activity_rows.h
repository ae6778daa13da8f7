// Who did most in the state database: its table, reading all of it, and writing what has changed.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "activity/activity.h"
#include "exporter/state/sqlite.h"

namespace maillog {

/// What makes the table: a row for each part that is not empty.
inline constexpr const char* kActivityTable =
    "CREATE TABLE activity (source INTEGER NOT NULL, place INTEGER NOT NULL, data BLOB NOT NULL, "
    "PRIMARY KEY (source, place)) WITHOUT ROWID";

/// What empties it.
inline constexpr const char* kEmptyActivityTable = "DELETE FROM activity;";

using StoredActivity = std::map<std::int64_t, std::shared_ptr<const SavedActivity>>;

/// That of the sources with these ids and names, by their ids; adds the checksums of its rows.
/// kDataLoss: it is not what was saved.
[[nodiscard]] absl::Status ReadActivity(SqliteDatabase& database,
                                        const std::map<std::int64_t, std::string>& names,
                                        StoredActivity& activity, std::uint64_t& checksum);

/// Writes it as a part of a commit.
class ActivityTransfer {
 public:
  explicit ActivityTransfer(SqliteDatabase& database);
  /// Turns `then`, which the database holds, into `now`, which is not null; keeps the checksum up
  /// to date.
  [[nodiscard]] absl::Status Write(std::int64_t source_id, std::string_view source,
                                   const SavedActivity* then, const SavedActivity& now,
                                   std::uint64_t& checksum);

 private:
  SqliteStatement put_;
  SqliteStatement drop_;
};

}  // namespace maillog
