#include "absl/status/status.h"
#include "exporter/input/journal/journal.h"

namespace maillog {

absl::StatusOr<std::unique_ptr<Input>> MakeJournalInput(const JournalPath&, StartAt,
                                                        const std::optional<std::vector<Bookmark>>&,
                                                        const Surroundings&) {
  return absl::UnimplementedError(
      "journal: this program was built without libsystemd; build it with libsystemd-dev installed, "
      "or follow a file");
}

}  // namespace maillog
