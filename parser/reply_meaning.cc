#include "parser/reply_meaning.h"

#include <algorithm>
#include <array>
#include <bit>
#include <span>

#include "parser/find.h"
#include "parser/reply_rules.h"
#include "parser/scan.h"

namespace maillog {
namespace {

using internal::kReplyRules;
using internal::kTermWords;
using internal::kVagueReplyRules;
using internal::ReplyRule;
using internal::TermBit;
using internal::Terms;

static_assert(static_cast<unsigned>(internal::Term::kProtect) < 64);

/// The first eight letters of a word as a number, the first one lowest.
class WordKey {
 public:
  constexpr void Add(char c) {
    if (size_ < 8) bytes_ |= std::uint64_t{static_cast<unsigned char>(c)} << 8 * size_++;
  }
  /// Of the letters and digits that a text begins with: lower case, since digits have bit 5 as
  /// well.
  [[nodiscard]] static WordKey OfAlnum(std::string_view text, std::size_t size) {
    WordKey key;
    key.size_ = static_cast<unsigned>(std::min<std::size_t>(size, 8));
    if (key.size_ > 0)
      key.bytes_ = FirstEightFolded(text) & ~std::uint64_t{0} >> (64 - 8 * key.size_);
    return key;
  }
  [[nodiscard]] constexpr std::uint64_t bytes() const { return bytes_; }

 private:
  std::uint64_t bytes_ = 0;
  unsigned size_ = 0;
};

/// The letters of U+00C0 to U+00FF without their accents; blanks are no letters.
constexpr std::string_view kWithoutAccent =
    "aaaaaaaceeeeiiiidnooooo ouuuuy saaaaaaaceeeeiiiidnooooo ouuuuy y";
static_assert(kWithoutAccent.size() == 64);

constexpr bool IsHigh(char c) { return static_cast<unsigned char>(c) >= 0x80; }
/// First of the three bytes of a Chinese or Japanese character in UTF-8.
constexpr bool IsWideLead(char c) {
  return static_cast<unsigned char>(c) >= 0xE3 && static_cast<unsigned char>(c) <= 0xE9;
}
constexpr std::size_t kWide = 3;

/// A Russian letter as one byte, the same for both cases, `ё` as `е`; 0 if the two bytes are none.
constexpr char CyrillicLetter(std::string_view text) {
  constexpr unsigned kFirst = 0xE0;  // а, and so on in the order of the alphabet
  if (text.size() < 2) return 0;
  const unsigned first = static_cast<unsigned char>(text[0]);
  const unsigned second = static_cast<unsigned char>(text[1]);
  const unsigned both = first << 8U | second;
  if (both == 0xD081 || both == 0xD191) return static_cast<char>(kFirst + 5);
  if (both >= 0xD090 && both <= 0xD0BF) return static_cast<char>(kFirst + (both - 0xD090) % 32);
  if (both >= 0xD180 && both <= 0xD18F) return static_cast<char>(kFirst + 16 + (both - 0xD180));
  return 0;
}

/// Takes a letter with an accent, a Russian one, or whatever else begins with a byte beyond ASCII.
constexpr void TakeAccented(std::string_view& text, WordKey& key) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
  if (lead == 0xC3 && text.size() > 1 && IsHigh(text[1])) {
    const char letter = kWithoutAccent[static_cast<unsigned char>(text[1]) & 0x3f];
    if (letter != ' ') key.Add(letter);
  } else if (const char letter = CyrillicLetter(text); letter != 0) {
    key.Add(letter);
  }
  text.remove_prefix(std::min(size, text.size()));
}

/// One or two wide characters.
constexpr WordKey WideKey(std::string_view text, std::size_t characters) {
  WordKey key;
  for (const char c : text.substr(0, kWide * characters)) key.Add(c);
  return key;
}

/// A word of the vocabulary.
constexpr WordKey KeyOf(std::string_view word) {
  WordKey key;
  while (CyrillicLetter(word) != 0) {
    key.Add(CyrillicLetter(word));
    word.remove_prefix(2);
  }
  for (const char c : word) key.Add(c);
  return key;
}

constexpr bool IsCyrillic(std::string_view word) {
  while (CyrillicLetter(word) != 0) word.remove_prefix(2);
  return word.empty();
}

constexpr std::size_t CountWords() {
  std::size_t count = 0;
  for (const auto& [term, words] : kTermWords) {
    ++count;
    for (const char c : words) count += c == ' ';
  }
  return count;
}

/// Whether each word fits its kind: wide characters are compared one or two at a time.
constexpr bool AreWordsOfTheirKind() {
  for (const auto& [term, words] : kTermWords) {
    for (std::string_view rest = words; !rest.empty();) {
      const std::string_view word = rest.substr(0, rest.find(' '));
      rest.remove_prefix(std::min(rest.size(), word.size() + 1));
      if (word.empty()) return false;
      if (IsWideLead(word[0]) && word.size() != kWide && word.size() != 2 * kWide) return false;
      if (IsWideLead(word[0]) || IsCyrillic(word)) continue;
      if (std::any_of(word.begin(), word.end(), IsHigh)) return false;
    }
  }
  return true;
}
static_assert(AreWordsOfTheirKind());

/// A hash table of fixed size, less than half full.
class Vocabulary {
 public:
  constexpr Vocabulary() {
    for (const auto& [term, words] : kTermWords) {
      for (std::string_view rest = words; !rest.empty();) {
        const std::string_view word = rest.substr(0, rest.find(' '));
        rest.remove_prefix(std::min(rest.size(), word.size() + 1));
        const WordKey key = KeyOf(word);
        const std::size_t place = PlaceOf(key.bytes());
        keys_[place] = key.bytes();
        terms_[place] |= TermBit(term);
      }
    }
  }
  /// 0 if the word is not one of them.
  [[nodiscard]] constexpr Terms Of(WordKey key) const { return terms_[PlaceOf(key.bytes())]; }

