// The counts of logs that are read once, from their beginning to their end.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "exporter/count/message_counts.h"
#include "exporter/count/record_observer.h"
#include "exporter/follow/read_to_end.h"
#include "exporter/os/file_system.h"
#include "exporter/os/processors.h"
#include "metrics/samples.h"

namespace maillog {

/// The counts of everything that ReadToEnd reads, as far as `through` lets it. `observers` see each
/// record that is counted. `counting`: what its lines say, or also what needs a memory of them.
///
/// Without observers, several paths of files are read at once, by as many threads as there are
/// `processors`. `through` is then called once for each thread, before any of them; the sinks that
/// it makes are called at the same time, each with whole files, and so are `files` and what they
/// open. Counts and errors are the same as by one thread.
[[nodiscard]] absl::StatusOr<Samples> CountToEnd(
    const std::vector<std::string>& paths, FileSystem& files = PosixFileSystem(),
    const SinkWrapper& through = [](const BlockSink& sink) { return sink; },
    const RecordObservers& observers = {}, std::size_t processors = UsableProcessors(),
    Counting counting = Counting::kAll);

}  // namespace maillog
