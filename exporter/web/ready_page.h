// `/-/ready`: whether the numbers are those of all sources, and if not, of which they are not.
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

/// A source whose log is still being read up to where it stood at start is always waited for.
[[nodiscard]] Readiness ReadinessOf(const std::vector<Sources::Unready>& unready,
                                    WithoutSources without);

}  // namespace maillog
