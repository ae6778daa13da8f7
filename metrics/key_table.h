// From a packed label combination to its number. Closed labels and interned open labels are small
// integers; packed into one 64-bit key they are found with a multiplication and a comparison, and
// memory grows with the series that exist, not with all that could.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "parser/find.h"

namespace maillog {

class KeyTable {
 public:
  struct Slot {
    std::uint64_t key_plus_1 = 0;  ///< 0: empty
    std::uint64_t value = 0;
  };
  struct Found {
    std::uint64_t& value;  ///< valid until the next call
    bool inserted;         ///< it was not there, and is 0 now
  };

  /// Finds the key's value, or puts 0 there. Allocates only when a new key makes the table grow.
  [[nodiscard, gnu::always_inline]] Found FindOrInsert(std::uint64_t key) {
    if (!slots_.empty()) {
      Slot& first = slots_[IndexOf(key)];
      if (first.key_plus_1 == key + 1) return {first.value, false};
    }
    return ProbeOrInsert(key);
  }
  /// Calls `visit(key, value)` for each, in no particular order.
  template <class Visit>
  void ForEach(Visit&& visit) const {
    for (const Slot& slot : slots_) {
      if (slot.key_plus_1 != 0) visit(slot.key_plus_1 - 1, slot.value);
    }
  }

  [[nodiscard]] std::size_t size() const { return used_; }

 private:
  static constexpr std::size_t kFirstSize = 16;

  [[nodiscard]] std::size_t IndexOf(std::uint64_t key) const {
    return (key * kGoldenRatio >> 32) & (slots_.size() - 1);
  }

  /// For what is not in the first slot of its key.
  [[nodiscard, gnu::noinline]] Found ProbeOrInsert(std::uint64_t key) {
    if (slots_.empty()) slots_.resize(kFirstSize);
    std::size_t i = IndexOf(key);
    for (;; i = (i + 1) & (slots_.size() - 1)) {
      Slot& slot = slots_[i];
      if (slot.key_plus_1 == key + 1) return {slot.value, false};
      if (slot.key_plus_1 == 0) break;
    }
    if ((used_ + 1) * 2 > slots_.size()) {
      Grow();
      for (i = IndexOf(key); slots_[i].key_plus_1 != 0;) i = (i + 1) & (slots_.size() - 1);
    }
    ++used_;
    slots_[i].key_plus_1 = key + 1;
    return {slots_[i].value, true};
  }

  void Grow() {
    std::vector<Slot> old(slots_.size() * 2);
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.key_plus_1 == 0) continue;
      std::size_t i = IndexOf(slot.key_plus_1 - 1);
      while (slots_[i].key_plus_1 != 0) i = (i + 1) & (slots_.size() - 1);
      slots_[i] = slot;
    }
  }

  std::vector<Slot> slots_;  ///< a power of two, at most half full
  std::size_t used_ = 0;
};

}  // namespace maillog
