#include "metrics/family_text.h"

#include <algorithm>
#include <charconv>

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

}  // namespace

FamilyText::FamilyText(ExpositionFormat format, const RowInfo& row, std::string& text)
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

void FamilyText::WriteHead() {
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

void FamilyText::SetMoment(std::int64_t seconds) {
  end_ = " ";
  end_.append(std::to_string(seconds)).append("\n");
}

void FamilyText::Write(const LabelValues& labels, const SampleValue& value, std::int64_t created) {
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
  text_ += end_;
  WriteCreated(created);
}

void FamilyText::WriteName(std::string_view name, std::string_view suffix) {
  text_.append(name).append(suffix);
  if (!labels_.empty()) {
    text_.append("{").append(labels_);
    text_.back() = '}';
  }
  text_ += ' ';
}

void FamilyText::WriteCount(std::uint64_t count) {
  if (row_.unit == Unit::kOne) return AppendNumber(text_, count);
  AppendNumber(text_, InBaseUnit(static_cast<double>(count), row_.unit));
}

void FamilyText::WriteCreated(std::int64_t created) {
  if (created == 0) return;
  WriteName(DialogueOf(row_, ExpositionFormat::kOpenMetrics).family, "_created");
  AppendNumber(text_, static_cast<std::uint64_t>(created));
  text_ += '\n';
}

void FamilyText::WriteHistogram(const HistogramValue& histogram) {
  WriteName("_count");
  AppendNumber(text_, histogram.count);
  text_ += end_;
  WriteName("_sum");
  AppendNumber(text_, InBaseUnit(static_cast<double>(histogram.sum), row_.unit));
  text_ += end_;
  start_.assign(row_.name).append("_bucket{").append(labels_).append("le=\"");
  // Most lines are those of buckets: they are written where there is room for sure, all at once.
  constexpr std::size_t kNumber = 24;
  const std::size_t longest_line = start_.size() + longest_bound_ + kNumber + end_.size();
  if (lines_.size() < bounds_.size() * longest_line) {
    lines_.resize(bounds_.size() * longest_line);
  }
  char* at = lines_.data();
  std::uint64_t cumulative = 0;
  for (std::size_t i = 0; i < bounds_.size() && i < histogram.buckets.size(); ++i) {
    cumulative += histogram.buckets[i];
    at = std::copy(start_.begin(), start_.end(), at);
    at = std::copy(bounds_[i].begin(), bounds_[i].end(), at);
    at = std::to_chars(at, at + kNumber, cumulative).ptr;
    at = std::copy(end_.begin(), end_.end(), at);
  }
  text_.append(lines_.data(), at);
}

}  // namespace maillog
