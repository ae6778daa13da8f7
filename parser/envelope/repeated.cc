#include <algorithm>
#include <optional>

#include "parser/envelope/wrappings.h"
#include "parser/scan.h"

namespace maillog {
namespace {

std::uint32_t Bounded(std::uint64_t repeats) {
  return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(repeats, 1, kMaxRepeats));
}

/// `last message repeated 3 times`, and nothing else; with ` ---` after it, as macOS writes it.
bool ReadLastRepeated(std::string_view text, Record& record) {
  (void)EatBack(text, " ---");
  if (!Eat(text, "last message repeated ")) return false;
  const std::optional<std::uint64_t> repeats = TakeUint(text);
  if (!repeats || (text != " times" && text != " time")) return false;
  record.times = Bounded(*repeats);
  return true;
}

/// `message repeated 4 times: [ pop3-login: Login: … ]`
void UnwrapRepeated(std::string_view text, Record& record) {
  if (!Eat(text, "message repeated ")) return;
  const std::optional<std::uint64_t> repeats = TakeUint(text);
  if (!repeats || !Eat(text, " times: [")) return;
  SkipSpaces(text);
  (void)EatBack(text, "]");
  record.message = text;
  record.times = Bounded(*repeats);
}

}  // namespace

EnvelopeResult ReadRepeats(Record& record) {
  if (record.message.starts_with('m')) UnwrapRepeated(record.message, record);
  return record.message.starts_with('l') && ReadLastRepeated(record.message, record)
             ? EnvelopeResult::kLastRepeated
             : EnvelopeResult::kRecord;
}

}  // namespace maillog
