#include "parser/reason_memory.h"

#include "parser/find.h"

namespace maillog {

/// Texts of one kind often begin and end alike, and differ in the middle.
std::size_t ReasonMemory::PlaceOf(std::string_view text) {
  const std::uint64_t middle = internal::Load<std::uint64_t>(text.data() + text.size() / 2);
  return ((HashOfEnds(text) ^ middle) * kGoldenRatio >> 32) % kPlaces;
}

Refusal ReasonMemory::OfDelivery(std::string_view text, DsnCode dsn) {
  if (text.size() < kShortest || text.size() > kMaxBytes) return RefusalOfDelivery(text, dsn);
  Known& known = known_[PlaceOf(text)];
  if (known.dsn != dsn || std::string_view(known.text.data(), known.size) != text) {
    known.size = static_cast<std::uint8_t>(text.copy(known.text.data(), known.text.size()));
    known.dsn = dsn;
    known.refusal = RefusalOfDelivery(text, dsn);
  }
  return known.refusal;
}

}  // namespace maillog
