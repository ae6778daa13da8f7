#include "metrics/exposition.h"

#include <algorithm>
#include <charconv>
#include <string>
#include <vector>

#include "metrics/created.h"
#include "metrics/exposition_protobuf.h"
#include "metrics/numbers.h"

namespace maillog {
namespace {

constexpr std::string_view kTotal = "_total";
constexpr std::string_view kInfo = "_info";

void AppendEscaped(std::string& text, std::string_view raw) {
  // Without an early end, which compilers make into wide compares.
  unsigned special = 0;
  for (const char c : raw) {
    special |= static_cast<unsigned>(c == '\n') | static_cast<unsigned>(c == '\\') |
               static_cast<unsigned>(c == '"');
  }
  if (special == 0) {
    text += raw;
    return;
  }
  for (const char c : raw) {
    if (c == '\n') {
      text += "\\n";
      continue;
    }
    if (c == '\\' || c == '"') text += '\\';
    text += c;
  }
}

/// What the two formats of lines say differently of a row.
struct Dialogue {
  std::string_view family;
  std::string_view type;
  std::string_view unit;  ///< empty: not said
};

std::string_view TypeName(RowType type) {
  switch (type) {
    case RowType::kCounter:
      return "counter";
    case RowType::kGauge:
      return "gauge";
    case RowType::kHistogram:
      break;
  }
  return "histogram";
}

Dialogue DialogueOf(const RowInfo& row, ExpositionFormat format) {
  Dialogue said{.family = row.name, .type = TypeName(row.type), .unit = {}};
  if (format == ExpositionFormat::kText) return said;
  if (row.type == RowType::kCounter && row.name.ends_with(kTotal)) {
    said.family.remove_suffix(kTotal.size());
  } else if (row.type == RowType::kGauge && row.name.ends_with(kInfo)) {
    said.family.remove_suffix(kInfo.size());
    said.type = "info";
  }
  for (const std::string_view unit : {"seconds", "bytes"}) {
    if (said.family.ends_with(unit) && said.family[said.family.size() - unit.size() - 1] == '_') {
      said.unit = unit;
    }
  }
  return said;
}

/// One family, line by line.
class FamilyWriter {
 public:
  FamilyWriter(ExpositionFormat format, const RowInfo& row, std::string& text)
      : format_(format), row_(row), text_(text) {
    for (const std::int64_t bound : row.bounds) {
      AppendCanonical(bounds_.emplace_back(), InBaseUnit(static_cast<double>(bound), row.unit));
    }
    bounds_.emplace_back("+Inf");
    for (std::string& bound : bounds_) {
      bound += "\"} ";
      longest_bound_ = std::max(longest_bound_, bound.size());
    }
  }

  void WriteHead() {
    const Dialogue said = DialogueOf(row_, format_);
    const bool open_metrics = format_ == ExpositionFormat::kOpenMetrics;
    const auto help = [&] {
      if (row_.help.empty()) return;
      text_.append("# HELP ").append(said.family).append(" ");
      for (const char c : row_.help) {  // OpenMetrics escapes quotes, too
        if (c == '\\' || (c == '"' && open_metrics)) text_ += '\\';
        text_ += c;
      }
      text_ += '\n';
    };
    if (!open_metrics) help();
    text_.append("# TYPE ").append(said.family).append(" ").append(said.type).append("\n");
    if (!said.unit.empty()) {
      text_.append("# UNIT ").append(said.family).append(" ").append(said.unit).append("\n");
    }
    if (open_metrics) help();
  }

  /// `created`: when it stood at 0, Unix time; 0: not said.
  void Write(const LabelValues& labels, const SampleValue& value, std::int64_t created) {
    labels_.clear();
    ForEachLabel(row_, labels, [this](std::string_view name, std::string_view text) {
      labels_.append(name).append("=\"");
      AppendEscaped(labels_, text);
      labels_ += "\",";
    });
    if (const auto* histogram = std::get_if<HistogramValue>(&value)) {
      WriteHistogram(*histogram);
      return WriteCreated(created);
    }
    WriteName("");
    if (const auto* counter = std::get_if<std::uint64_t>(&value)) {
      WriteCount(*counter);
    } else {
      AppendNumber(text_, InBaseUnit(std::get<double>(value), row_.unit));
    }
    text_ += '\n';
    WriteCreated(created);
  }

 private:
  void WriteName(std::string_view suffix) { WriteName(row_.name, suffix); }
  void WriteName(std::string_view name, std::string_view suffix) {
    text_.append(name).append(suffix);
    if (!labels_.empty()) {
      text_.append("{").append(labels_);
      text_.back() = '}';
    }
    text_ += ' ';
  }
  void WriteCount(std::uint64_t count) {
    if (row_.unit == Unit::kOne) return AppendNumber(text_, count);
    AppendNumber(text_, InBaseUnit(static_cast<double>(count), row_.unit));
  }
  void WriteCreated(std::int64_t created) {
    if (created == 0) return;
    WriteName(DialogueOf(row_, ExpositionFormat::kOpenMetrics).family, "_created");
    AppendNumber(text_, static_cast<std::uint64_t>(created));
    text_ += '\n';
  }
  void WriteHistogram(const HistogramValue& histogram) {
    WriteName("_count");
    AppendNumber(text_, histogram.count);
    text_ += '\n';
    WriteName("_sum");
    AppendNumber(text_, InBaseUnit(static_cast<double>(histogram.sum), row_.unit));
    text_ += '\n';
    start_.assign(row_.name).append("_bucket{").append(labels_).append("le=\"");
    // Most lines are those of buckets: they are written where there is room for sure, all at once.
    constexpr std::size_t kNumberAndEnd = 24;
    const std::size_t longest_line = start_.size() + longest_bound_ + kNumberAndEnd;
    if (lines_.size() < bounds_.size() * longest_line) {
      lines_.resize(bounds_.size() * longest_line);
    }
    char* at = lines_.data();
    std::uint64_t cumulative = 0;
    for (std::size_t i = 0; i < bounds_.size() && i < histogram.buckets.size(); ++i) {
      cumulative += histogram.buckets[i];
      at = std::copy(start_.begin(), start_.end(), at);
      at = std::copy(bounds_[i].begin(), bounds_[i].end(), at);
      at = std::to_chars(at, at + kNumberAndEnd, cumulative).ptr;
      *at++ = '\n';
    }
    text_.append(lines_.data(), at);
  }

  const ExpositionFormat format_;
  const RowInfo& row_;
  std::string& text_;
  std::vector<std::string> bounds_;  // with what comes after them: `60.0"} `
  std::string labels_;
  std::size_t longest_bound_ = 0;
  std::string start_;  // of a bucket's line
  std::string lines_;  // room for those of a histogram
};

}  // namespace

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
    FamilyWriter writer(format, family.row, text);
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
