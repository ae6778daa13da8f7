// Writes one commit into the state database: only what differs from what it holds.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "exporter/state/activity_rows.h"
#include "exporter/state/mail_rows.h"
#include "exporter/state/saved_series.h"
#include "exporter/state/sqlite.h"
#include "exporter/state/state_store.h"
#include "metrics/samples.h"

namespace maillog {

/// The durable series of samples, in order.
class SeriesCursor;

/// One commit: turns what the database holds into what it has to hold. Used inside a transaction;
/// after an error it must be rolled back.
struct StateTransfer {
  StateTransfer(SqliteDatabase& to, std::int64_t at, std::uint64_t from_checksum)
      : database(to), now(at), checksum(from_checksum) {}

  absl::Status Series(const Samples& then, const std::vector<KeptSeries>& then_kept,
                      const Samples& totals);
  absl::Status Sources(const SavedState& then, const SavedState& state);
  absl::Status Remove(const KeptSeries& gone);
  absl::Status Finish();

  SqliteDatabase& database;
  const std::int64_t now;
  std::uint64_t checksum;
  std::vector<KeptSeries> kept;
  std::map<std::string, std::int64_t> source_ids;

 private:
  absl::Status Insert(const SeriesCursor& series, std::int64_t began);
  absl::Status Update(const SeriesCursor& series, KeptSeries before);
  absl::Status Source(const std::string& name, const SavedSource* then, const SavedSource& source);
  absl::Status Bookmarks(const std::string& source, const std::vector<Bookmark>& old,
                         const std::vector<Bookmark>& bookmarks);
  absl::Status Put(const std::string& source, const Bookmark& bookmark);
  absl::Status Drop(const std::string& source, const Bookmark& bookmark);
  absl::Status Values(const std::string& source, const std::vector<KnownValue>& old,
                      const std::vector<KnownValue>& values);

  MailTransfer mails_{database};
  ActivityTransfer activity_{database};
  SqliteStatement insert_{database,
                          "INSERT INTO series (metric, labels, began, value, sum, buckets) VALUES "
                          "(?, ?, ?, ?, ?, ?)"};
  SqliteStatement update_{database,
                          "UPDATE series SET began=?, value=?, sum=?, buckets=? WHERE id=?"};
  SqliteStatement remove_{database, "DELETE FROM series WHERE id=?"};
  SqliteStatement put_source_{
      database,
      "INSERT INTO source (name, del_form) VALUES (?, ?) ON CONFLICT (name) "
      "DO UPDATE SET del_form=excluded.del_form"};
  SqliteStatement put_bookmark_{
      database, "INSERT OR REPLACE INTO bookmark VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"};
  SqliteStatement drop_bookmark_{database, "DELETE FROM bookmark WHERE source=? AND number=?"};
  SqliteStatement put_value_{database, "INSERT INTO known_value VALUES (?,?,?,?,?)"};
  SqliteStatement drop_values_{database, "DELETE FROM known_value WHERE source=?"};
};

}  // namespace maillog
