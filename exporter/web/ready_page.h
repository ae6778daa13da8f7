// `/-/ready`: whether the numbers include all sources, and if not, which are missing.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "exporter/config/options.h"
#include "exporter/follow/sources.h"

namespace maillog {

struct Readiness {
  bool ready = true;
  std::string text;  ///< a sentence, then a line for each source that is not ready; valid UTF-8
};

/// A source that is still reading what its log held at the start is always waited for.
[[nodiscard]] Readiness ReadinessOf(const std::vector<Sources::Unready>& unready,
                                    WithoutSources without);

}  // namespace maillog
