#include "parser/reason_memory.h"

#include "parser/find.h"

namespace maillog {

/// By eight bytes at five places: texts of one kind often begin and end alike, and differ in a name
/// or a word.
std::uint32_t ReasonMemory::HashOf(std::string_view text, Codes codes) {
  const std::size_t last = text.size() - 8;
  std::uint64_t hash = text.size() << 17 | codes.dsn.index() << 9 | codes.code.index() << 1 |
                       (codes.of_delivery ? 1U : 0U);
  for (const std::size_t at : {std::size_t{0}, last / 4, last / 2, last / 2 + last / 4, last}) {
    hash = (hash ^ internal::Load<std::uint64_t>(text.data() + at)) * kGoldenRatio;
    hash ^= hash >> 32;
  }
  return static_cast<std::uint32_t>(hash);
}

bool ReasonMemory::Is(const Known& known, std::string_view text, Codes codes) const {
  const bool is_there = written_ - known.begin <= kBytes;
  return is_there && known.codes == codes &&
         SameText({texts_.data() + known.begin % kBytes, known.size}, text);
}

std::uint64_t ReasonMemory::Write(std::string_view text) {
  const std::size_t left = kBytes - written_ % kBytes;
  if (text.size() > left) written_ += left;  // texts are whole
  const std::uint64_t begin = written_;
  (void)text.copy(texts_.data() + begin % kBytes, text.size());
  written_ += text.size();
  return begin;
}

template <class FindOut>
Refusal ReasonMemory::Of(std::string_view text, Codes codes, const FindOut& find_out) {
  if (text.size() < kShortest || text.size() > kMaxBytes) return find_out();
  const std::uint32_t hash = HashOf(text, codes);
  Set& set = sets_[hash % kSets];
  for (std::size_t i = 0; i < kWays; ++i) {
    if (set.hashes[i] == hash && Is(set.known[i], text, codes)) return set.known[i].refusal;
  }
  const std::size_t place = set.oldest++ % kWays;
  set.hashes[place] = hash;
  set.known[place] = {Write(text), static_cast<std::uint8_t>(text.size()), codes, find_out()};
  return set.known[place].refusal;
}

Refusal ReasonMemory::OfDelivery(std::string_view text, DsnCode dsn) {
  return Of(text, {dsn, {}, true}, [&] { return RefusalOfDelivery(text, dsn); });
}

Reason ReasonMemory::OfReply(std::string_view text, DsnCode dsn, ReplyCode code) {
  return Of(text, {dsn, code, false}, [&] { return Refusal{ReasonOf(text, dsn, code)}; }).reason;
}

}  // namespace maillog
