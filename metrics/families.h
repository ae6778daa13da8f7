// Samples in the metric model of prometheus-cpp.
#pragma once

#include <prometheus/metric_family.h>

#include <vector>

#include "metrics/samples.h"

namespace maillog {

/// One family for each row that has series, by name; numbers in base units; labels with an empty
/// value left out.
[[nodiscard]] std::vector<prometheus::MetricFamily> FamiliesOf(const Samples& samples);

}  // namespace maillog
