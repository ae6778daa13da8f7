#include "activity/recent_table.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>

namespace maillog::test {
namespace {

constexpr std::uint8_t kMaxKind = 9;

TEST(RecentTable, KeepsWhatWasNotedUntilItIsRemoved) {
  RecentTable table(4);
  EXPECT_EQ(table.Find(17), nullptr);
  table.Remove(17);
  table.Add(17, 1, 2);
  ASSERT_NE(table.Find(17), nullptr);
  EXPECT_EQ(table.Find(17)->value, 1U);
  EXPECT_EQ(table.Find(17)->kind, 2);
  table.Add(17, 5, 3);
  EXPECT_EQ(table.Find(17)->value, 5U);
  table.Remove(17);
  EXPECT_EQ(table.Find(17), nullptr);
}

TEST(RecentTable, TheOldestOfASetGoes) {
  RecentTable table(2);
  for (std::uint64_t i = 1; i <= 8; ++i) table.Add(2 * i, i, 0);
  table.Add(2, 100, 0);  // now the newest
  table.Add(3, 0, 0);    // of the other set
  table.Add(18, 9, 0);
  EXPECT_EQ(table.Find(4), nullptr) << "the oldest";
  for (const std::uint64_t key : {2U, 3U, 6U, 8U, 10U, 12U, 14U, 16U, 18U})
    EXPECT_NE(table.Find(key), nullptr) << key;
}

TEST(RecentTable, AFreePlaceIsTakenBeforeAnybodyGoes) {
  RecentTable table(1);
  for (std::uint64_t i = 1; i <= 8; ++i) table.Add(i, i, 0);
  table.Remove(5);
  table.Add(9, 9, 0);
  for (const std::uint64_t key : {1U, 2U, 3U, 4U, 6U, 7U, 8U, 9U})
    EXPECT_NE(table.Find(key), nullptr) << key;
}

// Against a plain model of sets.
TEST(RecentTable, IsWhatAModelIs) {
  std::mt19937_64 random(3);
  RecentTable table(4);
  std::map<std::uint64_t, std::pair<std::uint64_t, int>> model;  // value, and when
  for (int step = 0; step < 5000; ++step) {
    const std::uint64_t key = random() % 60 + 1;
    if (random() % 3 == 0) {
      table.Remove(key);
      model.erase(key);
    } else {
      std::size_t others = 0;
      auto oldest = model.end();
      for (auto one = model.begin(); one != model.end(); ++one) {
        if (one->first % 4 != key % 4 || one->first == key) continue;
        ++others;
        if (oldest == model.end() || one->second.second < oldest->second.second) oldest = one;
      }
      if (!model.contains(key) && others == RecentTable::kWays) model.erase(oldest);
      const std::uint64_t value = random();
      table.Add(key, value, 1);
      model[key] = {value, step};
    }
    for (std::uint64_t one = 1; one <= 60; ++one) {
      const auto* note = table.Find(one);
      ASSERT_EQ(note != nullptr, model.contains(one)) << step;
      if (note != nullptr) {
        ASSERT_EQ(note->value, model.at(one).first);
      }
    }
    if (step % 100 != 0) continue;
    RecentTable again(4);
    for (std::size_t set = 0; set < 4; ++set)
      ASSERT_TRUE(again.Read(set, table.Bytes(set), kMaxKind));
    table = again;
  }
}

TEST(RecentTable, NumbersBeginAgainInTheirOrder) {
  RecentTable table(1);
  for (std::uint64_t i = 1; i <= 8; ++i) table.Add(i, i, 0);
  std::string bytes = table.Bytes(0);
  for (std::size_t at = 17; at < bytes.size(); at += 22) {  // after place, key and value
    bytes.replace(at + 1, 3, "\xff\xff\xff");
    bytes[at] = static_cast<char>(0xf7 + bytes[at]);
  }
  RecentTable late(1);
  ASSERT_TRUE(late.Read(0, bytes, kMaxKind));
  for (std::uint64_t i = 9; i <= 12; ++i) late.Add(i, i, 0);
  for (std::uint64_t i = 1; i <= 12; ++i) EXPECT_EQ(late.Find(i) != nullptr, i > 4) << i;
}

TEST(RecentTable, ReadsOnlyWhatItCanHaveWritten) {
  RecentTable table(4);
  table.Add(5, 7, 1);
  const std::string bytes = table.Bytes(1);
  ASSERT_EQ(bytes.size(), 22U);
  EXPECT_TRUE(RecentTable(4).Read(1, bytes, 1));
  EXPECT_FALSE(RecentTable(4).Read(2, bytes, 1)) << "of another set";
  EXPECT_FALSE(RecentTable(4).Read(1, bytes, 0)) << "there is no such kind";
  for (std::size_t cut = 1; cut < bytes.size(); ++cut)
    EXPECT_FALSE(RecentTable(4).Read(1, bytes.substr(0, cut), 1)) << cut;
  std::string other = bytes;
  other[0] = 8;
  EXPECT_FALSE(RecentTable(4).Read(1, other, 1)) << "there is no such place";
  EXPECT_FALSE(RecentTable(4).Read(0, std::string(22, '\0'), 1)) << "no key";
}

}  // namespace
}  // namespace maillog::test
