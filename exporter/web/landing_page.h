// The page at `/`: what this is, and where its pages are.
#pragma once

#include <string>
#include <string_view>

namespace maillog {

/// Valid HTML with links. `telemetry_path` may hold any bytes. Shows no names from logs or paths of
/// sources.
[[nodiscard]] std::string LandingPage(std::string_view version, std::string_view telemetry_path);

}  // namespace maillog
