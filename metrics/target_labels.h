// Labels that Prometheus and Kubernetes set on what they scrape: no series may have them itself.
#pragma once

#include <array>
#include <string_view>

namespace maillog {

inline constexpr std::array<std::string_view, 9> kTargetLabels{
    "instance", "job", "service", "pod", "namespace", "container", "node", "endpoint", "host"};

}  // namespace maillog
