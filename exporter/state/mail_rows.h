// The mails under way in the state database: its tables for them, reading all of them, and writing
// what has changed.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "exporter/state/sqlite.h"
#include "mails/mail_memory.h"

namespace maillog {

/// What makes the tables.
inline constexpr const char* kMailTables[] = {
    "CREATE TABLE mail_memory (source INTEGER PRIMARY KEY, first_salt INTEGER NOT NULL, "
    "second_salt INTEGER NOT NULL, lines INTEGER NOT NULL, filters INTEGER NOT NULL, since INTEGER "
    "NOT "
    "NULL, covers INTEGER NOT NULL)",
    "CREATE TABLE mail_scope (source INTEGER NOT NULL, place INTEGER NOT NULL, host TEXT NOT NULL, "
    "syslog_name TEXT NOT NULL, PRIMARY KEY (source, place)) WITHOUT ROWID",
    "CREATE TABLE mail (source INTEGER NOT NULL, slot INTEGER NOT NULL, id INTEGER NOT NULL, "
    "parent INTEGER NOT NULL, place INTEGER NOT NULL, tried_us INTEGER NOT NULL, handed_us INTEGER "
    "NOT NULL, parts_us INTEGER NOT NULL, size INTEGER NOT NULL, since INTEGER NOT NULL, flags "
    "INTEGER NOT NULL, recipients INTEGER NOT NULL, finals INTEGER NOT NULL, runs INTEGER NOT "
    "NULL, "
    "late_at INTEGER NOT NULL, parts INTEGER NOT NULL, kinds INTEGER NOT NULL, PRIMARY KEY "
    "(source, slot)) WITHOUT ROWID"};

/// What adds to them, from format 5 on.
inline constexpr const char* kMailColumns[] = {
    "ALTER TABLE mail_scope ADD COLUMN deleted INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE mail_scope ADD COLUMN held INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE mail_scope ADD COLUMN released INTEGER NOT NULL DEFAULT 0"};

/// What empties them.
inline constexpr const char* kEmptyMailTables =
    "DELETE FROM mail; DELETE FROM mail_scope; DELETE FROM mail_memory;";

struct StoredMails {
  std::map<std::int64_t, std::shared_ptr<const SavedMails>> of_source;  ///< by the source's id
};

/// The mails of the sources with these ids and names; adds the checksums of their rows. kDataLoss:
/// they are not what was saved.
[[nodiscard]] absl::Status ReadMails(SqliteDatabase& database,
                                     const std::map<std::int64_t, std::string>& names,
                                     StoredMails& mails, std::uint64_t& checksum);

/// Writes them as a part of a commit.
class MailTransfer {
 public:
  explicit MailTransfer(SqliteDatabase& database);
  /// Turns `then`, which the database holds, into `now`, which is not null; keeps the checksum up
  /// to date.
  [[nodiscard]] absl::Status Write(std::int64_t source_id, std::string_view source,
                                   const SavedMails* then, const SavedMails& now,
                                   std::uint64_t& checksum);

 private:
  absl::Status Scopes(std::int64_t source_id, std::string_view source, const SavedMails* then,
                      const SavedMails& now, std::uint64_t& checksum);
  absl::Status Slot(std::int64_t source_id, std::string_view source, MailSlot slot,
                    const Mail& then, const Mail& now, std::uint64_t& checksum);

  SqliteStatement put_memory_;
  SqliteStatement drop_scopes_;
  SqliteStatement put_scope_;
  SqliteStatement put_mail_;
  SqliteStatement drop_mail_;
};

}  // namespace maillog
