// The configuration file: YAML, a list of sources.
//
//   sources:
//     - path: /var/log/maillog
//     - name: relay
//       paths: [/srv/log/relay-a.log, /srv/log/relay-b.log]
//       timezone: Asia/Tokyo
//       labels: {site: osaka}
//
// Every key stands in config_source.cc, and in deploy/config.example.yml with what it means.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "exporter/follow/source_options.h"
#include "exporter/os/file_system.h"

namespace maillog {

inline constexpr std::size_t kMostConfiguredSources = 1000;

/// The sources that the file names; `defaults` is what holds where it says nothing. Any fault is
/// one sentence that begins with `file:line: `.
[[nodiscard]] absl::StatusOr<std::vector<SourceOptions>> ReadConfig(const std::string& file,
                                                                    const SourceOptions& defaults,
                                                                    FileSystem& files);

/// The same of a text; `file` is its name in faults.
[[nodiscard]] absl::StatusOr<std::vector<SourceOptions>> ParseConfig(std::string_view text,
                                                                     const std::string& file,
                                                                     const SourceOptions& defaults);

}  // namespace maillog
