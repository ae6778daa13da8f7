#include "exporter/state/sqlite_state_store.h"

#include <ctime>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/time/time.h"
#include "exporter/os/file_system.h"
#include "exporter/os/log.h"
#include "exporter/state/activity_rows.h"
#include "exporter/state/mail_rows.h"
#include "exporter/state/state_database.h"
#include "exporter/state/state_transfer.h"
#include "exporter/state/stored_state.h"

namespace maillog {
namespace {

std::int64_t BootTime() {
  timespec up{};
  ::clock_gettime(CLOCK_BOOTTIME, &up);
  return static_cast<std::int64_t>(std::time(nullptr)) - up.tv_sec;
}

std::string TimeText(std::int64_t unix_time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::FromUnixSeconds(unix_time),
                          absl::UTCTimeZone());
}

std::string Message(const absl::Status& status) { return std::string(status.message()); }

}  // namespace

absl::StatusOr<std::unique_ptr<SqliteStateStore>> SqliteStateStore::Open(Options options) {
  auto lock = StateLock::Take(options.directory);
  if (!lock.ok()) return lock.status();
  if (!options.now) options.now = [] { return static_cast<std::int64_t>(std::time(nullptr)); };
  if (!options.booted) options.booted = BootTime;
  return std::unique_ptr<SqliteStateStore>(
      new SqliteStateStore(std::move(options), *std::move(lock)));
}

absl::StatusOr<SavedState> SqliteStateStore::Load() {
  if (lock_->noted() == StateLock::Shown::kUnsaved) {
    LogWarn("the last run had to show numbers that it could not save: counters may start lower",
            {{"directory", options_.directory}});
  }
  absl::StatusOr<SavedState> state = ReadAll();
  if (state.ok()) return state;
  database_.reset();
  const std::string why = Message(state.status());
  if (absl::IsUnavailable(state.status())) {
    return absl::FailedPreconditionError(
        "the state " + path_ + " cannot be opened (" + why +
        "): make room, let this user read and write all files of it, and "
        "nobody else use it meanwhile");
  }
  if (!absl::IsDataLoss(state.status())) return state;
  if (options_.on_damage == OnDamage::kRefuse) {
    return absl::DataLossError(
        "the state " + path_ + " cannot be used (" + why +
        "): put back a copy, or start once with --state.on-damage=set-aside to start afresh");
  }
  const absl::StatusOr<std::string> aside = SetStateAside(options_.directory);
  if (!aside.ok()) return aside.status();
  lock_->ForgetCommit();
  LogWarn("the state cannot be used and was set aside: positions and totals start afresh",
          {{"error", why}, {"file", *aside}});
  return ReadAll();
}

absl::StatusOr<SavedState> SqliteStateStore::ReadAll() {
  if (absl::Status opened = OpenForWriting(); !opened.ok()) return opened;
  absl::StatusOr<StoredState> stored = ReadState(*database_);
  if (!stored.ok()) return stored.status();
  absl::StatusOr<LoadedSeries> loaded = LoadSeries(stored->series, options_.catalog);
  if (!loaded.ok()) return loaded.status();
  if (absl::Status journal = SetJournal(); !journal.ok()) return journal;
  ReportChanges(*loaded);
  // To the second; and the clock may have been set since.
  const bool before_boot = stored->saved_at <= options_.booted() + 1;
  for (auto& [name, source] : stored->sources) source.before_boot = before_boot;
  last_ = {.totals = loaded->totals, .sources = std::move(stored->sources)};
  kept_ = std::move(loaded->kept);
  obsolete_ = std::move(loaded->obsolete);
  source_ids_ = std::move(stored->source_ids);
  checksum_ = stored->checksum;
  CompareWithNoted(stored->saved_at, before_boot);
  return last_;
}

// SQLite takes a database without its -wal file for whole, as it was when that was begun.
void SqliteStateStore::CompareWithNoted(std::int64_t saved_at, bool before_boot) {
  const std::optional<StateLock::Commit> noted = lock_->noted_commit();
  lock_->NoteCommit({.before = checksum_, .after = checksum_, .at = saved_at});
  if (!noted || noted->before == checksum_ || noted->after == checksum_) return;
  // After a power cut an older note may be left than the database: that is always written through.
  const bool is_newer = before_boot ? saved_at >= noted->at : saved_at > noted->at;
  went_back_ = is_new_ || !is_newer;
  if (!went_back_) return;
  if (is_new_) {
    LogWarn("the state that was saved here is gone: positions and totals start afresh",
            {{"directory", options_.directory}, {"saved", TimeText(noted->at)}});
    return;
  }
  LogWarn(
      "the state is older than what was saved last: positions and totals go back to it; was a file "
      "of it lost, or a copy put back?",
      {{"directory", options_.directory},
       {"saved", TimeText(saved_at)},
       {"saved_last", TimeText(noted->at)}});
}

