// What the command line and the configuration file amount to: the sources that are followed, the
// queues that are read.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "exporter/config/options.h"
#include "exporter/follow/source_options.h"
#include "exporter/os/file_system.h"
#include "exporter/state/ledger.h"

namespace maillog {

/// The machine's own mail log, if the user names none: a file, or `journal:`. Fails with one
/// sentence if there is none.
[[nodiscard]] absl::StatusOr<std::string> MachineLog(FileSystem& files);

/// The sources of the configuration file; otherwise one for each path; otherwise the machine's own
/// mail log. Fails with one sentence if there is none, the configuration has a fault, or what is
/// named cannot be a log. A named log may be missing: it is waited for; but a bare word on the
/// command line is then taken for a mistyped command.
[[nodiscard]] absl::StatusOr<std::vector<SourceOptions>> PlanSources(const Options& options,
                                                                     FileSystem& files);

/// The sources of PlanSources, but with the journal in place of the machine's own log, if an
/// earlier run found mail in the journal and never followed that log: it has come up since (rsyslog
/// makes it with the first mail), would be followed from its end, and what was logged while no
/// exporter ran would be lost. The journal has all of it.
[[nodiscard]] std::vector<SourceOptions> GoOnWithJournal(std::vector<SourceOptions> sources,
                                                         const Options& options, Ledger& ledger,
                                                         FileSystem& files);

/// The same by the state that an exporter has saved in the directory of `options`, also while it
/// runs; the sources as they are if there is none, or it cannot be read. Changes nothing.
[[nodiscard]] std::vector<SourceOptions> GoOnAsSaved(std::vector<SourceOptions> sources,
                                                     const Options& options, FileSystem& files);

/// What would prevent the plan now: a sentence for each log that cannot be read, for a state that
/// cannot be written, for a port that is in use. Changes nothing, and keeps nothing open.
[[nodiscard]] std::vector<std::string> Obstacles(const std::vector<SourceOptions>& sources,
                                                 const Options& options, FileSystem& files);

/// The queues that are read: those of the configuration file, or of the command line. Fails with
/// one sentence if there are both, or the configuration has a fault.
[[nodiscard]] absl::StatusOr<std::vector<QueueOptions>> PlanQueues(const Options& options,
                                                                   FileSystem& files);
/// In words, for `check-config`: a line for each.
[[nodiscard]] std::string QueuesText(const std::vector<QueueOptions>& queues);
/// What would prevent reading them now: a sentence for each that cannot be connected to.
[[nodiscard]] std::vector<std::string> QueueObstacles(const std::vector<QueueOptions>& queues);

/// The plan in words, for `check-config`: a line for each source and each address.
[[nodiscard]] std::string PlanText(const std::vector<SourceOptions>& sources,
                                   const Options& options, FileSystem& files);

}  // namespace maillog
