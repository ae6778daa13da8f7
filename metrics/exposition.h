// How metric families become the text that Prometheus scrapes.
#pragma once

#include <prometheus/metric_family.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace maillog {

class Exposition {
 public:
  virtual ~Exposition() = default;
  /// Value of the Content-Type header for what Serialize() returns.
  [[nodiscard]] virtual std::string_view content_type() const = 0;
  [[nodiscard]] virtual std::string Serialize(
      const std::vector<prometheus::MetricFamily>& families) const = 0;
};

/// The Prometheus text format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats). Numbers
/// are written with as few digits as give the same number when read, which prometheus-cpp's own
/// serializer does not do; `le` and `quantile` have the canonical form of OpenMetrics, so that the
/// series are the same in every format; help texts and label values are escaped. Stateless,
/// thread-safe.
[[nodiscard]] std::unique_ptr<Exposition> MakeTextExposition();

}  // namespace maillog
