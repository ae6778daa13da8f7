#include "exporter/sqlite_state_store.h"

#include <ctime>
#include <string_view>
#include <utility>

#include "exporter/file_system.h"
#include "exporter/log.h"
#include "exporter/state_database.h"

namespace maillog {
namespace {

std::string Message(const absl::Status& status) { return std::string(status.message()); }

// The durable series of samples, in order.
class SeriesCursor {
 public:
  explicit SeriesCursor(const Samples& samples)
      : family_(samples.families().begin()), end_(samples.families().end()) {
    Enter();
  }
  [[nodiscard]] bool done() const { return family_ == end_; }
  [[nodiscard]] const RowInfo& row() const { return family_->second.row; }
  [[nodiscard]] const LabelValues& labels() const { return series_->first; }
  [[nodiscard]] const SampleValue& value() const { return series_->second; }
  void Next() {
    if (++series_ != family_->second.series.end()) return;
    ++family_;
    Enter();
  }
  /// Below 0: this one comes first.
  [[nodiscard]] int Compare(const SeriesCursor& other) const {
    if (const int names = row().name.compare(other.row().name); names != 0) return names;
    if (labels() == other.labels()) return 0;
    return labels() < other.labels() ? -1 : 1;
  }

 private:
  void Enter() {
    for (; family_ != end_; ++family_) {
      const RowInfo& row = family_->second.row;
      const bool durable = row.lifetime == Lifetime::kDurable && row.type != RowType::kGauge;
      if (!durable || family_->second.series.empty()) continue;
      series_ = family_->second.series.begin();
      return;
    }
  }

  std::map<std::string_view, Samples::Family>::const_iterator family_;
  std::map<std::string_view, Samples::Family>::const_iterator end_;
  std::map<LabelValues, SampleValue>::const_iterator series_;
};

std::int64_t Signed(std::uint64_t number) { return static_cast<std::int64_t>(number); }

}  // namespace

// One commit, from what the database holds to what it is to hold.
struct SqliteStateStore::Transfer {
  Transfer(SqliteDatabase& to, std::int64_t at, std::uint64_t from_checksum)
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

