// What a RELP peer sends, cut anywhere; and what is known to be sent again.
#include <algorithm>
#include <string>
#include <vector>

#include "exporter/input/syslog/relp_session.h"
#include "exporter/input/syslog/relp_tail.h"
#include "parser/envelope/envelopes.h"
#include "tests/fuzz/fuzz.h"

namespace maillog::fuzz {
namespace {

struct Taken {
  std::vector<std::uint64_t> hashes;
  std::string replies;
  bool broken = false;
  friend bool operator==(const Taken&, const Taken&) = default;
};

Taken TakeInPieces(std::string_view bytes, std::size_t step) {
  RelpSession session;
  Taken taken;
  while (!bytes.empty()) {
    std::string_view piece = bytes.substr(0, step);
    bytes.remove_prefix(piece.size());
    while (const std::optional<RelpMessage> message = session.Take(piece)) {
      Check(message->text.size() <= kMaxMessageBytes);
      Check(!message->overlong || message->text.empty());
      taken.hashes.push_back(message->hash);
    }
  }
  Check(session.unanswered() == taken.hashes.size());
  session.Answer(taken.hashes.size());
  Check(session.unanswered() == 0 && !session.closing());
  taken.replies = session.replies();
  taken.broken = session.broken();
  return taken;
}

// A sender whose answers are lost after any of them sends the rest again, and something new.
void CheckResends(const std::vector<std::uint64_t>& sent, std::size_t lost) {
  RelpTail tail;
  for (const std::uint64_t hash : sent) tail.Add(hash);
  lost = std::min(lost, tail.hashes().size());
  if (lost == 0) return;
  RelpResends resends({{.number = 1, .tail = tail}});
  std::size_t added = 0;
  for (const std::uint64_t hash : tail.hashes().last(lost)) {
    Check(!resends.decided());
    resends.Add(hash);
    ++added;
    Check(resends.resent() <= resends.settled() && resends.settled() <= added);
  }
  resends.Settle();
  Check(resends.resent() == lost && resends.settled() == lost);
}

}  // namespace
}  // namespace maillog::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace maillog;
  if (size == 0) return 0;
  const std::string_view input = fuzz::AsText(data + 1, size - 1);
  const fuzz::Taken whole = fuzz::TakeInPieces(input, input.size() + 1);
  fuzz::Check(fuzz::TakeInPieces(input, data[0] % 64 + 1U) == whole);
  fuzz::CheckResends(whole.hashes, data[0]);
  std::vector<std::uint64_t> letters(input.begin(), input.end());
  fuzz::CheckResends(letters, data[0]);
  if (const std::optional<RelpTail> tail = RelpTail::Parse(input)) {
    fuzz::Check(RelpTail::Parse(tail->Text())->Text() == tail->Text());
  }
  return 0;
}
