// A family as a message io.prometheus.client.MetricFamily (prometheus/client_model,
// io/prometheus/client/metrics.proto), after its length: the form that Prometheus calls delimited.
#pragma once

#include <cstdint>
#include <string>

#include "metrics/samples.h"

namespace maillog {

/// `started`: as in ExpositionOptions.
void AppendProtobuf(const Samples::Family& family, std::int64_t started, std::string& bytes);

}  // namespace maillog
