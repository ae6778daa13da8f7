// Finds, of a list of phrases, the first one of the list that begins at a place of a text. Phrases
// are lower case, of three bytes and more; a phrase begins at the beginning of a word, and may end
// inside one.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "parser/find.h"
#include "parser/scan.h"

namespace maillog::internal {

inline constexpr std::uint16_t kNoPhrase = 0xffff;

/// Phrases are found by their first bytes: six distinguish most of them; the few that are shorter
/// have a table by three of their own.
inline constexpr std::size_t kLongFront = 6;
inline constexpr std::size_t kShortFront = 3;

/// A hash table of fixed size, at most a third full, so that a word that begins no phrase is
/// recognised by its tag at once. Tags of 16 bits: two fronts with one tag share a chain, which
/// compares whole phrases anyway.
template <std::size_t kBytes, unsigned kBits>
struct PhraseFronts {
  static constexpr std::size_t kPlaces = std::size_t{1} << kBits;
  std::array<std::uint16_t, kPlaces> tags{};
  std::array<std::uint16_t, kPlaces> firsts{};  ///< the most specific phrase with this front

  static constexpr std::uint64_t Hash(std::uint64_t first_eight_folded) {
    return (first_eight_folded << (64 - 8 * kBytes)) * kGoldenRatio;
  }
  static constexpr std::uint16_t TagOf(std::uint64_t hash) {
    return static_cast<std::uint16_t>(hash >> 32);
  }
  /// Of the front's tag, or of the free one where it would be.
  [[nodiscard]] constexpr std::size_t PlaceOf(std::uint64_t hash) const {
    std::size_t place = hash >> (64 - kBits);
    while (firsts[place] != kNoPhrase && tags[place] != TagOf(hash)) place = (place + 1) % kPlaces;
    return place;
  }
  /// kNoPhrase if no phrase begins so.
  [[nodiscard]] constexpr std::uint16_t FirstOf(std::uint64_t first_eight_folded) const {
    return firsts[PlaceOf(Hash(first_eight_folded))];
  }
};

/// `kLongBits` and `kShortBits` are the sizes of the tables for phrases of six bytes and more, and
/// for the shorter ones.
template <std::size_t kPhrases, unsigned kLongBits, unsigned kShortBits>
class PhraseIndex {
 public:
  /// The phrases in their order: the most specific first. Keeps the views.
  constexpr explicit PhraseIndex(const std::array<std::string_view, kPhrases>& phrases)
      : phrases_(phrases) {
    of_long_.firsts.fill(kNoPhrase);
    of_short_.firsts.fill(kNoPhrase);
    next_.fill(kNoPhrase);
    for (std::size_t i = kPhrases; i-- > 0;) {  // backwards: chains go from specific to vague
      const std::uint64_t front = FirstEightFolded(phrases[i]);
      const std::size_t bit = BitOf(front);
      beginnings_[bit / 64] |= std::uint64_t{1} << bit % 64;
      if (phrases[i].size() >= kLongFront) {
        Add(of_long_, static_cast<std::uint16_t>(i), front);
      } else {
        Add(of_short_, static_cast<std::uint16_t>(i), front);
      }
      middles_[i] = MiddleOfPhrase(phrases[i]);
    }
  }

  /// Whether all are lower case and long enough, and the tables have room.
  [[nodiscard]] constexpr bool IsSound() const {
    std::size_t short_ones = 0;
    for (const std::string_view phrase : phrases_) {
      if (phrase.size() < kShortFront || std::any_of(phrase.begin(), phrase.end(), IsUpper))
        return false;
      short_ones += phrase.size() < kLongFront ? 1 : 0;
    }
    return 3 * (kPhrases - short_ones) <= of_long_.kPlaces && 3 * short_ones <= of_short_.kPlaces;
  }

  /// The first phrase of the list with which `text` begins and that `accepts(i)`, if it is
  /// before `best`; else `best`.
  template <class Accepts>
  [[nodiscard]] std::uint16_t Better(std::string_view text, std::uint16_t best,
                                     const Accepts& accepts) const {
    const std::uint64_t front = FirstEightFolded(text);
    const std::size_t bit = BitOf(front);
    // Most words begin with three bytes that no phrase begins with.
    if ((beginnings_[bit / 64] >> bit % 64 & 1) == 0) return best;
    return BetterInTables(text, front, best, accepts);
  }

