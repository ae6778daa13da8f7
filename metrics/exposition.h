// How samples become what Prometheus scrapes: its text format 0.0.4
// (prometheus.io/docs/instrumenting/exposition_formats), OpenMetrics 1.0.0
// (prometheus.io/docs/specs/om/open_metrics_spec), and delimited protobuf
// (io.prometheus.client.MetricFamily of prometheus/client_model).
//
// The series, their names, labels and help are the same in all of them: numbers have as few digits
// as read back to the same number, and `le` has the canonical form of OpenMetrics.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "metrics/samples.h"

namespace maillog {

enum class ExpositionFormat : std::uint8_t { kText, kOpenMetrics, kProtobuf };

/// Value of the header Content-Type.
[[nodiscard]] std::string_view ContentTypeOf(ExpositionFormat format);

/// Whether OpenMetrics has a line `_created` for each counter and histogram: when it stood at 0.
/// Protobuf always has that; the text format cannot say it.
enum class CreatedLines : bool { kNo, kYes };

struct ExpositionOptions {
  /// Whether a row is to be shown; empty: all are.
  std::function<bool(const RowInfo&)> filter = nullptr;
  CreatedLines created_lines = CreatedLines::kNo;
  /// When rows that do not outlive the process stood at 0: Unix time; 0: not said.
  std::int64_t started = 0;
};

/// Appends all families, or those that the filter lets through.
void AppendExposition(ExpositionFormat format, const Samples& samples, std::string& text,
                      const ExpositionOptions& options = {});

/// What comes after the last family.
[[nodiscard]] std::string_view EndOf(ExpositionFormat format);

/// All of it as text. For immediate use.
[[nodiscard]] std::string ExpositionText(const Samples& samples);

}  // namespace maillog
