// What the command line of `backfill` amounts to.
#pragma once

#include "absl/status/statusor.h"
#include "exporter/config/options.h"
#include "exporter/history/backfill.h"
#include "exporter/os/file_system.h"

namespace maillog {

/// The sources are those of PlanSources. A PATH whose name says that it is packed, or rotated from
/// another one that is there or named, is no source but an archive. Fails with one sentence if the
/// words do not fit together, or if a state is to be handed over to an exporter that would follow
/// nothing of it.
[[nodiscard]] absl::StatusOr<BackfillRequest> PlanBackfill(const Options& options,
                                                           FileSystem& files);

}  // namespace maillog
