#include "exporter/state/state_database.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <optional>
#include <utility>

#include "exporter/os/file_system.h"
#include "exporter/os/sync_directory.h"
#include "exporter/state/activity_rows.h"
#include "exporter/state/mail_rows.h"

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

absl::Status Damaged(const std::string& how) { return absl::DataLossError("damaged: " + how); }

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
  if (*id != kStateApplicationId) return Damaged("it is another program's database");
  absl::StatusOr<std::int64_t> format = database.Integer("PRAGMA user_version");
  if (!format.ok()) return format;
  if (*format > kStateFormat) {
    return absl::DataLossError("of format " + std::to_string(*format) +
                               ", from a newer maillog_exporter");
  }
  if (*format < 1) return Damaged("its format is unknown");
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

absl::Status CheckSchema(SqliteDatabase& database) {
  const absl::StatusOr<std::string> expected = ExpectedSchema();
  if (!expected.ok()) return expected.status();
  const absl::StatusOr<std::string> schema = SchemaOf(database);
  if (!schema.ok()) return schema.status();
  if (*schema != *expected) return Damaged("its tables are not what they were");
  const absl::StatusOr<std::string> check = database.Text("PRAGMA integrity_check(1)");
  if (!check.ok()) return check.status();
  return *check == "ok" ? absl::OkStatus() : Damaged(*check);
}

// All at once or not at all.
absl::Status BringUpToDate(SqliteDatabase& database, std::int64_t format) {
  SqliteTransaction transaction(database);
  if (absl::Status begun = transaction.Begin(SqliteTransaction::Kind::kWrite); !begun.ok()) {
    return begun;
  }
  for (; format < kStateFormat; ++format) {
    if (absl::Status moved = kMigrations[format - 1](database); !moved.ok()) {
      return Damaged("it is not of format " + std::to_string(format) + " as it says");
    }
  }
  const std::string version = "PRAGMA user_version=" + std::to_string(kStateFormat);
  if (absl::Status set = database.Execute(version.c_str()); !set.ok()) return set;
  if (absl::Status schema = CheckSchema(database); !schema.ok()) return schema;
  return transaction.Commit();
}

using ReadRow = std::function<bool(SqliteStatement&)>;

// `read` returns false for a row that cannot have been written by this program.
absl::Status ForEachRow(SqliteDatabase& database, const char* sql, const ReadRow& read) {
  SqliteStatement statement(database, sql);
  for (;;) {
    const absl::StatusOr<bool> row = statement.Next();
    if (!row.ok()) return row.status();
    if (!*row) return absl::OkStatus();
    if (!read(statement)) return Damaged("a row is unreadable");
  }
}

bool ReadBookmark(const SqliteStatement& row, Bookmark& bookmark) {
  const auto number = [&row](int column) {
    return static_cast<std::uint64_t>(row.Integer(column));
  };
  bookmark.number = number(1);
  bookmark.path = row.Text(2);
  bookmark.id = {.device = number(3), .inode = number(4), .born_ns = row.Integer(15)};
  bookmark.offset = number(5);
  bookmark.finished = number(6) != 0;
  Head::Saved head{.length = static_cast<std::uint32_t>(number(7)), .hash = number(8)};
  if (number(7) > Head::kMaxBytes || !ParseRungs(row.Text(9), head)) return false;
  bookmark.head = Head::Restore(head);
  if (number(10) > std::min<std::uint64_t>(Window::kMaxBytes, bookmark.offset)) return false;
  bookmark.window = {.length = static_cast<std::uint32_t>(number(10)), .hash = number(11)};
  bookmark.given_up = StreamSet(static_cast<std::uint8_t>(number(12)));
  if (bookmark.given_up.bits() != number(12)) return false;
  bookmark.cursor = row.Text(13);
  bookmark.changed_ns = row.Integer(14);
  return true;
}

bool ReadSeries(const SqliteStatement& row, StoredSeries& series) {
  series.id = row.Integer(0);
  series.row = {.metric = std::string(row.Text(1)),
                .labels = std::string(row.Text(2)),
                .began = row.Integer(3),
                .value = static_cast<std::uint64_t>(row.Integer(4))};
  if (row.IsNull(5) != row.IsNull(6)) return false;
  if (!row.IsNull(5)) series.row.sum = row.Integer(5);
  series.row.buckets = row.Text(6);
  return true;
}

absl::Status ReadSources(SqliteDatabase& database, StoredState& state) {
  return ForEachRow(database, "SELECT id, name, del_form FROM source", [&](SqliteStatement& row) {
    const std::optional<DelForm> del_form = ParseDelForm(row.Text(2));
    if (!del_form) return false;
    const std::string name(row.Text(1));
    state.sources[name].del_form = *del_form;
    state.source_ids[name] = row.Integer(0);
    state.checksum += ChecksumOfSource(name, row.Text(2));
    return true;
  });
}

std::map<std::int64_t, std::string> NamesById(const StoredState& state) {
  std::map<std::int64_t, std::string> names;
  for (const auto& [name, id] : state.source_ids) names[id] = name;
  return names;
}

