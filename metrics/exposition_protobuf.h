// A family as a message io.prometheus.client.MetricFamily (prometheus/client_model,
// io/prometheus/client/metrics.proto), after its length: the form that Prometheus calls delimited.
#pragma once

#include <string>

#include "metrics/samples.h"

namespace maillog {

void AppendProtobuf(const Samples::Family& family, std::string& bytes);

}  // namespace maillog
