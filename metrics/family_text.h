// One family in the formats that are lines: its head, then a line for each number of a series, at
// no moment or at a stated one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "metrics/exposition.h"
#include "metrics/row.h"
#include "metrics/samples.h"

namespace maillog {

class FamilyText {
 public:
  /// `format` is one of lines. All must outlive this; appends to `text`.
  FamilyText(ExpositionFormat format, const RowInfo& row, std::string& text);

  void WriteHead();
  /// From now on numbers are those of this moment (Unix time), and say so: only OpenMetrics, whose
  /// times are in seconds.
  void SetMoment(std::int64_t seconds);
  /// `created`: when it stood at 0, Unix time; 0: not said.
  void Write(const LabelValues& labels, const SampleValue& value, std::int64_t created = 0);

 private:
  void WriteName(std::string_view suffix) { WriteName(row_.name, suffix); }
  void WriteName(std::string_view name, std::string_view suffix);
  void WriteCount(std::uint64_t count);
  void WriteCreated(std::int64_t created);
  void WriteHistogram(const HistogramValue& histogram);

  const ExpositionFormat format_;
  const RowInfo& row_;
  std::string& text_;
  std::vector<std::string> bounds_;  // with what comes after them: `60.0"} `
  std::string labels_;
  std::string end_ = "\n";  // of a line, with the moment
  std::size_t longest_bound_ = 0;
  std::string start_;  // of a bucket's line
  std::string lines_;  // room for those of a histogram
};

}  // namespace maillog
