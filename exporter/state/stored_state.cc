#include "exporter/state/stored_state.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "exporter/state/activity_rows.h"
#include "exporter/state/mail_rows.h"
#include "exporter/state/state_database.h"
#include "exporter/state/stored_rows.h"

namespace maillog {
namespace {

// Reading a row returns false for one that cannot have been written by this program.

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
  return ForEachRow(database, "SELECT id, name, del_form FROM source", "a row",
                    [&](SqliteStatement& row) {
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
  return ForEachRow(database, kSelect, "a row", [&](SqliteStatement& row) {
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
  absl::Status read = ForEachRow(database, kSelect, "a row", [&](SqliteStatement& row) {
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
  return ForEachRow(database, kSelect, "a row", [&](SqliteStatement& row) {
    StoredSeries series;
    if (!ReadSeries(row, series)) return false;
    state.checksum += ChecksumOf(series.row);
    state.series.push_back(std::move(series));
    return true;
  });
}

}  // namespace

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
      ForEachRow(database, "SELECT at, checksum FROM saved", "a row", [&](SqliteStatement& row) {
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
  if (times != 1 || state.checksum != expected) return DamagedState("its checksum does not agree");
  return state;
}

}  // namespace maillog