absl::Status ReadAllMails(SqliteDatabase& database, StoredState& state) {
  StoredMails mails;
  absl::Status read = ReadMails(database, NamesById(state), mails, state.checksum);
  if (!read.ok()) return read;
  for (const auto& [name, id] : state.source_ids) {
    const auto found = mails.of_source.find(id);
    if (found != mails.of_source.end()) state.sources[name].mails = found->second;
  }
  return read;
}

absl::Status ReadAllActivity(SqliteDatabase& database, StoredState& state) {
  StoredActivity activity;
  absl::Status read = ReadActivity(database, NamesById(state), activity, state.checksum);
  if (!read.ok()) return read;
  for (const auto& [name, id] : state.source_ids) {
    const auto found = activity.find(id);
    if (found != activity.end()) state.sources[name].activity = found->second;
  }
  return read;
}

absl::Status ReadBookmarks(SqliteDatabase& database, StoredState& state) {
  const std::map<std::int64_t, std::string> names = NamesById(state);
  constexpr const char* kSelect =
      "SELECT source, number, path, device, inode, position, finished, head_bytes, head_hash, "
      "head_rungs, window_bytes, window_hash, given_up, cursor, changed, born FROM bookmark ORDER "
      "BY "
      "source, "
      "number";
  return ForEachRow(database, kSelect, [&](SqliteStatement& row) {
    const auto name = names.find(row.Integer(0));
    if (name == names.end()) return false;
    Bookmark bookmark;
    if (!ReadBookmark(row, bookmark)) return false;
    state.checksum += ChecksumOf(name->second, bookmark);
    state.sources[name->second].bookmarks.push_back(std::move(bookmark));
    return true;
  });
}

absl::Status ReadValues(SqliteDatabase& database, StoredState& state) {
  const std::map<std::int64_t, std::string> names = NamesById(state);
  std::map<std::string, std::vector<KnownValue>> values;
  constexpr const char* kSelect =
      "SELECT source, place, host, label, value FROM known_value ORDER BY source, place";
  absl::Status read = ForEachRow(database, kSelect, [&](SqliteStatement& row) {
    const auto name = names.find(row.Integer(0));
    if (name == names.end()) return false;
    std::vector<KnownValue>& known = values[name->second];
    if (row.Integer(1) != static_cast<std::int64_t>(known.size())) return false;
    known.push_back({std::string(row.Text(2)), std::string(row.Text(3)), std::string(row.Text(4))});
    state.checksum += ChecksumOf(name->second, known.size() - 1, known.back());
    return true;
  });
  if (!read.ok()) return read;
  for (auto& [name, known] : values) {
    state.sources[name].values = std::make_shared<const std::vector<KnownValue>>(std::move(known));
  }
  return read;
}

absl::Status ReadAllSeries(SqliteDatabase& database, StoredState& state) {
  constexpr const char* kSelect =
      "SELECT id, metric, labels, began, value, sum, buckets FROM series";
  return ForEachRow(database, kSelect, [&](SqliteStatement& row) {
    StoredSeries series;
    if (!ReadSeries(row, series)) return false;
    state.checksum += ChecksumOf(series.row);
    state.series.push_back(std::move(series));
    return true;
  });
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
    if (SizeOf(path + "-wal").value_or(0) > 0) return Damaged("only its -wal file is there");
    return absl::NotFoundError("there is no " + path);
  }
  // SQLite takes an empty file for a new database.
  if (*size == 0) return Damaged("it is empty");
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

absl::StatusOr<StoredState> ReadState(SqliteDatabase& database) {
  SqliteTransaction transaction(database);
  if (absl::Status begun = transaction.Begin(SqliteTransaction::Kind::kRead); !begun.ok()) {
    return begun;
  }
  if (absl::Status schema = CheckSchema(database); !schema.ok()) return schema;
  StoredState state;
  std::uint64_t expected = 0;
  int times = 0;
  const absl::Status saved =
      ForEachRow(database, "SELECT at, checksum FROM saved", [&](SqliteStatement& row) {
        state.saved_at = row.Integer(0);
        expected = static_cast<std::uint64_t>(row.Integer(1));
        return ++times == 1;
      });
  if (!saved.ok()) return saved;
  if (absl::Status sources = ReadSources(database, state); !sources.ok()) return sources;
  if (absl::Status bookmarks = ReadBookmarks(database, state); !bookmarks.ok()) return bookmarks;
  if (absl::Status values = ReadValues(database, state); !values.ok()) return values;
  if (absl::Status mails = ReadAllMails(database, state); !mails.ok()) return mails;
  if (absl::Status activity = ReadAllActivity(database, state); !activity.ok()) return activity;
  if (absl::Status series = ReadAllSeries(database, state); !series.ok()) return series;
  state.checksum += ChecksumOfTime(state.saved_at);
  if (times != 1 || state.checksum != expected) return Damaged("its checksum does not agree");
  return state;
}

}  // namespace maillog