 private:
  static constexpr unsigned kBits = 12;
  static constexpr std::size_t kPlaces = std::size_t{1} << kBits;
  static_assert(CountWords() < kPlaces / 2);

  [[nodiscard]] constexpr std::size_t PlaceOf(std::uint64_t key) const {
    std::size_t place = key * kGoldenRatio >> (64 - kBits);
    while (keys_[place] != 0 && keys_[place] != key) place = (place + 1) % kPlaces;
    return place;
  }

  std::array<std::uint64_t, kPlaces> keys_{};
  std::array<Terms, kPlaces> terms_{};
};
constexpr Vocabulary kVocabulary;

/// Whether what follows a word makes it a part of an address, of a host's or a file's name, or the
/// name of a field.
bool IsPartOfName(std::string_view after) {
  if (after.empty()) return false;
  if (after[0] == '@' || after[0] == '=') return true;
  return after[0] == '.' && after.size() > 1 && IsAlnum(after[1]);
}

void SkipName(std::string_view& text) {
  while (!text.empty() && text[0] != ' ' && text[0] != '>' && text[0] != ')' && text[0] != ']' &&
         text[0] != '"')
    text.remove_prefix(1);
}

/// A word with letters that are not ASCII, or that in some logs have become `?`.
WordKey TakeAccentedWord(std::string_view& text) {
  WordKey key;
  while (!text.empty()) {
    if (IsAlnum(text[0])) {
      key.Add(Lower(text[0]));
      text.remove_prefix(1);
    } else if (IsHigh(text[0]) && !IsWideLead(text[0])) {
      TakeAccented(text, key);
    } else if (text[0] == '?' && text.size() > 1 && (IsAlnum(text[1]) || text[1] == '?')) {
      text.remove_prefix(1);
    } else {
      break;
    }
  }
  return key;
}

/// A word of Latin letters.
WordKey TakeWordKey(std::string_view& text) {
  const std::size_t size = LeadingAlnum(text);
  if (size < text.size() && (IsHigh(text[size]) || text[size] == '?'))
    return TakeAccentedWord(text);
  const WordKey key = WordKey::OfAlnum(text, size);
  text.remove_prefix(size);
  return key;
}

Terms TakeWide(std::string_view& text) {
  const Terms terms = kVocabulary.Of(WideKey(text, 1)) | kVocabulary.Of(WideKey(text, 2));
  text.remove_prefix(std::min(kWide, text.size()));
  return terms;
}

bool EndsSentence(std::string_view text) {
  const char c = text[0];
  if (c != '.' && c != ';' && c != '!' && c != '/') return false;
  return text.size() == 1 || text[1] == ' ';
}

bool Fulfils(Terms terms, const ReplyRule& rule) {
  return (terms & rule.all) == rule.all && (terms & rule.without) == 0 &&
         (rule.any == 0 || (terms & rule.any) != 0);
}

/// For each term the rules of a list, by their place, of which it is the first: a text has some ten
/// terms, and so few rules are asked.
template <std::size_t kRules>
class RulesByTerm {
 public:
  constexpr explicit RulesByTerm(const std::array<ReplyRule, kRules>& rules) : rules_(&rules) {
    for (std::size_t i = 0; i < kRules; ++i)
      places_[static_cast<std::size_t>(std::countr_zero(rules[i].all))][i / 64] |= std::uint64_t{1}
                                                                                   << i % 64;
  }

