// What `serve` would go on with, for those that only ask.
#include <memory>
#include <utility>

#include "exporter/config/plan.h"
#include "exporter/state/saved_series.h"
#include "exporter/state/state_database.h"
#include "exporter/state/state_directory.h"
#include "exporter/state/state_store.h"
#include "exporter/state/stored_state.h"
#include "metrics/catalog/catalog.h"

namespace maillog {

std::vector<SourceOptions> GoOnAsSaved(std::vector<SourceOptions> sources, const Options& options,
                                       FileSystem& files) {
  const std::string directory = StatePath(options.state_path);
  if (directory.empty()) return sources;
  const auto database = OpenState(StateFile(directory), SqliteDatabase::Access::kRead);
  if (!database.ok()) return sources;
  absl::StatusOr<StoredState> stored = ReadState(**database);
  if (!stored.ok()) return sources;
  absl::StatusOr<LoadedSeries> series = LoadSeries(stored->series, AllRows());
  if (!series.ok()) return sources;
  auto store = std::make_unique<MemoryStateStore>();
  const absl::Status kept =
      store->Save({.totals = series->totals, .sources = std::move(stored->sources)});
  Ledger ledger(std::move(store));
  if (!kept.ok() || !ledger.Load().ok()) return sources;
  return GoOnWithJournal(std::move(sources), options, ledger, files);
}

}  // namespace maillog
