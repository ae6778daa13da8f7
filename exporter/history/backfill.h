// History for a Prometheus that has none yet: what the sources would have shown since their logs
// began.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "exporter/follow/source_options.h"
#include "exporter/follow/time_window.h"
#include "exporter/os/file_system.h"
#include "exporter/state/state_store.h"
#include "metrics/samples.h"

namespace maillog {

struct BackfillRequest {
  std::vector<SourceOptions> sources;  ///< those without a path have archives only, and a name
  /// Older files of the only source: files, globs, directories.
  std::vector<std::string> archives;
  TimeWindow window;  ///< of what is counted
  std::int64_t step = 60;
  std::vector<ExtraLabel> labels;  ///< those that Prometheus adds: job, instance
  std::string directory;           ///< of the files that are written; as PrepareDayFiles left it
};

struct BackfillResult {
  absl::Time first = absl::InfiniteFuture();  ///< the first and the last moment of a sample
  absl::Time last = absl::InfinitePast();
  std::uint64_t files = 0;
  std::uint64_t samples = 0;
  std::vector<std::string> notices;  ///< sentences about what was left out
};

/// Reads everything that is there, and writes its history. At the end, if there is a `store`, saves
/// in it what a live exporter with these sources would have saved, so that one goes on exactly
/// after the last line; until then nothing. `store` must have been loaded, and be empty.
[[nodiscard]] absl::StatusOr<BackfillResult> Backfill(const BackfillRequest& request,
                                                      std::unique_ptr<StateStore> store,
                                                      FileSystem& files = PosixFileSystem());

}  // namespace maillog
