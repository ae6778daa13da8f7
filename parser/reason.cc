#include "parser/reason.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "parser/reason_vague.h"
#include "parser/reason_words.h"
#include "parser/reply_meaning.h"

namespace maillog {
namespace {

using internal::kReasonSentences;
using internal::kReasonWords;
using internal::kVagueReasons;
using internal::ReasonPhrase;

constexpr std::size_t kLongestText = 1000;
constexpr std::size_t kFirstVague = kReasonSentences.size() + kReasonWords.size();
constexpr std::size_t kPhrases = kFirstVague + kVagueReasons.size();
constexpr std::uint16_t kNone = 0xffff;

constexpr const ReasonPhrase& PhraseAt(std::size_t i) {
  if (i < kReasonSentences.size()) return kReasonSentences[i];
  if (i < kFirstVague) return kReasonWords[i - kReasonSentences.size()];
  return kVagueReasons[i - kFirstVague];
}

/// Phrases are found by their first bytes: six tell most of them apart; the few that are shorter
/// have a table by three of their own.
constexpr std::size_t kLong = 6;
constexpr std::size_t kShort = 3;

/// A hash table of fixed size, at most a third full, so that a word that begins no phrase is told
/// by its tag at once. Tags of 16 bits: two fronts with one tag share a chain, which compares whole
/// phrases anyway.
template <std::size_t kBytes, unsigned kBits>
struct Fronts {
  static constexpr std::size_t kPlaces = std::size_t{1} << kBits;
  std::array<std::uint16_t, kPlaces> tags{};
  std::array<std::uint16_t, kPlaces> firsts{};  ///< the most specific phrase with this front

  static constexpr std::uint64_t Hash(std::uint64_t first_eight_folded) {
    constexpr std::uint64_t kGolden = 0x9E3779B97F4A7C15;  // 2^64 / golden ratio
    return (first_eight_folded << (64 - 8 * kBytes)) * kGolden;
  }
  static constexpr std::uint16_t TagOf(std::uint64_t hash) {
    return static_cast<std::uint16_t>(hash >> 32);
  }
  /// Of the front's tag, or of the free one where it would be.
  [[nodiscard]] constexpr std::size_t PlaceOf(std::uint64_t hash) const {
    std::size_t place = hash >> (64 - kBits);
    while (firsts[place] != kNone && tags[place] != TagOf(hash)) place = (place + 1) % kPlaces;
    return place;
  }
  /// kNone if no phrase begins so.
  [[nodiscard]] constexpr std::uint16_t FirstOf(std::uint64_t first_eight_folded) const {
    return firsts[PlaceOf(Hash(first_eight_folded))];
  }
};

struct Index {
  Fronts<kLong, 11> of_long{};
  Fronts<kShort, 8> of_short{};
  std::array<std::uint16_t, kPhrases> next{};  ///< with the same tag, less specific

  template <class Table>
  constexpr void Add(Table& table, std::uint16_t phrase, std::uint64_t front) {
    const std::size_t place = table.PlaceOf(Table::Hash(front));
    table.tags[place] = Table::TagOf(Table::Hash(front));
    next[phrase] = table.firsts[place];
    table.firsts[place] = phrase;
  }
};

constexpr Index kIndex = [] {
  Index index;
  index.of_long.firsts.fill(kNone);
  index.of_short.firsts.fill(kNone);
  index.next.fill(kNone);
  for (std::size_t i = kPhrases; i-- > 0;) {  // backwards, so that chains go from specific to vague
    const std::uint64_t front = FirstEightFolded(PhraseAt(i).phrase);
    if (PhraseAt(i).phrase.size() >= kLong) {
      index.Add(index.of_long, static_cast<std::uint16_t>(i), front);
    } else {
      index.Add(index.of_short, static_cast<std::uint16_t>(i), front);
    }
  }
  return index;
}();

constexpr bool IsLowerCase(std::string_view text) {
  return std::none_of(text.begin(), text.end(), IsUpper);
}
static_assert([] {
  for (std::size_t i = 0; i < kPhrases; ++i) {
    if (PhraseAt(i).phrase.size() < kShort || !IsLowerCase(PhraseAt(i).phrase)) return false;
  }
  return true;
}());

/// What follows the first bytes of each phrase, and which of these eight count: in a chain the
/// fronts are the same.
struct Middle {
  std::uint64_t bytes = 0;
  std::uint64_t mask = 0;
};

constexpr std::uint64_t MiddleOf(std::string_view text) {
  return text.size() > kLong ? FirstEightFolded(text.substr(kLong)) : 0;
}

constexpr auto kMiddles = [] {
  std::array<Middle, kPhrases> middles{};
  for (std::size_t i = 0; i < kPhrases; ++i) {
    const std::size_t size = std::min<std::size_t>(PhraseAt(i).phrase.size(), kLong + 8);
    if (size <= kLong) continue;
    middles[i].mask = ~std::uint64_t{0} >> (64 - 8 * (size - kLong));
    middles[i].bytes = MiddleOf(PhraseAt(i).phrase) & middles[i].mask;
  }
  return middles;
}();

/// Whether what a text begins with is the part of an address in front of `@`: it says nothing.
bool IsLocalPart(std::string_view text) {
  for (const char c : text) {
    if (c == '@') return true;
    if (!IsAlpha(c) && !IsDigit(c) && c != '.' && c != '_' && c != '-' && c != '+') return false;
  }
  return false;
}

/// The most specific phrase of a chain that the text begins with, if it is more specific than
/// `best`. Only few words of a text come here.
[[gnu::noinline]] std::uint16_t BetterInChain(std::string_view text, std::uint16_t first,
                                              std::uint16_t best) {
  const std::uint64_t middle = MiddleOf(text);
  for (std::uint16_t i = first; i < best; i = kIndex.next[i]) {
    if ((middle & kMiddles[i].mask) != kMiddles[i].bytes) continue;
    if (StartsWithFold(text, PhraseAt(i).phrase) && !IsLocalPart(text)) return i;
  }
  return best;
}

/// Which three first bytes some phrase has, five bits of each: most words have none of them.
class Beginnings {
 public:
  constexpr Beginnings() {
    for (std::size_t i = 0; i < kPhrases; ++i) {
      const std::size_t bit = BitOf(FirstEightFolded(PhraseAt(i).phrase));
      words_[bit / 64] |= std::uint64_t{1} << bit % 64;
    }
  }
  [[nodiscard]] constexpr bool Have(std::uint64_t first_eight_folded) const {
    const std::size_t bit = BitOf(first_eight_folded);
    return (words_[bit / 64] >> bit % 64 & 1) != 0;
  }

