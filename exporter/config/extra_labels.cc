#include "exporter/config/extra_labels.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "exporter/count/host_tallies.h"
#include "metrics/catalog/catalog.h"
#include "metrics/target_labels.h"
#include "parser/encoding.h"
#include "parser/scan.h"

namespace maillog {
namespace {

constexpr std::size_t kMaxLabelNameBytes = 100;

// What the text format itself uses.
constexpr std::array<std::string_view, 2> kFormatLabels{"le", "quantile"};

template <class Names>
bool Contains(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

bool IsOfARow(std::string_view name) {
  const std::vector<RowInfo> rows = AllRows();
  return std::any_of(rows.begin(), rows.end(),
                     [&](const RowInfo& row) { return Contains(row.label_names, name); });
}

}  // namespace

bool IsLegalLabel(std::string_view name) {
  return !name.empty() && name.size() <= kMaxLabelNameBytes && !IsDigit(name.front()) &&
         !name.starts_with("__") &&
         std::all_of(name.begin(), name.end(), [](char c) { return IsAlnum(c) || c == '_'; });
}

bool IsOwnLabel(std::string_view name) {
  return name == kLogHostLabel || Contains(kFormatLabels, name) || IsOfARow(name);
}

std::string LabelNameFault(std::string_view name) {
  std::string shown;
  AppendValidUtf8(shown, name.substr(0, kMaxLabelNameBytes));
  if (!IsLegalLabel(name)) {
    return absl::StrCat("'", shown, "' cannot be a label: letters, digits and _ can");
  }
  if (Contains(kTargetLabels, name)) {
    return absl::StrCat("label ", shown, " is set by Prometheus itself; choose another name");
  }
  if (IsOwnLabel(name)) {
    return absl::StrCat("label ", shown, " is one of the metrics' own; choose another name");
  }
  return {};
}

}  // namespace maillog
