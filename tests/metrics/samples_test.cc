#include "metrics/samples.h"

#include <gtest/gtest.h>

#include <array>
#include <string_view>

namespace maillog {
namespace {

constexpr std::array<std::string_view, 1> kLabels{"a"};
constexpr RowInfo kLines{.name = "test_lines_total", .label_names = kLabels};
constexpr RowInfo kGauge{.name = "test_gauge", .type = RowType::kGauge, .label_names = kLabels};

TEST(Samples, ACopyStaysAsItIsWhenTheOtherMoves) {
  Samples first;
  first.AddCounter(kLines, {"x"}, 1);
  first.SetGauge(kGauge, {"x"}, 1);
  Samples second = first;
  second.AddCounter(kLines, {"x"}, 10);
  second.AddCounter(kLines, {"y"}, 5);
  first.SetGauge(kGauge, {"x"}, 2);
  EXPECT_EQ(first.CounterValue(kLines.name, {"x"}), 1U);
  EXPECT_EQ(first.families().at(kLines.name).series.size(), 1U);
  EXPECT_EQ(second.CounterValue(kLines.name, {"x"}), 11U);
  EXPECT_EQ(second.CounterValue(kLines.name, {"y"}), 5U);
  EXPECT_EQ(std::get<double>(first.families().at(kGauge.name).series.at({"x"})), 2);
  EXPECT_EQ(std::get<double>(second.families().at(kGauge.name).series.at({"x"})), 1);
}

TEST(Samples, ACopySharesWhatHasNotMoved) {
  Samples first;
  first.AddCounter(kLines, {"x"}, 1);
  first.SetGauge(kGauge, {"x"}, 1);
  Samples second = first;
  second.SetGauge(kGauge, {"x"}, 2);
  const auto place = [](const Samples& samples, const RowInfo& row) {
    return &*samples.families().at(row.name).series.begin();
  };
  EXPECT_EQ(place(first, kLines), place(second, kLines));
  EXPECT_NE(place(first, kGauge), place(second, kGauge));
}

}  // namespace
}  // namespace maillog
