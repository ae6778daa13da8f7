#include "exporter/command/backfill.h"

#include <sys/resource.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "exporter/follow/time_window.h"
#include "exporter/history/day_files.h"
#include "exporter/state/sqlite_state_store.h"
#include "exporter/trace/log_files.h"
#include "metrics/catalog/catalog.h"

namespace maillog {
namespace {

// All archives are held open, so that none gets away while others are read.
void OpenAsManyAsPossible() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  (void)::setrlimit(RLIMIT_NOFILE, &limit);
}

// Locks the directory from now on, so that no exporter begins to follow meanwhile.
absl::StatusOr<std::unique_ptr<StateStore>> OpenEmptyStore(const std::string& directory) {
  absl::StatusOr<std::unique_ptr<SqliteStateStore>> store =
      SqliteStateStore::Open({.directory = directory, .catalog = AllRows()});
  if (!store.ok()) return store.status();
  const absl::StatusOr<SavedState> state = (*store)->Load();
  if (!state.ok()) return state.status();
  if (!state->totals->families().empty() || !state->sources.empty()) {
    return absl::AlreadyExistsError(
        directory +
        " holds a state already, whose counters would fall: remove it, or go without --state.path");
  }
  return *std::move(store);
}

// For a shell.
std::string Quoted(const std::string& word) {
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

}  // namespace

std::vector<std::string> FilesOf(const BackfillRequest& request, FileSystem& files) {
  std::vector<std::string> paths = request.archives;
  for (const SourceOptions& source : request.sources) {
    for (const std::string& path : source.paths) {
      const auto log = NewestFirst({path}, WithRotated::kYes, files);
      if (!log.ok()) continue;
      for (const LogFile& file : *log) paths.push_back(file.path);
    }
  }
  return paths;
}

absl::Status WriteHistory(const Options& options, const BackfillRequest& request, FileSystem& files,
                          std::ostream& out, std::ostream& diagnostics) {
  OpenAsManyAsPossible();
  std::unique_ptr<StateStore> store;
  if (options.state_path) {
    absl::StatusOr<std::unique_ptr<StateStore>> opened = OpenEmptyStore(*options.state_path);
    if (!opened.ok()) return opened.status();
    store = *std::move(opened);
  }
  if (absl::Status prepared = PrepareDayFiles(request.directory); !prepared.ok()) return prepared;
  const absl::StatusOr<BackfillResult> result = Backfill(request, std::move(store), files);
  if (!result.ok()) return result.status();
  for (const std::string& notice : result->notices)
    diagnostics << "maillog_exporter: " << notice << '\n';
  if (result->files == 0) {
    diagnostics << "maillog_exporter: no message lies in that time\n";
    return absl::OkStatus();
  }
  const absl::TimeZone zone = absl::LocalTimeZone();
  out << absl::StrCat("# ", result->files, result->files == 1 ? " file" : " files", " in ",
                      request.directory, ", from ", MomentText(result->first, zone), " to ",
                      MomentText(result->last, zone), "\n");
  const std::string directory = Quoted(request.directory);
  out << "for file in " << directory << "/maillog-*.om; do\n"
      << "  promtool tsdb create-blocks-from --max-block-duration=24h openmetrics \"$file\" "
      << directory << "/blocks || break\n"
      << "done\n";
  return absl::OkStatus();
}

}  // namespace maillog
