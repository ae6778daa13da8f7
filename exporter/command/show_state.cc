#include "exporter/command/show_state.h"

#include <algorithm>
#include <cstdint>
#include <ctime>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "exporter/input/file/find_copy.h"
#include "exporter/input/file/rotation_name.h"
#include "exporter/input/file/rotation_names.h"
#include "exporter/input/file/unpacked_file.h"
#include "exporter/input/kafka/kafka_address.h"
#include "exporter/input/syslog/relp_tail.h"
#include "exporter/state/state_database.h"
#include "exporter/state/state_directory.h"
#include "exporter/state/stored_state.h"
#include "parser/encoding.h"

namespace maillog {
namespace {

/// Where a bookmark's file is now.
struct Place {
  std::string path;
  FileStat stat;
};

// The names that the file may have: the one under which it was last seen, and what rotation makes
// of that, or of the name from which rotation had made it.
std::vector<std::string> NamesOf(const Bookmark& bookmark, RotationNames& rotations) {
  const std::string directory = DirectoryOf(bookmark.path);
  std::vector<std::string> bases = RotationBases(NameOf(bookmark.path));
  bases.insert(bases.begin(), NameOf(bookmark.path));
  std::vector<std::string> paths;
  for (const std::string& base : bases) {
    const std::string path = JoinPath(directory, base);
    paths.push_back(path);
    for (const std::string& name : rotations.Of(path)) paths.push_back(JoinPath(directory, name));
  }
  return paths;
}

// By its beginning, unpacked. One that had no bytes yet is known only by its number.
bool IsIt(const Bookmark& bookmark, const std::string& path, const FileStat& stat,
          FileSystem& files) {
  if (bookmark.head.length() == 0) return stat.id == bookmark.id;
  absl::StatusOr<std::unique_ptr<File>> file = files.Open(path);
  if (!file.ok()) return false;
  const std::unique_ptr<File> plain =
      IsPackedName(path) ? MakeUnpackedFile(*std::move(file), path) : *std::move(file);
  return bookmark.head.MatchedBytes(BeginningOf(*plain)) > 0;
}

std::optional<Place> FindNow(const Bookmark& bookmark, RotationNames& rotations,
                             FileSystem& files) {
  std::optional<Place> found;
  for (const std::string& path : NamesOf(bookmark, rotations)) {
    const absl::StatusOr<FileStat> stat = files.Stat(path);
    if (!stat.ok() || stat->kind != FileKind::kRegular) continue;
    // A copy has the same beginning; the file itself has the number too.
    const bool itself = stat->id == bookmark.id;
    if ((found && !itself) || !IsIt(bookmark, path, *stat, files)) continue;
    found = Place{path, *stat};
    if (itself) break;
  }
  return found;
}

std::string TimeText(std::int64_t nanoseconds) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%S", absl::FromUnixNanos(nanoseconds),
                          absl::LocalTimeZone());
}

// Under its present name, since all rotated files had the same one.
void PrintBookmark(const Bookmark& bookmark, RotationNames& rotations, FileSystem& files,
                   std::ostream& out) {
  if (const std::optional<RelpTail> tail = RelpTail::Parse(bookmark.cursor)) {
    out << "  " << Printable(bookmark.path) << " by RELP; the last " << tail->hashes().size()
        << " messages are remembered\n";
    return;
  }
  if (const std::optional<KafkaPosition> position = KafkaPosition::Parse(bookmark.cursor)) {
    out << "  partition " << position->partition << " of the topic " << Printable(bookmark.path)
        << " read up to record " << position->offset << '\n';
    return;
  }
  if (!bookmark.cursor.empty() && bookmark.head.length() == 0) {
    out << "  the journal" << (bookmark.path.empty() ? "" : " ") << Printable(bookmark.path)
        << " read up to the entry " << Printable(bookmark.cursor) << '\n';
    return;
  }
  const std::optional<Place> now = FindNow(bookmark, rotations, files);
  const bool moved = now && NameOf(now->path) != NameOf(bookmark.path);
  out << "  " << Printable(moved ? now->path : bookmark.path);
  if (now) {
    out << " (" << now->stat.size << " bytes, written " << TimeText(now->stat.modified_ns);
    if (moved) out << "; was " << Printable(bookmark.path);
  } else {
    out << " (no longer there";
    if (bookmark.changed_ns != 0) out << "; seen " << TimeText(bookmark.changed_ns);
  }
  out << ") read up to byte " << bookmark.offset << (bookmark.finished ? ", finished" : "") << '\n';
}

void PrintSources(const StoredState& state, FileSystem& files, std::ostream& out) {
  RotationNames rotations(files);
  for (const auto& [name, source] : state.sources) {
    out << "source " << Printable(name) << " (" << source.bookmarks.size()
        << (source.bookmarks.size() == 1 ? " file)\n" : " files)\n");
    for (const Bookmark& bookmark : source.bookmarks) {
      PrintBookmark(bookmark, rotations, files, out);
    }
  }
}

void PrintTotals(const StoredState& state, std::ostream& out) {
  struct Total {
    std::uint64_t series = 0;
    std::uint64_t value = 0;
    bool observes = false;
  };
  std::map<std::string, Total> totals;
  for (const StoredSeries& series : state.series) {
    Total& total = totals[series.row.metric];
    ++total.series;
    total.value += series.row.value;
    total.observes = series.row.sum.has_value();
  }
  out << state.series.size() << " series of " << totals.size() << " metrics\n";
  for (const auto& [metric, total] : totals) {
    out << "  " << Printable(metric) << ' ' << total.value
        << (total.observes ? " observations" : "") << " in " << total.series << " series\n";
  }
}

}  // namespace

absl::Status ShowState(const std::string& directory, std::ostream& out, FileSystem& files) {
  if (directory.empty()) {
    return absl::InvalidArgumentError("state show needs --state.path or $STATE_DIRECTORY");
  }
  const std::string path = StateFile(directory);
  const auto database = OpenState(path, SqliteDatabase::Access::kRead);
  const absl::StatusOr<StoredState> state =
      database.ok() ? ReadState(**database) : absl::StatusOr<StoredState>(database.status());
  if (absl::IsNotFound(state.status())) return state.status();
  if (!state.ok()) {
    return absl::DataLossError("the state " + path +
                               " cannot be read: " + std::string(state.status().message()));
  }
  const std::int64_t age = std::max<std::int64_t>(std::time(nullptr) - state->saved_at, 0);
  out << "state " << Printable(path) << ", saved " << age << " s ago\n";
  PrintSources(*state, files, out);
  PrintTotals(*state, out);
  return absl::OkStatus();
}

}  // namespace maillog
