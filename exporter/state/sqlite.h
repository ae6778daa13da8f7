// SQLite, as far as it is needed here: a database and its prepared statements, with errors as
// statuses. Errors that mean damage (not a database, malformed) have the code kDataLoss.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace maillog {

/// One thread at a time. Statements must be gone before it is.
class SqliteDatabase {
 public:
  enum class Access : std::uint8_t { kRead, kReadWrite };
  /// The file must exist.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<SqliteDatabase>> Open(const std::string& path,
                                                                            Access access);
  /// An empty one.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<SqliteDatabase>> OpenInMemory();
  /// A copy of everything that is in `from` now.
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<SqliteDatabase>> CopyToMemory(
      SqliteDatabase& from);
  ~SqliteDatabase();
  SqliteDatabase(const SqliteDatabase&) = delete;
  SqliteDatabase& operator=(const SqliteDatabase&) = delete;

  /// One or more statements without results.
  [[nodiscard]] absl::Status Execute(const char* sql);
  /// First column of the first row; an error if there is none.
  [[nodiscard]] absl::StatusOr<std::int64_t> Integer(const char* sql);
  [[nodiscard]] absl::StatusOr<std::string> Text(const char* sql);

  [[nodiscard]] bool read_only() const { return sqlite3_db_readonly(handle_, "main") == 1; }
  /// Whether the file is no longer there under its name.
  [[nodiscard]] bool has_moved() const;
  [[nodiscard]] std::int64_t last_inserted() const { return sqlite3_last_insert_rowid(handle_); }

 private:
  friend class SqliteStatement;
  explicit SqliteDatabase(sqlite3* handle) : handle_(handle) {}
  [[nodiscard]] absl::Status Error() const;

  sqlite3* const handle_;
};

class SqliteStatement {
 public:
  SqliteStatement(SqliteDatabase& database, const char* sql);
  ~SqliteStatement() { sqlite3_finalize(statement_); }
  SqliteStatement(const SqliteStatement&) = delete;
  SqliteStatement& operator=(const SqliteStatement&) = delete;

  /// The next parameter, from the left. Texts and bytes must live until Run or the last Next.
  SqliteStatement& Bind(std::int64_t value);
  SqliteStatement& Bind(std::string_view text);
  SqliteStatement& BindBlob(std::string_view bytes);
  SqliteStatement& BindNull();

  /// True: there is a row. False: that was the last one.
  [[nodiscard]] absl::StatusOr<bool> Next();
  /// Runs to the end; then parameters can be bound again.
  [[nodiscard]] absl::Status Run();

  // ---- columns of the row, from 0; views are valid until Next
  [[nodiscard]] bool IsInteger(int column) const;
  [[nodiscard]] bool IsText(int column) const;
  [[nodiscard]] bool IsBlob(int column) const;
  [[nodiscard]] bool IsNull(int column) const;
  [[nodiscard]] std::int64_t Integer(int column) const;
  /// Or the bytes of a blob.
  [[nodiscard]] std::string_view Text(int column) const;

 private:
  SqliteDatabase& database_;
  sqlite3_stmt* statement_ = nullptr;
  int bound_ = 0;
};

/// A transaction that is rolled back unless it is committed.
class SqliteTransaction {
 public:
  explicit SqliteTransaction(SqliteDatabase& database) : database_(database) {}
  ~SqliteTransaction();
  SqliteTransaction(const SqliteTransaction&) = delete;
  SqliteTransaction& operator=(const SqliteTransaction&) = delete;

  enum class Kind : std::uint8_t { kRead, kWrite };
  [[nodiscard]] absl::Status Begin(Kind kind);
  [[nodiscard]] absl::Status Commit();

 private:
  SqliteDatabase& database_;
  bool open_ = false;
};

}  // namespace maillog
