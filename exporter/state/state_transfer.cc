#include "exporter/state/state_transfer.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "exporter/state/state_rows.h"

namespace maillog {

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
  [[nodiscard]] std::optional<std::int64_t> began() const {
    const BeganTimes& began = family_->second.began;
    return began == nullptr ? std::nullopt : std::optional((*began)[place_]);
  }
  void Next() {
    ++place_;
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
      place_ = 0;
      return;
    }
  }

  std::map<std::string_view, Samples::Family>::const_iterator family_;
  std::map<std::string_view, Samples::Family>::const_iterator end_;
  std::map<LabelValues, SampleValue>::const_iterator series_;
  std::size_t place_ = 0;  // of the series in its family
};

namespace {

std::int64_t Signed(std::uint64_t number) { return static_cast<std::int64_t>(number); }

void BindValue(SqliteStatement& statement, const SeriesRow& row) {
  statement.Bind(row.began).Bind(Signed(row.value));
  if (row.sum) {
    statement.Bind(*row.sum).Bind(std::string_view(row.buckets));
  } else {
    statement.BindNull().BindNull();
  }
}

}  // namespace

absl::Status StateTransfer::Insert(const SeriesCursor& series, std::int64_t began) {
  const SeriesRow row = RowOf(series.row(), series.labels(), series.value(), began);
  insert_.Bind(std::string_view(row.metric)).Bind(std::string_view(row.labels));
  BindValue(insert_, row);
  if (absl::Status inserted = insert_.Run(); !inserted.ok()) return inserted;
  kept.push_back({.id = database.last_inserted(), .began = row.began, .checksum = ChecksumOf(row)});
  checksum += kept.back().checksum;
  return absl::OkStatus();
}

absl::Status StateTransfer::Update(const SeriesCursor& series, KeptSeries before) {
  if (before.id == 0) return Insert(series, before.began);
  const SeriesRow row = RowOf(series.row(), series.labels(), series.value(), before.began);
  BindValue(update_, row);
  if (absl::Status updated = update_.Bind(before.id).Run(); !updated.ok()) return updated;
  kept.push_back({.id = before.id, .began = row.began, .checksum = ChecksumOf(row)});
  checksum += kept.back().checksum - before.checksum;
  return absl::OkStatus();
}

absl::Status StateTransfer::Remove(const KeptSeries& gone) {
  if (gone.id == 0) return absl::OkStatus();
  checksum -= gone.checksum;
  return remove_.Bind(gone.id).Run();
}

absl::Status StateTransfer::Series(const Samples& then, const std::vector<KeptSeries>& then_kept,
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
      status = Insert(series, series.began().value_or(now));
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

absl::Status StateTransfer::Put(const std::string& source, const Bookmark& bookmark) {
  const Head::Saved head = bookmark.head.Save();
  const std::string rungs = RungsText(head);
  put_bookmark_.Bind(source_ids.at(source)).Bind(Signed(bookmark.number));
  put_bookmark_.Bind(std::string_view(bookmark.path));
  put_bookmark_.Bind(Signed(bookmark.id.device)).Bind(Signed(bookmark.id.inode));
  put_bookmark_.Bind(Signed(bookmark.offset)).Bind(std::int64_t{bookmark.finished ? 1 : 0});
  put_bookmark_.Bind(std::int64_t{head.length}).Bind(Signed(head.hash));
  put_bookmark_.Bind(std::string_view(rungs));
  put_bookmark_.Bind(std::int64_t{bookmark.window.length}).Bind(Signed(bookmark.window.hash));
  put_bookmark_.Bind(std::int64_t{bookmark.given_up.bits()})
      .Bind(std::string_view(bookmark.cursor));
  put_bookmark_.Bind(bookmark.changed_ns).Bind(bookmark.id.born_ns);
  checksum += ChecksumOf(source, bookmark);
  return put_bookmark_.Run();
}

absl::Status StateTransfer::Drop(const std::string& source, const Bookmark& bookmark) {
  checksum -= ChecksumOf(source, bookmark);
  return drop_bookmark_.Bind(source_ids.at(source)).Bind(Signed(bookmark.number)).Run();
}

absl::Status StateTransfer::Source(const std::string& name, const SavedSource* then,
                                   const SavedSource& source) {
  const std::string_view del_form = DelFormText(source.del_form);
  if (then == nullptr || then->del_form != source.del_form) {
    if (absl::Status put = put_source_.Bind(std::string_view(name)).Bind(del_form).Run();
        !put.ok()) {
      return put;
    }
    checksum += ChecksumOfSource(name, del_form);
    if (then != nullptr) checksum -= ChecksumOfSource(name, DelFormText(then->del_form));
    if (then == nullptr) source_ids[name] = database.last_inserted();
  }
  static const SavedSource kNone;
  const SavedSource& old = then == nullptr ? kNone : *then;
  if (absl::Status written = Bookmarks(name, old.bookmarks, source.bookmarks); !written.ok()) {
    return written;
  }
  if (old.values != source.values) {
    absl::Status written = Values(name, *old.values, *source.values);
    if (!written.ok()) return written;
  }
  const std::int64_t id = source_ids.at(name);
  if (source.activity != nullptr) {
    absl::Status written =
        activity_.Write(id, name, old.activity.get(), *source.activity, checksum);
    if (!written.ok()) return written;
  }
  if (source.mails == nullptr) return absl::OkStatus();
  return mails_.Write(id, name, old.mails.get(), *source.mails, checksum);
}

// Usually nothing has changed, or something was added at the end.
absl::Status StateTransfer::Values(const std::string& source, const std::vector<KnownValue>& old,
                                   const std::vector<KnownValue>& values) {
  std::size_t place = old.size();
  const bool begins_as_before =
      values.size() >= old.size() && std::equal(old.begin(), old.end(), values.begin());
  if (!begins_as_before) {
    for (std::size_t i = 0; i < old.size(); ++i) checksum -= ChecksumOf(source, i, old[i]);
    if (absl::Status dropped = drop_values_.Bind(source_ids.at(source)).Run(); !dropped.ok()) {
      return dropped;
    }
    place = 0;
  }
  for (; place < values.size(); ++place) {
    const KnownValue& value = values[place];
    put_value_.Bind(source_ids.at(source)).Bind(static_cast<std::int64_t>(place));
    put_value_.Bind(std::string_view(value.host)).Bind(std::string_view(value.label));
    if (absl::Status put = put_value_.Bind(std::string_view(value.value)).Run(); !put.ok()) {
      return put;
    }
    checksum += ChecksumOf(source, place, value);
  }
  return absl::OkStatus();
}

absl::Status StateTransfer::Bookmarks(const std::string& source, const std::vector<Bookmark>& old,
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

absl::Status StateTransfer::Sources(const SavedState& then, const SavedState& state) {
  for (const auto& [name, source] : state.sources) {
    const auto before = then.sources.find(name);
    const SavedSource* const known = before == then.sources.end() ? nullptr : &before->second;
    if (absl::Status written = Source(name, known, source); !written.ok()) return written;
  }
  return absl::OkStatus();
}

absl::Status StateTransfer::Finish() {
  checksum += ChecksumOfTime(now);
  SqliteStatement saved(database, "UPDATE saved SET at=?, checksum=? WHERE one=1");
  return saved.Bind(now).Bind(Signed(checksum)).Run();
}

}  // namespace maillog
