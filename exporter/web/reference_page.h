// `/metrics-reference`: METRICS.md as a page, with how many series each metric has now.
#pragma once

#include <string>
#include <string_view>

#include "exporter/web/status_figures.h"

namespace maillog {

/// The rows of the tables, as HTML; the page around them is web/pages/reference.html.
struct ReferenceTables {
  std::string metrics;
  std::string labels;
};
/// Series are counted as Prometheus stores them: for a histogram each bucket, the sum and the
/// count.
[[nodiscard]] ReferenceTables MakeReferenceTables(const CollectedSamples& samples);

}  // namespace maillog
