#include "metrics/exposition.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>

namespace maillog {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

void AppendNumber(std::string& text, std::uint64_t number) {
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  text.append(digits.data(), end);
}

/// The shortest digits that read back as the same number; whole numbers without an exponent.
void AppendNumber(std::string& text, double number) {
  constexpr double kWholeUpTo = 9007199254740992;  // 2^53: every whole number is one of its own
  if (std::isnan(number)) {
    text += "NaN";
    return;
  }
  if (std::isinf(number)) {
    text += number > 0 ? "+Inf" : "-Inf";
    return;
  }
  std::array<char, 32> digits{};
  char* const end = digits.data() + digits.size();
  const bool whole = std::trunc(number) == number && std::abs(number) <= kWholeUpTo;
  const auto written = whole ? std::to_chars(digits.data(), end, static_cast<std::int64_t>(number))
                             : std::to_chars(digits.data(), end, number);
  text.append(digits.data(), written.ptr);
}

/// For labels whose values are numbers, the canonical form of OpenMetrics 1.0.0 ("Canonical
/// Numbers"): the shortest digits, always with a point or an exponent, and with an exponent where
/// it is below -4 or above 5. Prometheus 2 keeps such a label as it is written, and every other
/// format has this form: with another one here each histogram would split when the format changes.
void AppendCanonical(std::string& text, double number) {
  constexpr double kLeastPlain = 1e-4;
  constexpr double kFirstWithExponent = 1e6;
  if (!std::isfinite(number)) return AppendNumber(text, number);
  const double size = std::abs(number);
  const bool plain = size == 0 || (size >= kLeastPlain && size < kFirstWithExponent);
  const auto form = plain ? std::chars_format::fixed : std::chars_format::scientific;
  std::array<char, 32> digits{};
  char* const end = std::to_chars(digits.data(), digits.data() + digits.size(), number, form).ptr;
  text.append(digits.data(), end);
  if (plain && std::find(digits.data(), end, '.') == end) text += ".0";
}

void AppendEscaped(std::string& text, std::string_view raw, std::string_view also_escaped) {
  for (const char c : raw) {
    if (c == '\n') {
      text += "\\n";
      continue;
    }
    if (c == '\\' || also_escaped.find(c) != std::string_view::npos) text += '\\';
    text += c;
  }
}

/// `server="postfix",status="sent",`
std::string LabelsOf(const prometheus::ClientMetric& metric) {
  std::string labels;
  for (const prometheus::ClientMetric::Label& label : metric.label) {
    labels.append(label.name).append("=\"");
    AppendEscaped(labels, label.value, "\"");
    labels += "\",";
  }
  return labels;
}

/// The samples of one metric, each on a line of its own.
class SampleWriter {
 public:
  SampleWriter(std::string& text, const std::string& family, const prometheus::ClientMetric& metric)
      : text_(text),
        family_(family),
        labels_(LabelsOf(metric)),
        timestamp_ms_(metric.timestamp_ms) {}

  template <class Number>
  void Write(std::string_view suffix, Number value) {
    text_.append(family_).append(suffix);
    if (!labels_.empty()) {
      text_.append("{").append(labels_);
      text_.back() = '}';
    }
    WriteValue(value);
  }

  /// With one label more, whose value is a number: `le="60.0"`.
  template <class Number>
  void WriteAt(std::string_view suffix, std::string_view label, double at, Number value) {
    text_.append(family_).append(suffix).append("{").append(labels_).append(label).append("=\"");
    AppendCanonical(text_, at);
    text_ += "\"}";
    WriteValue(value);
  }

 private:
  template <class Number>
  void WriteValue(Number value) {
    text_ += ' ';
    AppendNumber(text_, value);
    if (timestamp_ms_ != 0) text_.append(" ").append(std::to_string(timestamp_ms_));
    text_ += '\n';
  }

  std::string& text_;
  const std::string& family_;
  const std::string labels_;
  const std::int64_t timestamp_ms_;
};

void WriteSummary(const prometheus::ClientMetric::Summary& summary, SampleWriter& writer) {
  writer.Write("_count", summary.sample_count);
  writer.Write("_sum", summary.sample_sum);
  for (const auto& quantile : summary.quantile)
    writer.WriteAt("", "quantile", quantile.quantile, quantile.value);
}

/// The format wants a last bucket `+Inf`, which the model may leave out.
void WriteHistogram(const prometheus::ClientMetric::Histogram& histogram, SampleWriter& writer) {
  writer.Write("_count", histogram.sample_count);
  writer.Write("_sum", histogram.sample_sum);
  for (const auto& bucket : histogram.bucket)
    writer.WriteAt("_bucket", "le", bucket.upper_bound, bucket.cumulative_count);
  if (histogram.bucket.empty() || histogram.bucket.back().upper_bound != kInfinity)
    writer.WriteAt("_bucket", "le", kInfinity, histogram.sample_count);
}

std::string_view NameOf(prometheus::MetricType type) {
  switch (type) {
    case prometheus::MetricType::Counter:
      return "counter";
    case prometheus::MetricType::Gauge:
      return "gauge";
    case prometheus::MetricType::Summary:
      return "summary";
    case prometheus::MetricType::Histogram:
      return "histogram";
    default:
      return "untyped";
  }
}

void WriteMetric(const prometheus::ClientMetric& metric, prometheus::MetricType type,
                 SampleWriter& writer) {
  switch (type) {
    case prometheus::MetricType::Counter:
      return writer.Write("", metric.counter.value);
    case prometheus::MetricType::Gauge:
      return writer.Write("", metric.gauge.value);
    case prometheus::MetricType::Summary:
      return WriteSummary(metric.summary, writer);
    case prometheus::MetricType::Histogram:
      return WriteHistogram(metric.histogram, writer);
    default:
      return writer.Write("", metric.untyped.value);
  }
}

void WriteFamily(std::string& text, const prometheus::MetricFamily& family) {
  if (!family.help.empty()) {
    text.append("# HELP ").append(family.name).append(" ");
    AppendEscaped(text, family.help, "");
    text += '\n';
  }
  text.append("# TYPE ").append(family.name).append(" ").append(NameOf(family.type)).append("\n");
  for (const prometheus::ClientMetric& metric : family.metric) {
    SampleWriter writer(text, family.name, metric);
    WriteMetric(metric, family.type, writer);
  }
}

class TextExposition : public Exposition {
 public:
  [[nodiscard]] std::string_view content_type() const override {
    return "text/plain; version=0.0.4; charset=utf-8";
  }
  [[nodiscard]] std::string Serialize(
      const std::vector<prometheus::MetricFamily>& families) const override {
    std::string text;
    for (const prometheus::MetricFamily& family : families) WriteFamily(text, family);
    return text;
  }
};

}  // namespace

std::unique_ptr<Exposition> MakeTextExposition() { return std::make_unique<TextExposition>(); }

}  // namespace maillog
