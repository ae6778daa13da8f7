// Where the records of mails are kept: in slots, found by id through a flat open-addressing index,
// in lists by age. Slots lie in pages that copies share until one of them is changed, so that a
// copy of the table for a commit costs a pointer for each page, and two copies are compared page by
// page. No allocation except for a new page and a larger index.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "mails/mail.h"

namespace maillog {

using MailSlot = std::uint32_t;

/// Free slots have the id 0.
struct MailPage {
  static constexpr std::size_t kSlots = 32;  // small: a page is copied for each first change
  std::array<Mail, kSlots> mails;
};
using MailPages = std::vector<std::shared_ptr<const MailPage>>;

/// Owned by one thread at a time; copies of its pages may be read by others meanwhile.
class MailTable {
 public:
  static constexpr MailSlot kNone = ~MailSlot{0};

  /// The record with this id and scope, or one whose scope is not known yet; kAnyScope finds any
  /// scope. kNone if there is none.
  [[nodiscard]] MailSlot Find(MailId id, std::uint8_t scope) const;
  // Always inline: GCC takes a function that only fetches for one that does nothing.

  /// Fetches what Find reads first into the cache, without waiting for it.
  [[gnu::always_inline]] void Prefetch(MailId id) const {
    if (!index_.empty()) __builtin_prefetch(&index_[TagOf(id) & Mask()]);
  }
  /// Fetches the record that Find will most likely find. After Prefetch.
  [[gnu::always_inline]] void PrefetchMail(MailId id) const {
    if (index_.empty()) return;
    const std::uint32_t tag = TagOf(id);
    const Entry entry = index_[tag & Mask()];
    if (entry.tag != tag || entry.slot_plus_1 == 0) return;
    const auto* const mail = reinterpret_cast<const char*>(&At(entry.slot_plus_1 - 1));
    __builtin_prefetch(mail);
    __builtin_prefetch(mail + sizeof(Mail) - 1);
  }
  /// Fetches what removing the first of a list reads, for that one and the next: where each of them
  /// goes when it is the oldest, it has not been looked at for a long time.
  [[gnu::always_inline]] void PrefetchRemoval(MailList list) const {
    const MailSlot first = First(list);
    if (first == kNone) return;
    Prefetch(At(first).id);
    if (const MailSlot next = Next(first); next != kNone) __builtin_prefetch(&At(next));
  }
  /// A new record at the end of a list.
  [[nodiscard]] MailSlot Add(MailId id, std::uint8_t scope, MailList list);
  void Remove(MailSlot slot);
  /// To the end of another list, or of the same.
  void Move(MailSlot slot, MailList list);

  [[nodiscard]] const Mail& At(MailSlot slot) const {
    return pages_[slot / MailPage::kSlots]->mails[slot % MailPage::kSlots];
  }
  /// To be changed, except for `id`, `list` and `order`. Valid until the next Add.
  [[nodiscard]] Mail& Change(MailSlot slot) {
    std::shared_ptr<MailPage>& page = pages_[slot / MailPage::kSlots];
    if (page.use_count() > 1) [[unlikely]]
      Copy(page);
    // Whoever shared it before, in another thread, has read it.
    std::atomic_thread_fence(std::memory_order_acquire);
    return page->mails[slot % MailPage::kSlots];
  }

  /// The first of a list, the oldest; kNone if it is empty.
  [[nodiscard]] MailSlot First(MailList list) const { return lists_[Index(list)].first; }
  [[nodiscard]] MailSlot Next(MailSlot slot) const { return links_[slot].next; }
  [[nodiscard]] std::size_t SizeOf(MailList list) const { return lists_[Index(list)].size; }

  /// A copy of all records.
  [[nodiscard]] MailPages Pages() const { return {pages_.begin(), pages_.end()}; }
  /// Takes over what Pages() gave. Before everything else.
  void Restore(const MailPages& pages);

