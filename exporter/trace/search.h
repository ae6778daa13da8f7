// Finds the lines of the mails that the user wants to know about, in logs of any size and form.
//
// Files are searched from the newest to the oldest, block by block, for the words that are wanted;
// only blocks that have one are read message by message. Lines name more that is wanted (the queue
// id of a mail that a filter has returned, the message id that Dovecot logs): files that were
// searched before it was known are searched again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "exporter/follow/time_window.h"
#include "exporter/os/file_system.h"
#include "exporter/trace/log_files.h"
#include "exporter/trace/wanted.h"

namespace maillog {

/// A line that was found.
struct TracedText {
  absl::Time time = absl::InfinitePast();  ///< that if the stamp cannot be read
  std::string host;
  std::string program;
  std::string message;
  std::string raw;          ///< as it is in the log, with all that is wrapped around it
  std::size_t file = 0;     ///< its place in the list of files: 0 is the newest
  std::uint64_t place = 0;  ///< in the file; later lines have greater ones
};

struct TraceFindings {
  std::vector<TracedText> texts;  ///< in the order of the log, the oldest file first
  /// More was found than is kept; what is older is missing.
  bool cut = false;
};

/// `most_bytes`: how much text is kept at most.
[[nodiscard]] absl::StatusOr<TraceFindings> FindTraces(const TraceWhat& what,
                                                       const std::vector<LogFile>& log,
                                                       const TimeWindow& window, FileSystem& files,
                                                       std::size_t most_bytes);

}  // namespace maillog
