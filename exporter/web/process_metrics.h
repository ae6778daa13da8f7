// What the exporter says about itself: `process_*` as Prometheus clients usually have them, and
// `maillog_build_info`.
#pragma once

#include <cstdint>
#include <string_view>

#include "metrics/samples.h"

namespace maillog {

/// What /proc/self says.
struct ProcessFacts {
  double cpu_seconds = 0;
  double resident_bytes = 0;
  double virtual_bytes = 0;
  double start_time_seconds = 0;  ///< Unix time
  double threads = 0;
};

/// What the network namespace has received and sent.
struct NetworkFacts {
  std::uint64_t received_bytes = 0;
  std::uint64_t sent_bytes = 0;
};

/// Reads the text of /proc/self/net/netstat. False if it does not have both numbers.
[[nodiscard]] bool ParseNetStat(std::string_view netstat, NetworkFacts& facts);

/// Reads the text of /proc/self/stat. `boot_time_seconds` is `btime` of /proc/stat. False if the
/// text is not of that form.
[[nodiscard]] bool ParseProcessStat(std::string_view stat, double boot_time_seconds,
                                    ProcessFacts& facts);

/// Adds the `process_*` of this process as they are now; what cannot be read is left out.
void AddProcess(Samples& samples);

/// Adds `maillog_build_info`, always 1, with version and compiler as labels.
void AddBuildInfo(Samples& samples);

}  // namespace maillog
