#include "exporter/web/reference_page.h"

#include <cstdint>

#include "exporter/web/html_text.h"
#include "metrics/reference.h"

namespace maillog {
namespace {

std::uint64_t SeriesOf(const CollectedSamples& samples, const RowInfo& row) {
  std::uint64_t entries = 0;
  for (const auto& part : samples) {
    const auto family = part->families().find(row.name);
    if (family != part->families().end()) entries += family->second.series.size();
  }
  const std::size_t each = row.type == RowType::kHistogram ? row.bounds.size() + 3 : 1;
  return entries * each;
}

template <class Names>
std::string Codes(const Names& names) {
  std::string html;
  for (const std::string_view name : names) {
    html += (html.empty() ? "<code>" : " <code>") + HtmlText(name) + "</code>";
  }
  return html;
}

}  // namespace

ReferenceTables MakeReferenceTables(const CollectedSamples& samples) {
  ReferenceTables tables;
  for (const ReferenceTopic& topic : ReferenceTopics()) {
    for (const RowInfo& row : topic.rows) {
      tables.metrics += "<tr><th scope=\"row\"><code>" + HtmlText(row.name) + "</code></th><td>" +
                        HtmlText(topic.title) + "</td><td>" + std::string(TypeNameOf(row)) +
                        "</td><td>" + Codes(row.label_names) + "</td><td>" +
                        HtmlWithCode(WhatRowIs(row)) + "</td><td class=\"number\">" +
                        std::to_string(SeriesOf(samples, row)) + "</td></tr>\n";
    }
  }
  for (const ReferenceLabel& label : ReferenceLabels()) {
    tables.labels += "<tr><th scope=\"row\"><code>" + HtmlText(label.name) + "</code></th><td>" +
                     HtmlWithCode(label.values) + "</td><td>" + Codes(label.rows) + "</td></tr>\n";
  }
  return tables;
}

}  // namespace maillog
