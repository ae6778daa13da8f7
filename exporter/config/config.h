// The configuration file: YAML, a list of sources, and one of queues.
//
//   sources:
//     - path: /var/log/maillog
//     - name: relay
//       paths: [/srv/log/relay-a.log, /srv/log/relay-b.log]
//       timezone: Asia/Tokyo
//       labels: {site: osaka}
//   queue:
//     - showq: /var/spool/postfix/public/showq
//
// Every key is in config_source.cc or config_queue.cc, and explained in deploy/config.example.yml.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "exporter/follow/source_options.h"
#include "exporter/os/file_system.h"
#include "exporter/queue/address.h"

namespace maillog {

inline constexpr std::size_t kMaxConfiguredSources = 1000;

struct Config {
  std::vector<SourceOptions> sources;
  std::vector<QueueOptions> queues;
};

/// What the file names; `defaults` applies to a source where the file says nothing. Any fault is
/// one sentence that begins with `file:line: `.
[[nodiscard]] absl::StatusOr<Config> ReadConfig(const std::string& file,
                                                const SourceOptions& defaults, FileSystem& files);

/// The same for a text; `file` is its name in faults.
[[nodiscard]] absl::StatusOr<Config> ParseConfig(std::string_view text, const std::string& file,
                                                 const SourceOptions& defaults);

}  // namespace maillog
