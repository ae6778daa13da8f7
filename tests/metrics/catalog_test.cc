// The lint of the catalog: what promtool would complain about, and the house rules for rows.
#include "metrics/catalog/catalog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>

#include "metrics/target_labels.h"

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
    EXPECT_TRUE(names.insert(row.name).second) << row.name << " is there twice";
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
  std::set<std::string_view> taken(kTargetLabels.begin(), kTargetLabels.end());
  taken.insert("le");
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

TEST(Catalog, EachRowOverFactsSaysWhichServer) {
  std::apply(
      [](const auto&... row) {
        const auto check = [](const RowInfo& info) {
          // Whole mails are known of Postfix alone: its server is in maillog_mails_total.
          if (StartsWith(info.name, "maillog_mail_")) return;
          EXPECT_THAT(info.label_names, testing::Contains("server")) << info.name;
        };
        (check(row.info()), ...);
      },
      kCatalog);
}

// Saved totals of a former name go on under the present one, whatever kind the row is of.
static_assert(Counter<MtaReport, &MtaReport::code>{"new", "Help.", "old"}.info().was == "old");
static_assert(Sum<Pop3Figures, &Pop3Figures::top_bytes>{"new", "Help.", "old"}.info().was == "old");
static_assert(Histogram<Delivery, &Delivery::delay>{"new", "Help.", kSecondsBounds, Unit::kMicros,
                                                    "old"}
                  .info()
                  .was == "old");

// A row missing from its tuple would be declared, but documented nowhere and never counted.
TEST(Catalog, HasEveryRowThatIsDeclared) {
  std::set<std::string_view> rows;
  for (const RowInfo& row : AllRows()) rows.insert(row.name);
  const std::regex name("\"((maillog|process)_[a-z0-9_]+)\"");
  const auto folder = std::filesystem::path(MAILLOG_TESTS_DIR) / ".." / "metrics" / "catalog";
  std::size_t found = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(entry.path());
    const std::string text(std::istreambuf_iterator<char>(file), {});
    for (std::sregex_iterator at(text.begin(), text.end(), name), end; at != end; ++at) {
      ++found;
      EXPECT_TRUE(rows.contains((*at)[1].str()))
          << "metrics/catalog/" << entry.path().filename().string() << ": " << (*at)[1]
          << " is declared, but is not in the tuple or array of rows at the end of the file";
    }
  }
  EXPECT_EQ(found, rows.size());
}

}  // namespace
}  // namespace maillog
