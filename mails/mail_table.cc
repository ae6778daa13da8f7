#include "mails/mail_table.h"

#include <algorithm>
#include <utility>

namespace maillog {

void MailTable::Copy(std::shared_ptr<MailPage>& page) { page = std::make_shared<MailPage>(*page); }

void MailTable::AddPage(std::shared_ptr<MailPage> page) {
  pages_.push_back(std::move(page));
  const auto first = static_cast<MailSlot>(links_.size());
  links_.resize(links_.size() + MailPage::kSlots);
  // From the last, so that the first is taken first.
  for (MailSlot slot = first + MailPage::kSlots; slot-- > first;) {
    if (At(slot).id != 0) continue;
    Ends& free = lists_[Index(MailList::kFree)];
    links_[slot] = {.previous = kNone, .next = free.first};
    free.first = slot;
    ++free.size;
  }
}

void MailTable::Enter(MailSlot slot) {
  constexpr std::size_t kFirstSize = 64;
  if (++used_ * 3 > index_.size() * 2) {
    std::vector<Entry> old(std::max(kFirstSize, index_.size() * 2));
    old.swap(index_);
    for (const Entry& entry : old) {
      if (entry.slot_plus_1 == 0) continue;
      std::size_t i = entry.tag & Mask();
      while (index_[i].slot_plus_1 != 0) i = (i + 1) & Mask();
      index_[i] = entry;
    }
  }
  const std::uint32_t tag = TagOf(At(slot).id);
  std::size_t i = tag & Mask();
  while (index_[i].slot_plus_1 != 0) i = (i + 1) & Mask();
  index_[i] = {.tag = tag, .slot_plus_1 = slot + 1};
}

// Those after it move up, as far as they are then still found from their own places.
void MailTable::Leave(MailSlot slot) {
  std::size_t hole = TagOf(At(slot).id) & Mask();
  while (index_[hole].slot_plus_1 != slot + 1) hole = (hole + 1) & Mask();
  for (std::size_t i = (hole + 1) & Mask(); index_[i].slot_plus_1 != 0; i = (i + 1) & Mask()) {
    const std::size_t home = index_[i].tag & Mask();
    if (((i - home) & Mask()) < ((i - hole) & Mask())) continue;
    index_[hole] = index_[i];
    hole = i;
  }
  index_[hole] = {};
  --used_;
}

void MailTable::Restore(const MailPages& pages) {
  for (const auto& page : pages) AddPage(std::const_pointer_cast<MailPage>(page));
  std::vector<std::pair<std::uint64_t, MailSlot>> all;
  for (MailSlot slot = 0; slot < links_.size(); ++slot) {
    if (At(slot).id != 0) all.emplace_back(At(slot).order, slot);
  }
  std::sort(all.begin(), all.end());
  for (const auto& [order, slot] : all) {
    LinkLast(slot, At(slot).list);
    Enter(slot);
    next_order_ = order + 1;
  }
}

}  // namespace maillog
