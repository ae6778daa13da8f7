#include "exporter/show_state.h"

#include <algorithm>
#include <cstdint>
#include <ctime>
#include <map>
#include <memory>

#include "exporter/state_database.h"
#include "exporter/state_directory.h"
#include "parser/encoding.h"

namespace maillog {
namespace {

void PrintSources(const StoredState& state, std::ostream& out) {
  for (const auto& [name, source] : state.sources) {
    out << "source " << Printable(name) << " (" << source.bookmarks.size() << " files)\n";
    for (const Bookmark& bookmark : source.bookmarks) {
      out << "  " << Printable(bookmark.path) << " read up to byte " << bookmark.offset
          << (bookmark.finished ? ", finished" : "") << '\n';
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

absl::Status ShowState(const std::string& directory, std::ostream& out) {
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
  PrintSources(*state, out);
  PrintTotals(*state, out);
  return absl::OkStatus();
}

}  // namespace maillog