 private:
  struct Links {
    MailSlot previous = kNone;
    MailSlot next = kNone;
  };
  struct Ends {
    MailSlot first = kNone;
    MailSlot last = kNone;
    std::size_t size = 0;
  };
  /// What finds a slot: upper bits of its id, and the slot plus 1; 0: empty.
  struct Entry {
    std::uint32_t tag = 0;
    std::uint32_t slot_plus_1 = 0;
  };

  static std::size_t Index(MailList list) { return static_cast<std::size_t>(list); }
  static std::uint32_t TagOf(MailId id) { return static_cast<std::uint32_t>(id >> 32); }
  [[nodiscard]] std::size_t Mask() const { return index_.size() - 1; }
  [[gnu::noinline]] static void Copy(std::shared_ptr<MailPage>& page);
  void AddPage(std::shared_ptr<MailPage> page);
  void Append(MailSlot slot, MailList list);
  void LinkLast(MailSlot slot, MailList list);
  void Unlink(MailSlot slot);
  void Enter(MailSlot slot);
  void Leave(MailSlot slot);

  std::vector<std::shared_ptr<MailPage>> pages_;
  std::vector<Links> links_;  ///< by slot; apart from the pages, since neighbours change them
  std::array<Ends, kMailLists> lists_;
  std::vector<Entry> index_;  ///< a power of two, at most two thirds full
  std::size_t used_ = 0;
  std::uint64_t next_order_ = 1;
};

// What is called for every line about a mail.

inline MailSlot MailTable::Find(MailId id, std::uint8_t scope) const {
  if (index_.empty()) return kNone;
  const std::uint32_t tag = TagOf(id);
  for (std::size_t i = tag & Mask(); index_[i].slot_plus_1 != 0; i = (i + 1) & Mask()) {
    if (index_[i].tag != tag) continue;
    const MailSlot slot = index_[i].slot_plus_1 - 1;
    const Mail& mail = At(slot);
    if (mail.id == id &&
        (scope == mail.scope || scope == Mail::kAnyScope || mail.scope == Mail::kAnyScope))
      return slot;
  }
  return kNone;
}

inline MailSlot MailTable::Add(MailId id, std::uint8_t scope, MailList list) {
  Ends& free = lists_[Index(MailList::kFree)];
  if (free.first == kNone) AddPage(std::make_shared<MailPage>());
  const MailSlot slot = free.first;
  free.first = links_[slot].next;
  --free.size;
  Mail& mail = Change(slot);
  mail = {};
  mail.id = id;
  mail.scope = scope;
  Append(slot, list);
  Enter(slot);
  return slot;
}

inline void MailTable::Remove(MailSlot slot) {
  Leave(slot);
  Unlink(slot);
  Change(slot) = {};
  Ends& free = lists_[Index(MailList::kFree)];
  links_[slot] = {.previous = kNone, .next = free.first};
  free.first = slot;
  ++free.size;
}

inline void MailTable::Move(MailSlot slot, MailList list) {
  Unlink(slot);
  Append(slot, list);
}

inline void MailTable::Append(MailSlot slot, MailList list) {
  LinkLast(slot, list);
  Mail& mail = Change(slot);
  mail.list = list;
  mail.order = next_order_++;
}

inline void MailTable::LinkLast(MailSlot slot, MailList list) {
  Ends& ends = lists_[Index(list)];
  links_[slot] = {.previous = ends.last, .next = kNone};
  (ends.last == kNone ? ends.first : links_[ends.last].next) = slot;
  ends.last = slot;
  ++ends.size;
}

inline void MailTable::Unlink(MailSlot slot) {
  Ends& ends = lists_[Index(At(slot).list)];
  const Links links = links_[slot];
  (links.previous == kNone ? ends.first : links_[links.previous].next) = links.next;
  (links.next == kNone ? ends.last : links_[links.next].previous) = links.previous;
  --ends.size;
}

}  // namespace maillog