 private:
  /// What follows the first bytes of each phrase, and which of these eight count: in a chain the
  /// fronts are the same.
  struct Middle {
    std::uint64_t bytes = 0;
    std::uint64_t mask = 0;
  };

  static constexpr std::uint64_t MiddleOf(std::string_view text) {
    return text.size() > kLongFront ? FirstEightFolded(text.substr(kLongFront)) : 0;
  }
  static constexpr Middle MiddleOfPhrase(std::string_view phrase) {
    const std::size_t size = std::min<std::size_t>(phrase.size(), kLongFront + 8);
    if (size <= kLongFront) return {};
    const std::uint64_t mask = ~std::uint64_t{0} >> (64 - 8 * (size - kLongFront));
    return {MiddleOf(phrase) & mask, mask};
  }
  /// Five bits of each of the three first bytes.
  static constexpr std::size_t BitOf(std::uint64_t front) {
    return (front & 31) | (front >> 3 & (31 << 5)) | (front >> 6 & (31 << 10));
  }

  template <class Table>
  constexpr void Add(Table& table, std::uint16_t phrase, std::uint64_t front) {
    const std::size_t place = table.PlaceOf(Table::Hash(front));
    table.tags[place] = Table::TagOf(Table::Hash(front));
    next_[phrase] = table.firsts[place];
    table.firsts[place] = phrase;
  }

  /// Whether what a text begins with is the part of an address in front of `@`: it says nothing.
  static bool IsLocalPart(std::string_view text) {
    while (true) {
      text.remove_prefix(LeadingAlnum(text));
      if (text.empty()) return false;
      const char c = text.front();
      if (c == '@') return true;
      if (c != '.' && c != '_' && c != '-' && c != '+') return false;
      text.remove_prefix(1);
    }
  }

  /// StartsWithFold, with the last bytes of a word of eight or more in one step too.
  static bool BeginsFolded(std::string_view text, std::string_view word) {
    if (word.size() < 8 || text.size() < word.size()) return StartsWithFold(text, word);
    const std::size_t last = word.size() - 8;
    for (std::size_t n = 0;; n = std::min(n + 8, last)) {
      if (LowerEight(Load<std::uint64_t>(text.data() + n)) != Load<std::uint64_t>(word.data() + n))
        return false;
      if (n == last) return true;
    }
  }

  /// Whether a phrase of the same front is what `text` begins with. Only few words of a text come
  /// here.
  [[gnu::noinline]] static bool IsHere(std::string_view text, std::string_view phrase) {
    return BeginsFolded(text, phrase) && !IsLocalPart(text);
  }

  template <class Accepts>
  [[nodiscard]] std::uint16_t BetterInChain(std::string_view text, std::uint64_t middle,
                                            std::uint16_t first, std::uint16_t best,
                                            const Accepts& accepts) const {
    for (std::uint16_t i = first; i < best; i = next_[i]) {
      if ((middle & middles_[i].mask) != middles_[i].bytes) continue;
      if (accepts(i) && IsHere(text, phrases_[i])) return i;
    }
    return best;
  }
  template <class Accepts>
  [[gnu::noinline]] std::uint16_t BetterInTables(std::string_view text, std::uint64_t front,
                                                 std::uint16_t best, const Accepts& accepts) const {
    const std::uint16_t of_long = of_long_.FirstOf(front);
    const std::uint16_t of_short = of_short_.FirstOf(front);
    if (of_long >= best && of_short >= best) return best;
    const std::uint64_t middle = MiddleOf(text);
    best = BetterInChain(text, middle, of_long, best, accepts);
    return BetterInChain(text, middle, of_short, best, accepts);
  }

  std::array<std::string_view, kPhrases> phrases_;
  PhraseFronts<kLongFront, kLongBits> of_long_{};
  PhraseFronts<kShortFront, kShortBits> of_short_{};
  std::array<std::uint16_t, kPhrases> next_{};  ///< with the same tag, less specific
  std::array<Middle, kPhrases> middles_{};
  std::array<std::uint64_t, 32 * 32 * 32 / 64> beginnings_{};
};

}  // namespace maillog::internal
