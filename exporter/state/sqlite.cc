#include "exporter/state/sqlite.h"

namespace maillog {
namespace {

// How long somebody might be looking with a shell; after that a commit counts as failed, and is
// tried again.
constexpr int kBusyMs = 2000;

absl::Status StatusOf(int code, const std::string& message) {
  const int primary = code & 0xff;
  if (primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB || primary == SQLITE_FORMAT) {
    return absl::DataLossError(message);
  }
  return absl::UnavailableError(message);
}

}  // namespace

absl::StatusOr<std::unique_ptr<SqliteDatabase>> SqliteDatabase::Open(const std::string& path,
                                                                     Access access) {
  sqlite3* handle = nullptr;
  const int flags = (access == Access::kRead ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) |
                    SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW;
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
  if (code != SQLITE_OK) {
    const std::string message = sqlite3_errstr(code);
    sqlite3_close(handle);
    return StatusOf(code, message);
  }
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, kBusyMs);
  auto database = std::unique_ptr<SqliteDatabase>(new SqliteDatabase(handle));
  if (absl::Status set = database->Execute("PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON;"
                                           "PRAGMA cache_size=-1024; PRAGMA temp_store=MEMORY;");
      !set.ok()) {
    return set;
  }
  return database;
}

absl::StatusOr<std::unique_ptr<SqliteDatabase>> SqliteDatabase::OpenInMemory() {
  sqlite3* handle = nullptr;
  const int code =
      sqlite3_open_v2(":memory:", &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  auto database = std::unique_ptr<SqliteDatabase>(new SqliteDatabase(handle));
  if (code != SQLITE_OK) return StatusOf(code, sqlite3_errstr(code));
  return database;
}

absl::StatusOr<std::unique_ptr<SqliteDatabase>> SqliteDatabase::CopyToMemory(SqliteDatabase& from) {
  auto copy = OpenInMemory();
  if (!copy.ok()) return copy;
  sqlite3_backup* const backup =
      sqlite3_backup_init((*copy)->handle_, "main", from.handle_, "main");
  if (backup == nullptr) return (*copy)->Error();
  constexpr int kAllPages = -1;
  (void)sqlite3_backup_step(backup, kAllPages);
  const int code = sqlite3_backup_finish(backup);
  if (code != SQLITE_OK) return StatusOf(code, sqlite3_errstr(code));
  return copy;
}

SqliteDatabase::~SqliteDatabase() { sqlite3_close(handle_); }

absl::Status SqliteDatabase::Execute(const char* sql) {
  if (sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) == SQLITE_OK) return absl::OkStatus();
  return Error();
}

absl::StatusOr<std::int64_t> SqliteDatabase::Integer(const char* sql) {
  SqliteStatement statement(*this, sql);
  const absl::StatusOr<bool> row = statement.Next();
  if (!row.ok()) return row.status();
  if (!*row || !statement.IsInteger(0)) return absl::DataLossError("a number is missing");
  return statement.Integer(0);
}

absl::StatusOr<std::string> SqliteDatabase::Text(const char* sql) {
  SqliteStatement statement(*this, sql);
  const absl::StatusOr<bool> row = statement.Next();
  if (!row.ok()) return row.status();
  if (!*row || !statement.IsText(0)) return absl::DataLossError("a text is missing");
  return std::string(statement.Text(0));
}

bool SqliteDatabase::has_moved() const {
  int moved = 0;
  const int code = sqlite3_file_control(handle_, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  return code == SQLITE_OK && moved != 0;
}

absl::Status SqliteDatabase::Error() const {
  return StatusOf(sqlite3_extended_errcode(handle_), sqlite3_errmsg(handle_));
}

SqliteStatement::SqliteStatement(SqliteDatabase& database, const char* sql) : database_(database) {
  // If it cannot be prepared (a damaged schema), there is no statement; Next says so.
  (void)sqlite3_prepare_v2(database.handle_, sql, -1, &statement_, nullptr);
}

SqliteStatement& SqliteStatement::Bind(std::int64_t value) {
  sqlite3_bind_int64(statement_, ++bound_, value);
  return *this;
}

SqliteStatement& SqliteStatement::Bind(std::string_view text) {
  sqlite3_bind_text64(statement_, ++bound_, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
  return *this;
}

SqliteStatement& SqliteStatement::BindBlob(std::string_view bytes) {
  sqlite3_bind_blob64(statement_, ++bound_, bytes.data(), bytes.size(), SQLITE_STATIC);
  return *this;
}

SqliteStatement& SqliteStatement::BindNull() {
  sqlite3_bind_null(statement_, ++bound_);
  return *this;
}

absl::StatusOr<bool> SqliteStatement::Next() {
  if (statement_ == nullptr) return database_.Error();
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return database_.Error();
}

absl::Status SqliteStatement::Run() {
  absl::StatusOr<bool> row = Next();
  while (row.ok() && *row) row = Next();
  bound_ = 0;
  sqlite3_reset(statement_);
  return row.status();
}

bool SqliteStatement::IsInteger(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_INTEGER;
}
bool SqliteStatement::IsText(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_TEXT;
}
bool SqliteStatement::IsBlob(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_BLOB;
}
bool SqliteStatement::IsNull(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::int64_t SqliteStatement::Integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::string_view SqliteStatement::Text(int column) const {
  // Of a text as well its bytes as they are: the database is in UTF-8.
  const auto* text = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  return text == nullptr ? std::string_view() : std::string_view(text, size);
}

absl::Status SqliteTransaction::Begin(Kind kind) {
  absl::Status begun = database_.Execute(kind == Kind::kRead ? "BEGIN" : "BEGIN IMMEDIATE");
  open_ = begun.ok();
  return begun;
}

absl::Status SqliteTransaction::Commit() {
  absl::Status committed = database_.Execute("COMMIT");
  if (committed.ok()) open_ = false;
  return committed;
}

SqliteTransaction::~SqliteTransaction() {
  if (open_) (void)database_.Execute("ROLLBACK");
}

}  // namespace maillog
