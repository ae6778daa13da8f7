// METRICS.md, made from the catalog.
#pragma once

#include <string>

namespace maillog {

/// The metric reference: every row with type, labels and help, every closed label with its values.
[[nodiscard]] std::string MetricsReference();

}  // namespace maillog
