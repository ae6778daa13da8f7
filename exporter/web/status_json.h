// `/api/v1/status`: what the status page shows, for those who want to show it differently. The form
// is described in docs/status.md and docs/status.schema.json.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "exporter/follow/sources.h"
#include "exporter/web/status_figures.h"

namespace maillog {

/// Changes when something is removed or its meaning changes, not when something is added.
inline constexpr std::uint64_t kStatusVersion = 1;

struct StatusFacts {
  CollectedSamples samples;
  std::vector<Sources::State> sources;
  bool ready = false;
  bool is_durable = false;  ///< whether totals outlive the process
  std::string_view telemetry_path;
  double now_seconds = 0;  ///< Unix time
};

/// Valid UTF-8, whatever files are called.
[[nodiscard]] std::string StatusJson(const StatusFacts& facts);

}  // namespace maillog
