#include "metrics/exposition.h"

#include <string>

#include "metrics/created.h"
#include "metrics/exposition_protobuf.h"
#include "metrics/family_text.h"

namespace maillog {

std::string_view ContentTypeOf(ExpositionFormat format) {
  switch (format) {
    case ExpositionFormat::kText:
      return "text/plain; version=0.0.4; charset=utf-8";
    case ExpositionFormat::kOpenMetrics:
      return "application/openmetrics-text; version=1.0.0; charset=utf-8";
    case ExpositionFormat::kProtobuf:
      break;
  }
  return "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; "
         "encoding=delimited";
}

void AppendExposition(ExpositionFormat format, const Samples& samples, std::string& text,
                      const ExpositionOptions& options) {
  const bool says_created =
      format == ExpositionFormat::kOpenMetrics && options.created_lines == CreatedLines::kYes;
  for (const auto& [name, family] : samples.families()) {
    if (options.filter && !options.filter(family.row)) continue;
    if (format == ExpositionFormat::kProtobuf) {
      AppendProtobuf(family, options.started, text);
      continue;
    }
    FamilyText writer(format, family.row, text);
    writer.WriteHead();
    const CreatedTimes created(family, options.started);
    std::size_t place = 0;
    for (const auto& [labels, value] : family.series) {
      writer.Write(labels, value, says_created ? created.At(place++) : 0);
    }
  }
}

std::string_view EndOf(ExpositionFormat format) {
  return format == ExpositionFormat::kOpenMetrics ? "# EOF\n" : "";
}

std::string ExpositionText(const Samples& samples) {
  std::string text;
  AppendExposition(ExpositionFormat::kText, samples, text);
  return text;
}

}  // namespace maillog