absl::Status SqliteStateStore::OpenForWriting() {
  absl::StatusOr<std::unique_ptr<SqliteDatabase>> opened =
      OpenState(path_, SqliteDatabase::Access::kReadWrite);
  if (absl::IsNotFound(opened.status())) {
    if (absl::Status created = CreateState(path_, options_.now()); !created.ok()) {
      return absl::FailedPreconditionError("the state " + path_ + " cannot be created (" +
                                           Message(created) +
                                           "): make room or let this user write there");
    }
    is_new_ = true;
    opened = OpenState(path_, SqliteDatabase::Access::kReadWrite);
  }
  if (!opened.ok()) return opened.status();
  if ((*opened)->read_only()) {
    return absl::FailedPreconditionError("the state " + path_ +
                                         " cannot be written: let this user write to it");
  }
  database_ = *std::move(opened);
  return absl::OkStatus();
}

// A write-ahead log needs shared memory, which network file systems do not have.
absl::Status SqliteStateStore::SetJournal() {
  if (!PosixFileSystem().IsRemote(options_.directory)) {
    const absl::StatusOr<std::string> mode = database_->Text("PRAGMA journal_mode=WAL");
    if (mode.ok() && *mode == "wal") return database_->Execute("PRAGMA synchronous=FULL");
  }
  const absl::StatusOr<std::string> mode = database_->Text("PRAGMA journal_mode=DELETE");
  if (!mode.ok()) return mode.status();
  return database_->Execute("PRAGMA synchronous=FULL");
}

void SqliteStateStore::ReportChanges(const LoadedSeries& loaded) const {
  for (const auto& [metric, total] : loaded.unknown) {
    LogInfo("a saved metric is unknown to this version; its totals stay in the state",
            {{"metric", metric}, {"total", std::to_string(total)}});
  }
  for (const std::string& metric : loaded.rebucketed) {
    LogInfo("a saved histogram has other buckets in this version; its counts go to the next bound",
            {{"metric", metric}});
  }
}

absl::Status SqliteStateStore::Save(SavedState state) {
  absl::Status written = Reopen();
  if (written.ok()) written = Write(state);
  if (!written.ok()) {
    lock_->Note(StateLock::Shown::kUnsaved);
    database_.reset();
    return written;
  }
  last_ = std::move(state);
  obsolete_.clear();
  if (lock_->noted() == StateLock::Shown::kUnsaved) lock_->Note(StateLock::Shown::kSaved);
  return written;
}

void SqliteStateStore::Close() { database_.reset(); }

// After an error, when the files were taken away, or closed.
absl::Status SqliteStateStore::Reopen() {
  if (!lock_->is_in_place()) {
    auto lock = StateLock::Take(options_.directory);
    if (!lock.ok()) return lock.status();
    lock_ = *std::move(lock);
  }
  if (database_ != nullptr && !database_->has_moved()) return absl::OkStatus();
  database_.reset();
  if (absl::Status opened = OpenForWriting(); !opened.ok()) return opened;
  return SetJournal();
}

// Another database than the one that was written last (it was replaced, or an error hid that a
// commit went through) is emptied.
absl::StatusOr<SqliteStateStore::Base> SqliteStateStore::FindBase() {
  const auto found = database_->Integer("SELECT checksum FROM saved WHERE one=1");
  const auto saved_at = database_->Integer("SELECT at FROM saved WHERE one=1");
  if (!found.ok()) return found.status();
  if (!saved_at.ok()) return saved_at.status();
  const auto there = static_cast<std::uint64_t>(*found);
  if (there == checksum_) {
    return Base{.there = there, .timeless = checksum_ - ChecksumOfTime(*saved_at)};
  }
  absl::Status emptied = database_->Execute(
      "DELETE FROM series; DELETE FROM bookmark; DELETE FROM known_value; DELETE FROM source;");
  if (emptied.ok()) emptied = database_->Execute(kEmptyMailTables);
  if (emptied.ok()) emptied = database_->Execute(kEmptyActivityTable);
  if (!emptied.ok()) return emptied;
  last_ = {};
  kept_.clear();
  obsolete_.clear();
  source_ids_.clear();
  checksum_ = 0;
  return Base{.there = there};
}

absl::Status SqliteStateStore::Write(const SavedState& state) {
  SqliteTransaction transaction(*database_);
  if (absl::Status begun = transaction.Begin(SqliteTransaction::Kind::kWrite); !begun.ok()) {
    return begun;
  }
  const absl::StatusOr<Base> base = FindBase();
  if (!base.ok()) return base.status();
  const std::int64_t now = options_.now();
  StateTransfer transfer(*database_, now, base->timeless);
  transfer.source_ids = source_ids_;
  absl::Status status;
  for (const KeptSeries& obsolete : obsolete_) {
    if (status.ok()) status = transfer.Remove(obsolete);
  }
  if (status.ok()) status = transfer.Series(*last_.totals, kept_, *state.totals);
  if (status.ok()) status = transfer.Sources(last_, state);
  if (status.ok()) status = transfer.Finish();
  if (status.ok()) {
    lock_->NoteCommit({.before = base->there, .after = transfer.checksum, .at = now});
    status = transaction.Commit();
  }
  if (!status.ok()) return status;
  lock_->NoteCommit({.before = transfer.checksum, .after = transfer.checksum, .at = now});
  kept_ = std::move(transfer.kept);
  source_ids_ = std::move(transfer.source_ids);
  checksum_ = transfer.checksum;
  return status;
}

}  // namespace maillog
