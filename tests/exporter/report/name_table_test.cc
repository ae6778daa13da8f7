#include "exporter/report/name_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace maillog::test {
namespace {

using testing::SizeIs;

TEST(NameTableTest, TheMostFrequentComeFirst) {
  NameTable table;
  table.Add("b", 0, 2);
  table.Add("a", 1, 2);
  table.Add("c", 0, 3);
  table.AddRow("a", {0, 0, 1000}, 0);
  NameTable::Counts others{};
  const auto rows = table.Top(2, others);
  ASSERT_THAT(rows, SizeIs(2));
  EXPECT_EQ(rows[0].name, "c");
  EXPECT_EQ(rows[1].name, "a");
  EXPECT_EQ(rows[1].counts, (NameTable::Counts{0, 2, 1000}));
  EXPECT_EQ(others, (NameTable::Counts{2, 0, 0}));
}

TEST(NameTableTest, MadeUpNamesNeitherGrowItNorHideFrequentOnes) {
  NameTable table(100);
  std::uint64_t all = 0;
  for (int i = 0; i < 10'000; ++i) {
    table.Add("made-up-" + std::to_string(i), 0, 1);
    if (i % 10 == 0) table.Add("busy", 0, 1);
    all += i % 10 == 0 ? 2 : 1;
    ASSERT_LE(table.size(), 100U);
  }
  NameTable::Counts others{};
  const auto rows = table.Top(1, others);
  EXPECT_EQ(rows[0].name, "busy");
  EXPECT_GE(rows[0].counts[0], 990U);  // counted from when it was more frequent than others
  EXPECT_EQ(rows[0].counts[0] + others[0], all);
}

TEST(NameTableTest, MergingAddsUp) {
  NameTable a(10);
  NameTable b(10);
  for (int i = 0; i < 50; ++i) {
    a.Add(std::to_string(i), 0, 1);
    b.Add(std::to_string(i), 1, 2);
  }
  a.Merge(b);
  NameTable::Counts others{};
  std::uint64_t first = 0;
  std::uint64_t second = 0;
  for (const auto& row : a.Top(100, others)) {
    first += row.counts[0];
    second += row.counts[1];
  }
  EXPECT_EQ(first + others[0], 50U);
  EXPECT_EQ(second + others[1], 100U);
}

TEST(NameTableTest, ALongNameIsCut) {
  NameTable table;
  table.Add(std::string(100'000, 'x'), 0, 1);
  NameTable::Counts others{};
  EXPECT_EQ(table.Top(1, others)[0].name.size(), NameTable::kMaxName);
}

TEST(NameTableTest, NamesThatDifferInOneByteAreApart) {
  NameTable table;
  std::size_t names = 0;
  for (std::size_t size = 0; size <= 70; ++size) {
    const std::string same(size, 'x');
    table.Add(same, 0, size + 1);
    ++names;
    for (std::size_t at = 0; at < size; ++at) {
      std::string other = same;
      other[at] = 'y';
      table.Add(other, 1, 1000 * size + at + 1);
      ++names;
    }
  }
  EXPECT_EQ(table.size(), names);
  NameTable::Counts others{};
  for (const NameTable::Row& row : table.Top(names, others)) {
    const std::size_t at = row.name.find('y');
    const std::size_t size = row.name.size();
    EXPECT_EQ(row.rank, at == std::string::npos ? size + 1 : 1000 * size + at + 1) << row.name;
  }
  EXPECT_EQ(others, NameTable::Counts{});
}

TEST(NameTableTest, ARowAddsAllColumnsAtOnce) {
  NameTable table;
  table.AddRow("a", {1, 2, 1000}, 3);
  table.AddRow("a", {1, 0, 500}, 1);
  NameTable::Counts others{};
  const auto rows = table.Top(1, others);
  EXPECT_EQ(rows[0].counts, (NameTable::Counts{2, 2, 1500}));
  EXPECT_EQ(rows[0].rank, 4U);
}

// Those with fewer counts first, and of those with as many the newest.
TEST(NameTableTest, WhatIsForgottenIsTheRarest) {
  NameTable table(4);
  for (const std::string_view name : {"old", "new", "busy", "rare"})
    table.Add(name, 0, name == "busy" ? 3 : name == "rare" ? 1 : 2);
  table.Add("next", 0, 1);
  NameTable::Counts others{};
  const auto rows = table.Top(5, others);
  ASSERT_THAT(rows, SizeIs(3));
  EXPECT_EQ(rows[0].name, "busy");
  EXPECT_EQ(rows[1].name, "old");
  EXPECT_EQ(rows[2].name, "next");
  EXPECT_EQ(others[0], 3U);
}

}  // namespace
}  // namespace maillog::test
