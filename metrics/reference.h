// METRICS.md, made from the catalog.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "metrics/row.h"

namespace maillog {

/// A heading with its rows, in the order of the catalog.
struct ReferenceTopic {
  std::string_view title;
  std::vector<RowInfo> rows;
};
[[nodiscard]] std::vector<ReferenceTopic> ReferenceTopics();

/// `counter`, `gauge`, `histogram`.
[[nodiscard]] std::string_view TypeNameOf(const RowInfo& row);

/// Help, buckets and a former name, in Markdown: code is between backquotes.
[[nodiscard]] std::string WhatRowIs(const RowInfo& row);

/// One list of values that labels of a name can have.
struct ReferenceLabel {
  std::string name;
  std::string values;  ///< in Markdown
  std::vector<std::string_view>
      rows;  ///< that it is of; empty if labels of that name have no other
};
[[nodiscard]] std::vector<ReferenceLabel> ReferenceLabels();

/// The metric reference: every row with type, labels and help, every closed label with its values.
[[nodiscard]] std::string MetricsReference();

}  // namespace maillog