  SqliteStatement insert{database,
                         "INSERT INTO series (metric, labels, began, value, sum, buckets) VALUES "
                         "(?, ?, ?, ?, ?, ?)"};
  SqliteStatement update{database,
                         "UPDATE series SET began=?, value=?, sum=?, buckets=? WHERE id=?"};
  SqliteStatement remove{database, "DELETE FROM series WHERE id=?"};
  SqliteStatement put_source{database,
                             "INSERT INTO source (name, del_form) VALUES (?, ?) ON CONFLICT (name) "
                             "DO UPDATE SET del_form=excluded.del_form"};
  SqliteStatement put_bookmark{
      database, "INSERT OR REPLACE INTO bookmark VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)"};
  SqliteStatement drop_bookmark{database, "DELETE FROM bookmark WHERE source=? AND number=?"};
};

namespace {

void BindValue(SqliteStatement& statement, const SeriesRow& row) {
  statement.Bind(row.began).Bind(Signed(row.value));
  if (row.sum) {
    statement.Bind(*row.sum).Bind(std::string_view(row.buckets));
  } else {
    statement.BindNull().BindNull();
  }
}

}  // namespace

absl::Status SqliteStateStore::Transfer::Insert(const SeriesCursor& series, std::int64_t began) {
  const SeriesRow row = RowOf(series.row(), series.labels(), series.value(), began);
  insert.Bind(std::string_view(row.metric)).Bind(std::string_view(row.labels));
  BindValue(insert, row);
  if (absl::Status inserted = insert.Run(); !inserted.ok()) return inserted;
  kept.push_back({.id = database.last_inserted(), .began = row.began, .checksum = ChecksumOf(row)});
  checksum += kept.back().checksum;
  return absl::OkStatus();
}

absl::Status SqliteStateStore::Transfer::Update(const SeriesCursor& series, KeptSeries before) {
  if (before.id == 0) return Insert(series, before.began);
  const SeriesRow row = RowOf(series.row(), series.labels(), series.value(), before.began);
  BindValue(update, row);
  if (absl::Status updated = update.Bind(before.id).Run(); !updated.ok()) return updated;
  kept.push_back({.id = before.id, .began = row.began, .checksum = ChecksumOf(row)});
  checksum += kept.back().checksum - before.checksum;
  return absl::OkStatus();
}

absl::Status SqliteStateStore::Transfer::Remove(const KeptSeries& gone) {
  if (gone.id == 0) return absl::OkStatus();
  checksum -= gone.checksum;
  return remove.Bind(gone.id).Run();
}

absl::Status SqliteStateStore::Transfer::Series(const Samples& then,
                                                const std::vector<KeptSeries>& then_kept,
                                                const Samples& totals) {
  SeriesCursor before(then);
  std::size_t i = 0;
  absl::Status status;
  for (SeriesCursor series(totals); !series.done() && status.ok(); series.Next()) {
    while (status.ok() && !before.done() && before.Compare(series) < 0) {
      status = Remove(then_kept[i++]);
      before.Next();
    }
    if (!status.ok()) break;
    if (before.done() || before.Compare(series) != 0) {
      status = Insert(series, now);
      continue;
    }
    if (then_kept[i].stale || before.value() != series.value()) {
      status = Update(series, then_kept[i]);
    } else {
      kept.push_back(then_kept[i]);
    }
    ++i;
    before.Next();
  }
  for (; status.ok() && i < then_kept.size(); ++i) status = Remove(then_kept[i]);
  return status;
}

absl::Status SqliteStateStore::Transfer::Put(const std::string& source, const Bookmark& bookmark) {
  const Head::Saved head = bookmark.head.Save();
  const std::string rungs = RungsText(head);
  put_bookmark.Bind(source_ids.at(source)).Bind(Signed(bookmark.number));
  put_bookmark.Bind(std::string_view(bookmark.path));
  put_bookmark.Bind(Signed(bookmark.id.device)).Bind(Signed(bookmark.id.inode));
  put_bookmark.Bind(Signed(bookmark.offset)).Bind(std::int64_t{bookmark.finished ? 1 : 0});
  put_bookmark.Bind(std::int64_t{head.length}).Bind(Signed(head.hash));
  put_bookmark.Bind(std::string_view(rungs));
  put_bookmark.Bind(std::int64_t{bookmark.window.length}).Bind(Signed(bookmark.window.hash));
  put_bookmark.Bind(std::int64_t{bookmark.given_up.bits()}).Bind(std::string_view(bookmark.cursor));
  checksum += ChecksumOf(source, bookmark);
  return put_bookmark.Run();
}

absl::Status SqliteStateStore::Transfer::Drop(const std::string& source, const Bookmark& bookmark) {
  checksum -= ChecksumOf(source, bookmark);
  return drop_bookmark.Bind(source_ids.at(source)).Bind(Signed(bookmark.number)).Run();
}

absl::Status SqliteStateStore::Transfer::Source(const std::string& name, const SavedSource* then,
                                                const SavedSource& source) {
  const std::string_view del_form = DelFormText(source.del_form);
  if (then == nullptr || then->del_form != source.del_form) {
    if (absl::Status put = put_source.Bind(std::string_view(name)).Bind(del_form).Run();
        !put.ok()) {
      return put;
    }
    checksum += ChecksumOfSource(name, del_form);
    if (then != nullptr) checksum -= ChecksumOfSource(name, DelFormText(then->del_form));
    if (then == nullptr) source_ids[name] = database.last_inserted();
  }
  static const std::vector<Bookmark> kNone;
  return Bookmarks(name, then == nullptr ? kNone : then->bookmarks, source.bookmarks);
}

absl::Status SqliteStateStore::Transfer::Bookmarks(const std::string& source,
                                                   const std::vector<Bookmark>& old,
                                                   const std::vector<Bookmark>& bookmarks) {
  auto before = old.begin();
  for (const Bookmark& bookmark : bookmarks) {
    for (; before != old.end() && before->number < bookmark.number; ++before) {
      if (absl::Status dropped = Drop(source, *before); !dropped.ok()) return dropped;
    }
    const bool is_known = before != old.end() && before->number == bookmark.number;
    const bool is_same = is_known && *before == bookmark;
    if (is_known && !is_same) checksum -= ChecksumOf(source, *before);
    if (is_known) ++before;
    if (is_same) continue;
    if (absl::Status put = Put(source, bookmark); !put.ok()) return put;
  }
  for (; before != old.end(); ++before) {
    if (absl::Status dropped = Drop(source, *before); !dropped.ok()) return dropped;
  }
  return absl::OkStatus();
}

absl::Status SqliteStateStore::Transfer::Sources(const SavedState& then, const SavedState& state) {
  for (const auto& [name, source] : state.sources) {
    const auto before = then.sources.find(name);
    const SavedSource* const known = before == then.sources.end() ? nullptr : &before->second;
    if (absl::Status written = Source(name, known, source); !written.ok()) return written;
  }
  return absl::OkStatus();
}

absl::Status SqliteStateStore::Transfer::Finish() {
  checksum += ChecksumOfTime(now);
  SqliteStatement saved(database, "UPDATE saved SET at=?, checksum=? WHERE one=1");
  return saved.Bind(now).Bind(Signed(checksum)).Run();
}

absl::StatusOr<std::unique_ptr<SqliteStateStore>> SqliteStateStore::Open(Options options) {
  auto lock = StateLock::Take(options.directory);
  if (!lock.ok()) return lock.status();
  if (!options.now) options.now = [] { return static_cast<std::int64_t>(std::time(nullptr)); };
  return std::unique_ptr<SqliteStateStore>(
      new SqliteStateStore(std::move(options), *std::move(lock)));
}

absl::StatusOr<SavedState> SqliteStateStore::Load() {
  if (lock_->noted() == StateLock::Shown::kUnsaved) {
    LogWarn("the last run had to show numbers that it could not save: counters may start lower",
            {{"directory", options_.directory}});
  }
  absl::StatusOr<SavedState> state = ReadAll();
  if (!absl::IsDataLoss(state.status())) return state;
  database_.reset();
  const std::string why = Message(state.status());
  if (options_.on_damage == OnDamage::kRefuse) {
    return absl::DataLossError(
        "the state " + path_ + " cannot be used (" + why +
        "): put back a copy, or start once with --state.on-damage=set-aside to begin anew");
  }
  const absl::StatusOr<std::string> aside = SetStateAside(options_.directory);
  if (!aside.ok()) return aside.status();
  LogWarn("the state cannot be used and was set aside: positions and totals begin anew",
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
  TellWhatChanged(*loaded);
  last_ = {.totals = loaded->totals, .sources = std::move(stored->sources)};
  kept_ = std::move(loaded->kept);
  obsolete_ = std::move(loaded->obsolete);
  source_ids_ = std::move(stored->source_ids);
  checksum_ = stored->checksum;
  return last_;
}

absl::Status SqliteStateStore::OpenForWriting() {
  absl::StatusOr<std::unique_ptr<SqliteDatabase>> opened =
      OpenState(path_, SqliteDatabase::Access::kReadWrite);
  if (absl::IsNotFound(opened.status())) {
    if (absl::Status created = CreateState(path_, options_.now()); !created.ok()) {
      return absl::FailedPreconditionError("the state " + path_ + " cannot be made (" +
                                           Message(created) +
                                           "): make room or let this user write there");
    }
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

void SqliteStateStore::TellWhatChanged(const LoadedSeries& loaded) const {
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

// After an error, or when the files were taken away.
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

// The checksum of what stands there, without the time. Another database than the one that was
// written last (it was replaced, or an error hid that a commit went through) is emptied.
absl::StatusOr<std::uint64_t> SqliteStateStore::Base() {
  const auto found = database_->Integer("SELECT checksum FROM saved WHERE one=1");
  const auto saved_at = database_->Integer("SELECT at FROM saved WHERE one=1");
  if (!found.ok()) return found.status();
  if (!saved_at.ok()) return saved_at.status();
  if (static_cast<std::uint64_t>(*found) == checksum_) {
    return checksum_ - ChecksumOfTime(*saved_at);
  }
  absl::Status emptied =
      database_->Execute("DELETE FROM series; DELETE FROM bookmark; DELETE FROM source;");
  if (!emptied.ok()) return emptied;
  last_ = {};
  kept_.clear();
  obsolete_.clear();
  source_ids_.clear();
  checksum_ = 0;
  return checksum_;
}

absl::Status SqliteStateStore::Write(const SavedState& state) {
  SqliteTransaction transaction(*database_);
  if (absl::Status begun = transaction.Begin(SqliteTransaction::Kind::kWrite); !begun.ok()) {
    return begun;
  }
  const absl::StatusOr<std::uint64_t> base = Base();
  if (!base.ok()) return base.status();
  Transfer transfer(*database_, options_.now(), *base);
  transfer.source_ids = source_ids_;
  absl::Status status;
  for (const KeptSeries& obsolete : obsolete_) {
    if (status.ok()) status = transfer.Remove(obsolete);
  }
  if (status.ok()) status = transfer.Series(*last_.totals, kept_, *state.totals);
  if (status.ok()) status = transfer.Sources(last_, state);
  if (status.ok()) status = transfer.Finish();
  if (status.ok()) status = transaction.Commit();
  if (!status.ok()) return status;
  kept_ = std::move(transfer.kept);
  source_ids_ = std::move(transfer.source_ids);
  checksum_ = transfer.checksum;
  return status;
}

}  // namespace maillog
