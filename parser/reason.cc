#include "parser/reason.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "parser/reason_words.h"

namespace maillog {
namespace {

using internal::kReasonSentences;
using internal::kReasonWords;
using internal::ReasonPhrase;

constexpr std::size_t kLongestText = 1000;
constexpr std::size_t kPhrases = kReasonSentences.size() + kReasonWords.size();
constexpr std::uint16_t kNone = 0xffff;

constexpr const ReasonPhrase& PhraseAt(std::size_t i) {
  return i < kReasonSentences.size() ? kReasonSentences[i]
                                     : kReasonWords[i - kReasonSentences.size()];
}

/// Phrases fall into buckets by their first bytes: most words of a text find an empty one. Six tell
/// most phrases apart; the few that are shorter have buckets by three of their own.
constexpr unsigned kBucketBits = 11;
constexpr std::size_t kLong = 6;
constexpr std::size_t kShort = 3;
template <std::size_t kBytes>
constexpr std::size_t BucketOf(std::uint64_t first_eight_folded) {
  constexpr std::uint64_t kGolden = 0x9E3779B97F4A7C15;  // 2^64 / golden ratio: spreads neighbours
  return (first_eight_folded << (64 - 8 * kBytes)) * kGolden >> (64 - kBucketBits);
}

/// For each bucket the index of its first phrase, for each phrase the next in the same bucket.
struct Index {
  using Buckets = std::array<std::uint16_t, std::size_t{1} << kBucketBits>;
  Buckets of_long{};
  Buckets of_short{};
  std::array<std::uint16_t, kPhrases> next{};
};

constexpr Index kIndex = [] {
  Index index;
  index.of_long.fill(kNone);
  index.of_short.fill(kNone);
  index.next.fill(kNone);
  for (std::size_t i = kPhrases; i-- > 0;) {  // backwards, so that chains go from specific to vague
    const std::uint64_t front = FirstEightFolded(PhraseAt(i).phrase);
    std::uint16_t& first = PhraseAt(i).phrase.size() >= kLong
                               ? index.of_long[BucketOf<kLong>(front)]
                               : index.of_short[BucketOf<kShort>(front)];
    index.next[i] = first;
    first = static_cast<std::uint16_t>(i);
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

/// The first bytes of each phrase, and which of the eight count: most phrases of a bucket are told
/// apart by one comparison.
struct Front {
  std::uint64_t bytes = 0;
  std::uint64_t mask = 0;
};

constexpr auto kFronts = [] {
  std::array<Front, kPhrases> fronts{};
  for (std::size_t i = 0; i < kPhrases; ++i) {
    const std::size_t size = std::min<std::size_t>(PhraseAt(i).phrase.size(), 8);
    fronts[i].mask = ~std::uint64_t{0} >> (64 - 8 * size);
    fronts[i].bytes = FirstEightFolded(PhraseAt(i).phrase) & fronts[i].mask;
  }
  return fronts;
}();

/// The most specific phrase that the text begins with, if it is more specific than `best`. Only
/// few words of a text come here.
[[gnu::noinline]] std::uint16_t BetterInChains(std::string_view text, std::uint64_t front,
                                               std::uint16_t best) {
  for (std::uint16_t i :
       {kIndex.of_long[BucketOf<kLong>(front)], kIndex.of_short[BucketOf<kShort>(front)]}) {
    for (; i < best; i = kIndex.next[i]) {
      if ((front & kFronts[i].mask) == kFronts[i].bytes && StartsWithFold(text, PhraseAt(i).phrase))
        best = i;
    }
  }
  return best;
}

std::uint16_t BetterAt(std::string_view text, std::uint16_t best) {
  const std::uint64_t front = FirstEightFolded(text);
  const bool may = kIndex.of_long[BucketOf<kLong>(front)] < best ||
                   kIndex.of_short[BucketOf<kShort>(front)] < best;
  return may ? BetterInChains(text, front, best) : best;
}

/// Addresses stand in angle brackets, and are no part of what is said. `<LF>` is no address.
void SkipAngleBrackets(std::string_view& text) {
  std::string_view rest = text;
  const std::string_view inside = TakeUntil(rest, '>');
  if (!rest.empty() && inside.find('@') != std::string_view::npos) text = rest;
}

/// The most specific phrase that begins at the beginning of a word.
std::optional<Reason> ReasonInText(std::string_view text) {
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
  if (best == kNone) return std::nullopt;
  return PhraseAt(best).reason;
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

/// What the other side said, without who it is: names of hosts are no reasons.
bool TakeReply(std::string_view& text) {
  return SkipPast(text, " said: ") || SkipPast(text, " refused to talk to me: ");
}

}  // namespace

Reason ReasonOf(std::string_view text, DsnCode dsn, ReplyCode code) {
  text = text.substr(0, kLongestText);
  const bool from_remote = TakeReply(text);
  if (const auto reason = ReasonInText(text)) {
    // Trouble that the other side calls its own is its own.
    return from_remote && *reason == Reason::kLocalError ? Reason::kRemoteError : *reason;
  }
  if (const Reason reason = ReasonOfDsn(dsn); reason != Reason::kOther) return reason;
  return HasWord(text) ? ReasonOfReply(code) : Reason::kOther;
}

namespace {

struct ReceiverDomain {
  std::string_view domain;
  Receiver receiver;
};

/// Domains of the mail servers, not of the addresses.
constexpr ReceiverDomain kReceivers[] = {
    {"google.com", Receiver::kGoogle},      {"googlemail.com", Receiver::kGoogle},
    {"outlook.com", Receiver::kMicrosoft},  {"office365.us", Receiver::kMicrosoft},
    {"outlook.cn", Receiver::kMicrosoft},   {"mx.microsoft", Receiver::kMicrosoft},
    {"hotmail.com", Receiver::kMicrosoft},  {"yahoodns.net", Receiver::kYahoo},
    {"yahoo.com", Receiver::kYahoo},        {"yahoo.co.jp", Receiver::kYahooJapan},
    {"icloud.com", Receiver::kIcloud},      {"apple.com", Receiver::kIcloud},
    {"me.com", Receiver::kIcloud},          {"docomo.ne.jp", Receiver::kDocomo},
    {"spmode.ne.jp", Receiver::kDocomo},    {"au.com", Receiver::kAu},
    {"ezweb.ne.jp", Receiver::kAu},         {"auone-net.jp", Receiver::kAu},
    {"dion.ne.jp", Receiver::kAu},          {"softbank.ne.jp", Receiver::kSoftbank},
    {"softbank.jp", Receiver::kSoftbank},   {"vodafone.ne.jp", Receiver::kSoftbank},
    {"i.softbank.jp", Receiver::kSoftbank}, {"rakuten.co.jp", Receiver::kRakuten},
    {"rakuten.jp", Receiver::kRakuten},     {"rmail.jp", Receiver::kRakuten},
    {"nifty.com", Receiver::kNifty},        {"nifty.ne.jp", Receiver::kNifty},
    {"biglobe.ne.jp", Receiver::kBiglobe},  {"ocn.ne.jp", Receiver::kOcn},
    {"ocn.ad.jp", Receiver::kOcn},
};

}  // namespace

Receiver ReceiverOf(std::string_view host) {
  static_cast<void>(EatBack(host, "."));
  if (host.empty()) return Receiver::kOther;
  const char last = Lower(host.back());
  for (const ReceiverDomain& receiver : kReceivers) {
    if (receiver.domain.back() == last && IsInDomain(host, receiver.domain))
      return receiver.receiver;
  }
  return Receiver::kOther;
}

}  // namespace maillog
