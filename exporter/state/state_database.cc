#include "exporter/state/state_database.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <optional>
#include <utility>

#include "exporter/os/file_system.h"
#include "exporter/os/sync_directory.h"
#include "exporter/state/activity_rows.h"
#include "exporter/state/mail_rows.h"
#include "exporter/state/state_rows.h"
#include "exporter/state/stored_rows.h"

namespace maillog {
namespace {

constexpr const char* kTables[] = {
    "CREATE TABLE saved (one INTEGER PRIMARY KEY, at INTEGER NOT NULL, checksum INTEGER NOT NULL)",
    "CREATE TABLE source (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, del_form TEXT NOT "
    "NULL)",
    "CREATE TABLE bookmark (source INTEGER NOT NULL, number INTEGER NOT NULL, path TEXT NOT NULL, "
    "device INTEGER NOT NULL, inode INTEGER NOT NULL, position INTEGER NOT NULL, finished INTEGER "
    "NOT NULL, head_bytes INTEGER NOT NULL, head_hash INTEGER NOT NULL, head_rungs TEXT NOT NULL, "
    "window_bytes INTEGER NOT NULL, window_hash INTEGER NOT NULL, given_up INTEGER NOT NULL, "
    "cursor TEXT NOT NULL, changed INTEGER NOT NULL, born INTEGER NOT NULL DEFAULT 0, PRIMARY KEY "
    "(source, number)) WITHOUT ROWID",
    "CREATE TABLE known_value (source INTEGER NOT NULL, place INTEGER NOT NULL, host TEXT NOT "
    "NULL, "
    "label TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (source, place)) WITHOUT ROWID",
    "CREATE TABLE series (id INTEGER PRIMARY KEY, metric TEXT NOT NULL, labels TEXT NOT NULL, "
    "began INTEGER NOT NULL, value INTEGER NOT NULL, sum INTEGER, buckets TEXT, UNIQUE (metric, "
    "labels))"};

// What turns a state of format 1 into one of format 2, and so on. Rows keep their checksums.
absl::Status AddBorn(SqliteDatabase& database) {
  return database.Execute("ALTER TABLE bookmark ADD COLUMN born INTEGER NOT NULL DEFAULT 0");
}
absl::Status AddMails(SqliteDatabase& database) {
  for (const char* table : kMailTables) {
    if (absl::Status made = database.Execute(table); !made.ok()) return made;
  }
  return absl::OkStatus();
}
absl::Status AddActivity(SqliteDatabase& database) { return database.Execute(kActivityTable); }
absl::Status AddNamedMails(SqliteDatabase& database) {
  for (const char* column : kMailColumns) {
    if (absl::Status made = database.Execute(column); !made.ok()) return made;
  }
  return absl::OkStatus();
}
constexpr absl::Status (*kMigrations[])(SqliteDatabase&) = {AddBorn, AddMails, AddActivity,
                                                            AddNamedMails};
static_assert(std::size(kMigrations) + 1 == kStateFormat);

// Size of the file; nothing if it is missing.
std::optional<std::int64_t> SizeOf(const std::string& path) {
  struct stat stat {};
  if (::stat(path.c_str(), &stat) != 0) return std::nullopt;
  return stat.st_size;
}

absl::Status MakeTables(SqliteDatabase& database) {
  for (const char* table : kTables) {
    if (absl::Status made = database.Execute(table); !made.ok()) return made;
  }
  for (const auto add : {AddMails, AddActivity, AddNamedMails}) {
    if (absl::Status made = add(database); !made.ok()) return made;
  }
  return absl::OkStatus();
}

absl::Status FillNew(const std::string& path, std::int64_t now) {
  auto opened = SqliteDatabase::Open(path, SqliteDatabase::Access::kReadWrite);
  if (!opened.ok()) return opened.status();
  SqliteDatabase& database = **opened;
  SqliteTransaction transaction(database);
  if (absl::Status set = database.Execute("PRAGMA synchronous=FULL"); !set.ok()) return set;
  if (absl::Status begun = transaction.Begin(SqliteTransaction::Kind::kWrite); !begun.ok()) {
    return begun;
  }
  if (absl::Status made = MakeTables(database); !made.ok()) return made;
  const std::string identity = "PRAGMA application_id=" + std::to_string(kStateApplicationId) +
                               "; PRAGMA user_version=" + std::to_string(kStateFormat);
  if (absl::Status set = database.Execute(identity.c_str()); !set.ok()) return set;
  SqliteStatement saved(database, "INSERT INTO saved (one, at, checksum) VALUES (1, ?, ?)");
  saved.Bind(now).Bind(static_cast<std::int64_t>(ChecksumOfTime(now)));
  if (absl::Status inserted = saved.Run(); !inserted.ok()) return inserted;
  return transaction.Commit();
}

// The format that the database claims to have.
absl::StatusOr<std::int64_t> FormatOf(SqliteDatabase& database) {
  const absl::StatusOr<std::int64_t> id = database.Integer("PRAGMA application_id");
  if (!id.ok()) return id.status();
  if (*id != kStateApplicationId) return DamagedState("it is another program's database");
  absl::StatusOr<std::int64_t> format = database.Integer("PRAGMA user_version");
  if (!format.ok()) return format;
  if (*format > kStateFormat) {
    return absl::DataLossError("of format " + std::to_string(*format) +
                               ", from a newer maillog_exporter");
  }
  if (*format < 1) return DamagedState("its format is unknown");
  return format;
}

// Tables, columns and whatever else there is, by meaning, not by the text of the SQL that made
// them.
absl::StatusOr<std::string> SchemaOf(SqliteDatabase& database) {
  return database.Text(
      "SELECT coalesce(group_concat(line, x'0a'), '') FROM ("
      "SELECT s.name || '.' || c.name || ' ' || c.type || ' ' || c.\"notnull\" || ' ' || c.pk AS "
      "line "
      "FROM sqlite_schema s JOIN pragma_table_info(s.name) c WHERE s.type = 'table' "
      "UNION ALL SELECT type || ' ' || name FROM sqlite_schema WHERE type <> 'table' AND sql IS "
      "NOT NULL "
      "UNION ALL SELECT t.name || ' ' || t.wr FROM pragma_table_list t WHERE t.schema = 'main' AND "
      "t.name NOT LIKE 'sqlite_%' ORDER BY line)");
}

absl::StatusOr<std::string> ExpectedSchema() {
  auto memory = SqliteDatabase::OpenInMemory();
  if (!memory.ok()) return memory.status();
  if (absl::Status made = MakeTables(**memory); !made.ok()) return made;
  return SchemaOf(**memory);
}

// All at once or not at all.
absl::Status BringUpToDate(SqliteDatabase& database, std::int64_t format) {
  SqliteTransaction transaction(database);
  if (absl::Status begun = transaction.Begin(SqliteTransaction::Kind::kWrite); !begun.ok()) {
    return begun;
  }
  for (; format < kStateFormat; ++format) {
    if (absl::Status moved = kMigrations[format - 1](database); !moved.ok()) {
      return DamagedState("it is not of format " + std::to_string(format) + " as it says");
    }
  }
  const std::string version = "PRAGMA user_version=" + std::to_string(kStateFormat);
  if (absl::Status set = database.Execute(version.c_str()); !set.ok()) return set;
  if (absl::Status schema = CheckSchema(database); !schema.ok()) return schema;
  return transaction.Commit();
}

}  // namespace

absl::Status CreateState(const std::string& path, std::int64_t now) {
  const std::string unfinished = path + ".new";
  ::unlink((unfinished + "-journal").c_str());
  const int descriptor =
      ::open(unfinished.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0) return ErrnoStatus(errno, unfinished);
  ::close(descriptor);
  if (absl::Status filled = FillNew(unfinished, now); !filled.ok()) return filled;
  if (std::rename(unfinished.c_str(), path.c_str()) != 0) return ErrnoStatus(errno, path);
  return SyncDirectory(DirectoryOf(path));
}

absl::StatusOr<std::unique_ptr<SqliteDatabase>> OpenState(const std::string& path,
                                                          SqliteDatabase::Access access) {
  const std::optional<std::int64_t> size = SizeOf(path);
  if (!size) {
    if (SizeOf(path + "-wal").value_or(0) > 0) return DamagedState("only its -wal file is there");
    return absl::NotFoundError("there is no " + path);
  }
  // SQLite takes an empty file for a new database.
  if (*size == 0) return DamagedState("it is empty");
  auto database = SqliteDatabase::Open(path, access);
  if (!database.ok()) return database;
  const absl::StatusOr<std::int64_t> format = FormatOf(**database);
  if (!format.ok()) return format.status();
  if (*format == kStateFormat) return database;
  const bool cannot_write =
      access == SqliteDatabase::Access::kReadWrite && (*database)->read_only();
  if (cannot_write) return database;  // the caller says so
  if (access == SqliteDatabase::Access::kRead) {
    auto copy = SqliteDatabase::CopyToMemory(**database);
    if (!copy.ok()) return copy;
    *database = *std::move(copy);
  }
  if (absl::Status moved = BringUpToDate(**database, *format); !moved.ok()) return moved;
  return database;
}

absl::Status CheckSchema(SqliteDatabase& database) {
  const absl::StatusOr<std::string> expected = ExpectedSchema();
  if (!expected.ok()) return expected.status();
  const absl::StatusOr<std::string> schema = SchemaOf(database);
  if (!schema.ok()) return schema.status();
  if (*schema != *expected) return DamagedState("its tables are not what they were");
  const absl::StatusOr<std::string> check = database.Text("PRAGMA integrity_check(1)");
  if (!check.ok()) return check.status();
  return *check == "ok" ? absl::OkStatus() : DamagedState(*check);
}

}  // namespace maillog
