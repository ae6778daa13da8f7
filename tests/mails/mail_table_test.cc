// The table against a simple model, over many random operations, and over copies.
#include "mails/mail_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <list>
#include <map>
#include <random>
#include <vector>

namespace maillog::test {
namespace {

constexpr MailList kLists[] = {MailList::kBegun, MailList::kQueued, MailList::kLate,
                               MailList::kOver};

/// What the table should hold: ids in the order of each list, and a number for each.
struct Model {
  std::map<MailList, std::list<MailId>> lists;
  std::map<MailId, std::uint32_t> runs;

  void Remove(MailId id) {
    for (auto& [list, ids] : lists) ids.remove(id);
    runs.erase(id);
  }
};

void ExpectSame(const MailTable& table, const Model& model, unsigned seed) {
  std::size_t size = 0;
  for (const MailList list : kLists) {
    std::list<MailId> ids;
    for (MailSlot slot = table.First(list); slot != MailTable::kNone; slot = table.Next(slot)) {
      ids.push_back(table.At(slot).id);
      EXPECT_EQ(table.At(slot).list, list);
    }
    const auto expected = model.lists.find(list);
    EXPECT_EQ(ids, expected == model.lists.end() ? std::list<MailId>{} : expected->second)
        << "seed " << seed;
    EXPECT_EQ(table.SizeOf(list), ids.size());
    size += ids.size();
  }
  EXPECT_EQ(size, model.runs.size());
  for (const auto& [id, runs] : model.runs) {
    const MailSlot slot = table.Find(id, Mail::kAnyScope);
    ASSERT_NE(slot, MailTable::kNone) << "seed " << seed;
    EXPECT_EQ(table.At(slot).runs, runs) << "seed " << seed;
  }
}

/// Some ids differ only in the half by which they are not found, so that they lie side by side.
MailId IdOf(std::uint64_t number) { return (number / 4 * 0x9E3779B9) << 32 | (number % 4 + 1); }

TEST(MailTable, HoldsWhatAModelHolds) {
  for (unsigned seed = 0; seed < 30; ++seed) {
    std::mt19937 random(seed);
    MailTable table;
    Model model;
    std::vector<std::pair<MailPages, Model>> copies;
    for (int i = 0; i < 3000; ++i) {
      const MailId id = IdOf(random() % 400);
      const MailSlot slot = table.Find(id, Mail::kAnyScope);
      ASSERT_EQ(slot != MailTable::kNone, model.runs.contains(id)) << "seed " << seed;
      const MailList list = kLists[random() % 4];
      if (slot == MailTable::kNone) {
        (void)table.Add(id, 1, list);
        model.lists[list].push_back(id);
        model.runs[id] = 0;
      } else if (const auto chance = random() % 4; chance == 0) {
        table.Remove(slot);
        model.Remove(id);
      } else if (chance == 1) {
        table.Move(slot, list);
        for (auto& [of, ids] : model.lists) ids.remove(id);
        model.lists[list].push_back(id);
      } else {
        table.Change(slot).runs = model.runs[id] = static_cast<std::uint32_t>(random());
      }
      if (i % 500 == 77) copies.emplace_back(table.Pages(), model);
    }
    ExpectSame(table, model, seed);
    // Copies are as they were, and a table goes on from each.
    for (const auto& [pages, then] : copies) {
      MailTable restored;
      restored.Restore(pages);
      ExpectSame(restored, then, seed);
      Model more = then;
      (void)restored.Add(77, 1, MailList::kLate);
      more.lists[MailList::kLate].push_back(77);
      more.runs[77] = 0;
      ExpectSame(restored, more, seed);
    }
    ExpectSame(table, model, seed);
  }
}

TEST(MailTable, IdsOfSeveralScopesAreApart) {
  MailTable table;
  const MailSlot first = table.Add(5, 1, MailList::kBegun);
  const MailSlot second = table.Add(5, 2, MailList::kBegun);
  EXPECT_EQ(table.Find(5, 1), first);
  EXPECT_EQ(table.Find(5, 2), second);
  EXPECT_EQ(table.Find(5, 3), MailTable::kNone);
  EXPECT_NE(table.Find(5, Mail::kAnyScope), MailTable::kNone);
  EXPECT_EQ(table.Find(6, Mail::kAnyScope), MailTable::kNone);
  table.Remove(first);
  EXPECT_EQ(table.Find(5, 1), MailTable::kNone);
  EXPECT_EQ(table.Find(5, Mail::kAnyScope), second);
}

TEST(MailTable, ACopySharesThePagesThatHaveNotChanged) {
  MailTable table;
  for (MailId id = 1; id <= 10 * MailPage::kSlots; ++id)
    (void)table.Add(id << 32, 1, MailList::kQueued);
  const MailPages then = table.Pages();
  table.Change(table.Find(MailId{1} << 32, 1)).runs = 7;
  const MailPages now = table.Pages();
  ASSERT_EQ(then.size(), now.size());
  std::size_t same = 0;
  for (std::size_t i = 0; i < now.size(); ++i) same += then[i] == now[i] ? 1 : 0;
  EXPECT_EQ(same, now.size() - 1);
}

}  // namespace
}  // namespace maillog::test