  /// The first rule of the list that a sentence fulfils.
  [[nodiscard]] std::optional<Reason> FirstOf(std::span<const Terms> sentences, Terms all) const {
    Places asked{};
    for (Terms rest = all; rest != 0; rest &= rest - 1) {
      const Places& places = places_[static_cast<std::size_t>(std::countr_zero(rest))];
      for (std::size_t i = 0; i < asked.size(); ++i) asked[i] |= places[i];
    }
    for (std::size_t i = 0; i < asked.size(); ++i) {
      for (std::uint64_t rest = asked[i]; rest != 0; rest &= rest - 1) {
        const std::size_t place = i * 64 + static_cast<std::size_t>(std::countr_zero(rest));
        const ReplyRule& rule = (*rules_)[place];
        if ((all & rule.all) != rule.all) continue;
        for (const Terms terms : sentences) {
          if (Fulfils(terms, rule)) return rule.reason;
        }
      }
    }
    return std::nullopt;
  }

 private:
  using Places = std::array<std::uint64_t, (kRules + 63) / 64>;

  const std::array<ReplyRule, kRules>* rules_;
  std::array<Places, 64> places_{};
};
constexpr RulesByTerm kClear(kReplyRules);
constexpr RulesByTerm kVague(kVagueReplyRules);

}  // namespace

ReplyMeaning::ReplyMeaning(std::string_view text) {
  while (!text.empty()) {
    const char c = text[0];
    if (IsWideLead(c)) {
      terms_[count_] |= TakeWide(text);
    } else if (IsAlnum(c) || IsHigh(c)) {
      const WordKey key = TakeWordKey(text);
      if (IsPartOfName(text) || StartsWith(text, "://")) {
        SkipName(text);
      } else {
        terms_[count_] |= kVocabulary.Of(key);
      }
    } else {
      if (EndsSentence(text)) EndSentence();
      text.remove_prefix(1);
    }
  }
  all_ |= terms_[count_];
  ++count_;
}

void ReplyMeaning::EndSentence() {
  all_ |= terms_[count_];
  if (terms_[count_] != 0 && count_ + 1 < kSentences) ++count_;
}

std::optional<Reason> ReplyMeaning::Clear() const { return kClear.FirstOf({terms_, count_}, all_); }

std::optional<Reason> ReplyMeaning::Vague() const { return kVague.FirstOf({terms_, count_}, all_); }

}  // namespace maillog