 private:
  static constexpr std::size_t BitOf(std::uint64_t front) {
    return (front & 31) | (front >> 3 & (31 << 5)) | (front >> 6 & (31 << 10));
  }
  std::array<std::uint64_t, 32 * 32 * 32 / 64> words_{};
};
constexpr Beginnings kBeginnings;

[[gnu::noinline]] std::uint16_t BetterInTables(std::string_view text, std::uint64_t front,
                                               std::uint16_t best) {
  const std::uint16_t of_long = kIndex.of_long.FirstOf(front);
  const std::uint16_t of_short = kIndex.of_short.FirstOf(front);
  if (of_long < best) best = BetterInChain(text, of_long, best);
  if (of_short < best) best = BetterInChain(text, of_short, best);
  return best;
}

std::uint16_t BetterAt(std::string_view text, std::uint16_t best) {
  const std::uint64_t front = FirstEightFolded(text);
  return kBeginnings.Have(front) ? BetterInTables(text, front, best) : best;
}

/// Addresses stand in angle brackets, and are no part of what is said. `<LF>` is no address.
void SkipAngleBrackets(std::string_view& text) {
  std::string_view rest = text;
  const std::string_view inside = TakeUntil(rest, '>');
  if (!rest.empty() && inside.find('@') != std::string_view::npos) text = rest;
}

/// The most specific phrase that begins at the beginning of a word; kNone if there is none.
std::uint16_t PhraseIn(std::string_view text) {
  std::uint16_t best = kNone;
  while (!text.empty()) {
    std::string_view rest = text;
    ForEachWord(TakeUntil(rest, '<'),
                [&](std::size_t at) { best = BetterAt(text.substr(at), best); });
    if (!rest.empty()) {
      SkipAngleBrackets(rest);
      rest.remove_prefix(1);
    }
    text = rest;
  }
  return best;
}

Reason ReasonOfSecurityCode(DsnCode dsn) {
  switch (dsn.detail()) {
    case 1:
    case 7:
      return dsn.code_class() == 4 ? Reason::kRemoteError : Reason::kContent;
    case 2:
      return Reason::kRecipientRejected;
    case 8:
    case 9:
    case 12:
      return Reason::kAuth;
    case 4:
    case 10:
    case 11:
    case 30:
      return Reason::kTls;
    case 13:
      return Reason::kUserDisabled;
    case 17:
      return Reason::kUserUnknown;
    case 20:
    case 21:
    case 22:
    case 23:
    case 24:
    case 26:
    case 29:
      return Reason::kSenderAuth;
    case 25:
      return Reason::kReverseDns;
    case 27:
      return Reason::kSenderRejected;
    case 28:
      return Reason::kRateLimit;
    default:
      return Reason::kOther;
  }
}

/// What an enhanced status code says by itself: rows are subjects 1 to 4, columns their details.
Reason ReasonOfDsn(DsnCode dsn) {
  using enum Reason;
  static constexpr std::array<std::array<Reason, 11>, 5> kByDetail{{
      {},
      {kOther, kUserUnknown, kHostNotFound, kRecipientRejected, kRecipientRejected, kOther,
       kUserUnknown, kSenderRejected, kSenderRejected, kOther, kHostNotFound},
      {kOther, kUserDisabled, kMailboxFull, kMessageTooBig, kRecipientRejected, kOther, kOther,
       kOther, kOther, kOther, kOther},
      {kRemoteError, kStorage, kRemoteError, kProtocol, kMessageTooBig, kRemoteError, kProtocol,
       kOther, kOther, kOther, kOther},
      {kNetwork, kNetwork, kConnectionLost, kDnsError, kHostNotFound, kRemoteError, kLoop, kExpired,
       kOther, kOther, kOther},
  }};
  const int subject = dsn.subject();
  if (subject <= 0) return kOther;
  if (subject == 5) return kProtocol;
  if (subject == 6) return kContent;
  if (subject == 7) return ReasonOfSecurityCode(dsn);
  return kByDetail[static_cast<std::size_t>(subject)][static_cast<std::size_t>(dsn.detail())];
}

/// Few reply codes say anything by themselves.
Reason ReasonOfReply(ReplyCode code) {
  switch (code.code()) {
    case 421:
    case 451:
      return Reason::kRemoteError;
    case 452:
      return Reason::kStorage;
    case 552:
      return Reason::kMailboxFull;
    case 500:
    case 501:
    case 502:
    case 503:
    case 504:
    case 555:
      return Reason::kProtocol;
    case 530:
    case 534:
    case 535:
      return Reason::kAuth;
    case 521:
    case 556:
      return Reason::kHostNotFound;
    default:
      return Reason::kOther;
  }
}

bool HasWord(std::string_view text) { return std::any_of(text.begin(), text.end(), IsAlpha); }

/// What it answered to is no part of what it said.
std::string_view WithoutCommand(std::string_view reply) {
  return reply.substr(0, FindWord(reply, " (in reply to "));
}

/// What the other side said, without who it is: names of hosts are no reasons.
bool TakeReply(std::string_view& text) {
  std::string_view refused;
  std::string_view rest = text;
  while (SkipPast(rest, ':')) {
    if (!StartsWith(rest, " ")) continue;
    const std::string_view before = TakenFrom(text, rest);
    if (before.ends_with(" said:")) {
      text = WithoutCommand(rest.substr(1));
      return true;
    }
    if (refused.data() == nullptr && before.ends_with(" refused to talk to me:"))
      refused = rest.substr(1);
  }
  if (refused.data() == nullptr) return false;
  text = refused;
  return true;
}

/// Codes that servers send with whatever they mean.
bool SaysLittle(Reason reason) {
  switch (reason) {
    case Reason::kOther:
    case Reason::kContent:
    case Reason::kProtocol:
    case Reason::kRemoteError:
    case Reason::kRecipientRejected:
      return true;
    default:
      return false;
  }
}

Reason ReasonOfText(std::string_view text, DsnCode dsn, ReplyCode code) {
  const std::uint16_t phrase = PhraseIn(text);
  if (phrase < kFirstVague) return PhraseAt(phrase).reason;
  const ReplyMeaning meaning(text);
  if (const auto clear = meaning.Clear()) return *clear;
  const Reason of_dsn = ReasonOfDsn(dsn);
  if (!SaysLittle(of_dsn)) return of_dsn;
  if (phrase != kNone) return PhraseAt(phrase).reason;
  if (const auto vague = meaning.Vague()) return *vague;
  if (of_dsn != Reason::kOther) return of_dsn;
  return HasWord(text) ? ReasonOfReply(code) : Reason::kOther;
}

Reason ReasonOfReplied(std::string_view text, bool from_remote, DsnCode dsn, ReplyCode code) {
  const Reason reason = ReasonOfText(text, dsn, code);
  // Trouble that the other side calls its own is its own.
  return from_remote && reason == Reason::kLocalError ? Reason::kRemoteError : reason;
}

}  // namespace

Reason ReasonOf(std::string_view text, DsnCode dsn, ReplyCode code) {
  text = text.substr(0, kLongestText);
  const bool from_remote = TakeReply(text);
  return ReasonOfReplied(text, from_remote, dsn, code);
}

Reason ReasonOfDelivery(std::string_view text, DsnCode dsn) {
  text = text.substr(0, kLongestText);
  const bool from_remote = TakeReply(text);
  const bool has_code = from_remote && StartsLike<"000">(text);
  return ReasonOfReplied(text, from_remote, dsn,
                         has_code ? ReplyCode::Of(text.substr(0, 3)) : ReplyCode{});
}

}  // namespace maillog
