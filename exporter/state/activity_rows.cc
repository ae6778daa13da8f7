#include "exporter/state/activity_rows.h"

#include <algorithm>
#include <utility>

#include "exporter/state/row_checksum.h"
#include "exporter/state/stored_rows.h"

namespace maillog {
namespace {

std::uint64_t ChecksumOf(std::string_view source, std::size_t place, std::string_view data) {
  RowChecksum checksum("activity");
  return checksum.Add(source).Add(static_cast<std::uint64_t>(place)).Add(data).value();
}

/// Empty: nothing is there.
std::string_view DataAt(const SavedActivity* activity, std::size_t place) {
  if (activity == nullptr || place >= activity->parts.size() || activity->parts[place] == nullptr)
    return {};
  return *activity->parts[place];
}

bool SharePart(const SavedActivity* then, const SavedActivity& now, std::size_t place) {
  return then != nullptr && place < then->parts.size() && place < now.parts.size() &&
         then->parts[place] == now.parts[place];
}

}  // namespace

absl::Status ReadActivity(SqliteDatabase& database,
                          const std::map<std::int64_t, std::string>& names,
                          StoredActivity& activity, std::uint64_t& checksum) {
  std::map<std::int64_t, SavedActivity> read;
  absl::Status status = ForEachRow(
      database, "SELECT source, place, data FROM activity", "a row of activity",
      [&](SqliteStatement& row) {
        const auto name = names.find(row.Integer(0));
        const std::int64_t place = row.Integer(1);
        const bool can_be = name != names.end() && place >= 0 &&
                            place < static_cast<std::int64_t>(Activity::kParts) && row.IsBlob(2);
        if (!can_be) return false;
        SavedActivity& of_source = read[row.Integer(0)];
        of_source.parts.resize(Activity::kParts);
        const auto part = static_cast<std::size_t>(place);
        of_source.parts[part] = std::make_shared<const std::string>(row.Text(2));
        checksum += ChecksumOf(name->second, part, *of_source.parts[part]);
        return true;
      });
  if (!status.ok()) return status;
  for (auto& [id, of_source] : read) {
    if (!Activity().Restore(of_source)) return DamagedState("activity is unreadable");
    activity[id] = std::make_shared<const SavedActivity>(std::move(of_source));
  }
  return absl::OkStatus();
}

ActivityTransfer::ActivityTransfer(SqliteDatabase& database)
    : put_(database, "INSERT OR REPLACE INTO activity VALUES (?,?,?)"),
      drop_(database, "DELETE FROM activity WHERE source=? AND place=?") {}

absl::Status ActivityTransfer::Write(std::int64_t source_id, std::string_view source,
                                     const SavedActivity* then, const SavedActivity& now,
                                     std::uint64_t& checksum) {
  if (then == &now) return absl::OkStatus();
  const std::size_t parts = std::max(now.parts.size(), then == nullptr ? 0 : then->parts.size());
  for (std::size_t place = 0; place < parts; ++place) {
    if (SharePart(then, now, place)) continue;
    const std::string_view before = DataAt(then, place);
    const std::string_view after = DataAt(&now, place);
    if (before == after) continue;
    if (!before.empty()) checksum -= ChecksumOf(source, place, before);
    SqliteStatement& statement = after.empty() ? drop_ : put_;
    statement.Bind(source_id).Bind(static_cast<std::int64_t>(place));
    if (!after.empty()) {
      statement.BindBlob(after);
      checksum += ChecksumOf(source, place, after);
    }
    if (absl::Status written = statement.Run(); !written.ok()) return written;
  }
  return absl::OkStatus();
}

}  // namespace maillog
