// What was noted last, by key, in bounded space: each key has one set of eight places that it can
// be in. When all of them are taken, the oldest of the eight goes. Keys are salted hashes, so that
// nobody can choose whose set it is.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "activity/packed.h"

namespace maillog {

/// Copies are independent. Allocates with the first note, and then no more.
class RecentTable {
 public:
  static constexpr std::size_t kWays = 8;

  struct Note {
    std::uint64_t key = 0;  ///< 0: free
    std::uint64_t value = 0;
    std::uint32_t order = 0;  ///< in its set: the highest is the newest; 0: free
    std::uint8_t kind = 0;
  };

  /// `sets` is a power of two.
  explicit RecentTable(std::size_t sets) : sets_(sets) {}

  [[nodiscard]] std::size_t SetOf(std::uint64_t key) const { return key & (sets_ - 1); }

  /// Fetches what Find and Add read into the cache, without waiting for it.
  /// Always inline: GCC takes a function that only fetches for one that does nothing.
  [[gnu::always_inline]] void Prefetch(std::uint64_t key) const {
    if (notes_.empty()) return;
    const Note* const set = &notes_[SetOf(key) * kWays];
    __builtin_prefetch(set);
    __builtin_prefetch(set + kWays / 3);
    __builtin_prefetch(set + 2 * kWays / 3);
    __builtin_prefetch(set + kWays - 1);
  }
  /// The note with this key; nullptr if there is none.
  [[nodiscard]] const Note* Find(std::uint64_t key) const {
    if (notes_.empty()) return nullptr;
    const auto begin = notes_.begin() + static_cast<std::ptrdiff_t>(SetOf(key) * kWays);
    const auto end = begin + kWays;
    const auto found = std::find_if(begin, end, [key](const Note& one) { return one.key == key; });
    return found == end ? nullptr : &*found;
  }

  /// Replaces what had this key.
  void Add(std::uint64_t key, std::uint64_t value, std::uint8_t kind) {
    if (notes_.empty()) notes_.resize(sets_ * kWays);
    Note* const set = &notes_[SetOf(key) * kWays];
    Note* same = nullptr;
    Note* oldest = set;  // or free
    std::uint32_t newest = 0;
    for (Note* note = set; note != set + kWays; ++note) {
      if (note->key == key) same = note;
      if (note->order < oldest->order) oldest = note;
      newest = std::max(newest, note->order);
    }
    Note* const place = same != nullptr ? same : oldest;
    if (newest == std::numeric_limits<std::uint32_t>::max()) Renumber(set, newest);
    *place = {key, value, newest + 1, kind};
  }

  void Remove(std::uint64_t key) {
    if (const Note* note = Find(key); note != nullptr)
      notes_[static_cast<std::size_t>(note - notes_.data())] = {};
  }

  /// One set as bytes; empty if nothing is in it.
  [[nodiscard]] std::string Bytes(std::size_t set) const {
    std::string bytes;
    if (notes_.empty()) return bytes;
    for (std::size_t way = 0; way < kWays; ++way) {
      const Note& note = notes_[set * kWays + way];
      if (note.key == 0) continue;
      Put(static_cast<std::uint8_t>(way), bytes);
      Put(note.key, bytes);
      Put(note.value, bytes);
      Put(note.order, bytes);
      Put(note.kind, bytes);
    }
    return bytes;
  }
  /// False: these cannot have been written by Bytes, with kinds up to `most_kind`.
  [[nodiscard]] bool Read(std::size_t set, std::string_view bytes, std::uint8_t most_kind) {
    if (notes_.empty()) notes_.resize(sets_ * kWays);
    while (!bytes.empty()) {
      std::uint8_t way = 0;
      Note note;
      const bool is_whole = Take(bytes, way) && Take(bytes, note.key) && Take(bytes, note.value) &&
                            Take(bytes, note.order) && Take(bytes, note.kind);
      if (!is_whole || way >= kWays || note.key == 0 || SetOf(note.key) != set ||
          note.kind > most_kind)
        return false;
      notes_[set * kWays + way] = note;
    }
    return true;
  }

 private:
  /// After four thousand million notes in one set.
  static void Renumber(Note* set, std::uint32_t& newest) {
    std::array<Note*, kWays> by_age{};
    for (std::size_t way = 0; way < kWays; ++way) by_age[way] = set + way;
    std::sort(by_age.begin(), by_age.end(),
              [](const Note* a, const Note* b) { return a->order < b->order; });
    newest = 0;
    for (Note* note : by_age) {
      if (note->key != 0) note->order = ++newest;
    }
  }

  std::size_t sets_;
  std::vector<Note> notes_;
};

}  // namespace maillog
