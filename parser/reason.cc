#include "parser/reason.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "parser/phrase_index.h"
#include "parser/policy_phrases.h"
#include "parser/reason_vague.h"
#include "parser/reason_words.h"
#include "parser/reply_meaning.h"

namespace maillog {
namespace {

using internal::kPolicyPhrases;
using internal::kReasonSentences;
using internal::kReasonWords;
using internal::kVagueReasons;
using internal::ReasonPhrase;

constexpr std::size_t kMaxText = 1000;
constexpr std::size_t kFirstVague = kReasonSentences.size() + kReasonWords.size();
constexpr std::size_t kPhrases = kFirstVague + kVagueReasons.size();
constexpr std::uint16_t kNone = internal::kNoPhrase;

constexpr const ReasonPhrase& PhraseAt(std::size_t i) {
  if (i < kReasonSentences.size()) return kReasonSentences[i];
  if (i < kFirstVague) return kReasonWords[i - kReasonSentences.size()];
  return kVagueReasons[i - kFirstVague];
}

/// An object, not a function, so that the call is inlined.
constexpr auto kAcceptsAny = [](std::uint16_t /*phrase*/) { return true; };

constexpr internal::PhraseIndex<kPhrases, 11, 8> kReasonIndex([] {
  std::array<std::string_view, kPhrases> phrases;
  for (std::size_t i = 0; i < kPhrases; ++i) phrases[i] = PhraseAt(i).phrase;
  return phrases;
}());
static_assert(kReasonIndex.IsSound());

constexpr internal::PhraseIndex<kPolicyPhrases.size(), 10, 8> kPolicyIndex([] {
  std::array<std::string_view, kPolicyPhrases.size()> phrases;
  for (std::size_t i = 0; i < phrases.size(); ++i) phrases[i] = kPolicyPhrases[i].phrase;
  return phrases;
}());
static_assert(kPolicyIndex.IsSound());
static_assert(internal::HasAPhraseForEachPolicy());

/// Addresses are in angle brackets, and are not part of what is said. `<LF>` is not an address.
void SkipAngleBrackets(std::string_view& text) {
  std::string_view rest = text;
  const std::string_view inside = TakeUntil(rest, '>');
  if (!rest.empty() && inside.find('@') != std::string_view::npos) text = rest;
}

/// Calls `visit(text)` with what begins at each beginning of a word.
template <class Visit>
void ForEachPlace(std::string_view text, Visit&& visit) {
  while (!text.empty()) {
    std::string_view rest = text;
    ForEachWord(TakeUntil(rest, '<'), [&](std::size_t at) { visit(text.substr(at)); });
    if (!rest.empty()) {
      SkipAngleBrackets(rest);
      rest.remove_prefix(1);
    }
    text = rest;
  }
}

/// The most specific phrases of both lists in a text; kNone where there is none.
struct Phrases {
  std::uint16_t reason = kNone;
  std::uint16_t policy = kNone;
};

std::uint16_t ReasonPhraseIn(std::string_view text) {
  std::uint16_t best = kNone;
  ForEachPlace(text,
               [&](std::string_view at) { best = kReasonIndex.Better(at, best, kAcceptsAny); });
  return best;
}

/// In one pass. `receiver` is whose answer it is.
Phrases PhrasesIn(std::string_view text, Receiver receiver) {
  Phrases best;
  const auto accepts = [receiver](std::uint16_t i) {
    return kPolicyPhrases[i].from == Receiver::kOther || kPolicyPhrases[i].from == receiver;
  };
  ForEachPlace(text, [&](std::string_view at) {
    best.reason = kReasonIndex.Better(at, best.reason, kAcceptsAny);
    best.policy = kPolicyIndex.Better(at, best.policy, accepts);
  });
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

/// What it answered to is not a part of what it said.
std::string_view WithoutCommand(std::string_view reply) {
  return reply.substr(0, FindWord(reply, " (in reply to "));
}

/// The name of `… host mx.example.com[192.0.2.1]`.
std::string_view HostIn(std::string_view before) {
  constexpr std::string_view kWord = "host ";
  const std::size_t at = FindLastWord(before, kWord);
  if (at == before.size()) return {};
  const std::string_view host = before.substr(at + kWord.size());
  return host.substr(0, FindOneOf(host, '['));
}

bool Has(std::string_view text, std::string_view word) {
  return FindWord(text, word) < text.size();
}

/// What the other side said, without who it is: names of hosts are not reasons.
struct Reply {
  std::string_view text;
  std::string_view host;     ///< who said it, if that is known
  bool from_remote = false;  ///< false where the text is all there is
  bool to_login = false;     ///< it refuses this server's own login
  bool to_sender = false;    ///< it answers MAIL FROM, before there is a recipient
};

/// `said`: what follows ` said: `; `before`: what is in front of that.
Reply ReplySaid(std::string_view before, std::string_view said) {
  const std::string_view text = WithoutCommand(said);
  return {text, HostIn(before), true, Has(before, "authentication failed; server "),
          StartsWith(said.substr(text.size()), " (in reply to MAIL FROM ")};
}

Reply ReplyIn(std::string_view text) {
  Reply reply{text, {}};
  std::string_view rest = text;
  while (SkipPast(rest, ':')) {
    if (!StartsWith(rest, " ")) continue;
    std::string_view before = TakenFrom(text, rest);
    if (EatBack(before, " said:")) return ReplySaid(before, rest.substr(1));
    if (!reply.from_remote && EatBack(before, " refused to talk to me:"))
      reply = {rest.substr(1), HostIn(before), true};
  }
  return reply;
}

/// Codes that servers send whatever they mean.
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

Reason ReasonOfText(std::string_view text, std::uint16_t phrase, DsnCode dsn, ReplyCode code) {
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

/// Of whom there is nobody yet when MAIL FROM is answered: what is unknown then is the sender.
bool IsOfRecipient(Reason reason) {
  return reason == Reason::kUserUnknown || reason == Reason::kUserDisabled ||
         reason == Reason::kRecipientRejected || reason == Reason::kHostNotFound;
}

/// What follows RFC 5321's words for its code, `Requested action not taken: mailbox unavailable`:
/// many servers say after them what they mean. All of the text where they are not.
std::string_view AfterStandardWords(std::string_view text) {
  constexpr std::string_view kStandard = "ction not taken: mailbox unavailable";
  const std::size_t at = FindWord(text, kStandard);
  return at < text.size() ? text.substr(at + kStandard.size()) : text;
}

Reason ReasonOfSaid(std::string_view text, std::uint16_t phrase, DsnCode dsn, ReplyCode code) {
  const std::string_view meant = AfterStandardWords(text);
  if (meant.size() < text.size() && HasWord(meant)) {
    const Reason reason = ReasonOfText(meant, ReasonPhraseIn(meant), {}, {});
    if (!SaysLittle(reason)) return reason;
  }
  return ReasonOfText(text, phrase, dsn, code);
}

Reason ReasonOfReplied(const Reply& reply, std::uint16_t phrase, DsnCode dsn, ReplyCode code) {
  if (reply.to_login) return Reason::kAuth;
  const Reason reason = ReasonOfSaid(reply.text, phrase, dsn, code);
  if (reply.to_sender && IsOfRecipient(reason)) return Reason::kSenderRejected;
  // Trouble that the other side calls its own is the other side's.
  return reply.from_remote && reason == Reason::kLocalError ? Reason::kRemoteError : reason;
}

/// What each signature holds one of: most answers have neither.
constexpr std::string_view kInSignatures[] = {".com", " gsmtp"};
constexpr bool MayBeSignature(std::string_view word) {
  return std::any_of(std::begin(kInSignatures), std::end(kInSignatures),
                     [word](auto part) { return word.find(part) != std::string_view::npos; });
}
static_assert(std::all_of(internal::kSignatures.begin(), internal::kSignatures.end(),
                          [](const auto& signature) { return MayBeSignature(signature.word); }));

/// Whose answer it is: by the name of who said it, else by the name that the answer gives itself.
Receiver ReceiverIn(const Reply& reply) {
  const Receiver receiver = ReceiverOf(reply.host);
  if (receiver != Receiver::kOther) return receiver;
  if (!Has(reply.text, kInSignatures[0]) && !Has(reply.text, kInSignatures[1]))
    return Receiver::kOther;
  for (const internal::Signature& signature : internal::kSignatures) {
    if (Has(reply.text, signature.word)) return signature.receiver;
  }
  return Receiver::kOther;
}

Refusal RefusalIn(const Reply& reply, DsnCode dsn, ReplyCode code) {
  Refusal refusal;
  refusal.receiver = ReceiverIn(reply);
  const Phrases phrases = PhrasesIn(reply.text, refusal.receiver);
  refusal.reason = ReasonOfReplied(reply, phrases.reason, dsn, code);
  if (phrases.policy != kNone) refusal.policy = kPolicyPhrases[phrases.policy].policy;
  return refusal;
}

}  // namespace

Reason ReasonOf(std::string_view text, DsnCode dsn, ReplyCode code) {
  const Reply reply = ReplyIn(text.substr(0, kMaxText));
  return ReasonOfReplied(reply, ReasonPhraseIn(reply.text), dsn, code);
}

Refusal RefusalOf(std::string_view text, DsnCode dsn, ReplyCode code) {
  return RefusalIn(ReplyIn(text.substr(0, kMaxText)), dsn, code);
}

Refusal RefusalOfDelivery(std::string_view text, DsnCode dsn) {
  const Reply reply = ReplyIn(text.substr(0, kMaxText));
  const bool has_code = reply.from_remote && StartsLike<"000">(reply.text);
  Refusal refusal =
      RefusalIn(reply, dsn, has_code ? ReplyCode::Of(reply.text.substr(0, 3)) : ReplyCode{});
  // Where nobody else has said anything, it is a program of this host.
  if (!reply.from_remote && refusal.reason == Reason::kRemoteError)
    refusal.reason = Reason::kLocalError;
  return refusal;
}

}  // namespace maillog
