// The lint of the catalog: what promtool would complain about, and the house rules for rows.
#include "metrics/catalog/catalog.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace maillog {
namespace {

bool IsName(std::string_view name) {
  return !name.empty() && IsLower(name.front()) &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return IsLower(c) || IsDigit(c) || c == '_'; });
}

bool IsOwnProcessRow(const RowInfo& row) { return row.name.starts_with("process_"); }

TEST(Catalog, NamesAreLegalPrefixedAndUnique) {
  std::set<std::string_view> names;
  for (const RowInfo& row : AllRows()) {
    EXPECT_TRUE(IsName(row.name)) << row.name;
    EXPECT_TRUE(row.name.starts_with("maillog_") || IsOwnProcessRow(row)) << row.name;
    EXPECT_TRUE(names.insert(row.name).second) << row.name << " stands twice";
  }
}

TEST(Catalog, CountersEndInTotalAndNothingElseDoes) {
  for (const RowInfo& row : AllRows()) {
    EXPECT_EQ(row.name.ends_with("_total"), row.type == RowType::kCounter) << row.name;
  }
}

TEST(Catalog, TimesAndSizesAreInBaseUnits) {
  for (const RowInfo& row : AllRows()) {
    for (const std::string_view wrong :
         {"_ms", "_milliseconds", "_minutes", "_kb", "_kilobytes", "_micros"}) {
      EXPECT_EQ(row.name.find(wrong), std::string_view::npos) << row.name;
    }
    EXPECT_TRUE(row.unit == Unit::kOne || row.name.find("_seconds") != std::string_view::npos)
        << row.name;
  }
}

TEST(Catalog, HelpIsOneSentenceThatNeedsNoEscapes) {
  for (const RowInfo& row : AllRows()) {
    ASSERT_FALSE(row.help.empty()) << row.name;
    EXPECT_TRUE(row.help.ends_with('.')) << row.name;
    EXPECT_EQ(row.help.find_first_of("\\\n\"|"), std::string_view::npos) << row.name;
    EXPECT_EQ(row.help.find(". "), std::string_view::npos) << row.name << " has two sentences";
  }
}

TEST(Catalog, LabelsAvoidTheTargetLabelsOfPrometheusAndKubernetes) {
  const std::set<std::string_view> taken{"instance",  "job",  "service",  "pod",  "namespace",
                                         "container", "node", "endpoint", "host", "le"};
  for (const RowInfo& row : AllRows()) {
    std::set<std::string_view> names;
    for (const std::string_view label : row.label_names) {
      EXPECT_TRUE(IsName(label)) << row.name << ' ' << label;
      EXPECT_FALSE(taken.contains(label)) << row.name << ' ' << label;
      EXPECT_TRUE(names.insert(label).second) << row.name << " has " << label << " twice";
    }
  }
}

TEST(Catalog, BoundsAscendAndOnlyHistogramsHaveThem) {
  for (const RowInfo& row : AllRows()) {
    EXPECT_EQ(row.type == RowType::kHistogram, !row.bounds.empty()) << row.name;
    EXPECT_TRUE(std::is_sorted(row.bounds.begin(), row.bounds.end(), std::less_equal<>()))
        << row.name;
  }
}

TEST(Catalog, WhatPostfixSaysCarriesServerAndSyslogName) {
  std::apply(
      [](const auto&... row) {
        const auto check = [](const RowInfo& info) {
          EXPECT_TRUE(std::find(info.label_names.begin(), info.label_names.end(), "server") !=
                      info.label_names.end())
              << info.name;
        };
        (check(row.info()), ...);
      },
      kCatalog);
}

}  // namespace
}  // namespace maillog
