// The exporter about itself: `process_*` as Prometheus clients usually have them, and
// `maillog_build_info`.
#pragma once

#include <prometheus/metric_family.h>

#include <cstdint>
#include <string_view>
#include <vector>

namespace maillog {

/// What /proc/self tells; a number that cannot be read is left out of the families.
struct ProcessFacts {
  double cpu_seconds = 0;
  double resident_bytes = 0;
  double virtual_bytes = 0;
  double start_time_seconds = 0;  ///< Unix time
};

/// Reads the text of /proc/self/stat. `boot_time_seconds` is `btime` of /proc/stat. False if the
/// text is not of that form.
[[nodiscard]] bool ParseProcessStat(std::string_view stat, double boot_time_seconds,
                                    ProcessFacts& facts);

/// `process_cpu_seconds_total`, `process_resident_memory_bytes`, `process_virtual_memory_bytes`,
/// `process_open_fds`, `process_max_fds`, `process_start_time_seconds` of this process, now.
[[nodiscard]] std::vector<prometheus::MetricFamily> ProcessFamilies();

/// `maillog_build_info`, always 1, with version and compiler as labels.
[[nodiscard]] prometheus::MetricFamily BuildInfoFamily();

}  // namespace maillog
