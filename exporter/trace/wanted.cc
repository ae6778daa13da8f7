#include "exporter/trace/wanted.h"

#include <algorithm>

#include "exporter/trace/any_case.h"
#include "parser/find.h"
#include "parser/queue_id.h"
#include "parser/scan.h"

namespace maillog {

TraceWhat TraceWhat::Of(std::string_view written) {
  TraceWhat what;
  if (Eat(written, '<') && EatBack(written, ">")) {
    what.kind = Kind::kBracketed;
  } else if (IsQueueId(written)) {
    what.kind = Kind::kQueueId;
  }
  what.text = written;
  what.lower.resize(written.size());
  std::transform(written.begin(), written.end(), what.lower.begin(), LowerOf);
  return what;
}

bool TraceWhat::IsAddress(std::string_view address) const {
  if (kind == Kind::kBracketed) return SameInAnyCase(address, lower);
  return FindInAnyCase(address, lower) < address.size();
}

bool TraceWhat::IsMessageId(std::string_view id) const {
  return kind != Kind::kQueueId && !id.empty() && id == text;
}

bool TraceWhat::Matches(const TraceLine& line) const {
  if (kind == Kind::kQueueId) return line.queue_id == text;
  return IsMessageId(line.message_id) || IsAddress(line.from) || IsAddress(line.to) ||
         IsAddress(line.orig_to) || IsAddress(line.user);
}

std::size_t WantedTexts::PlaceOf(std::string_view word) {
  return static_cast<std::size_t>(
      (FirstEight(word.substr(0, 4)) ^ word.size() << 32) * kGoldenRatio >> 50);
}

bool WantedTexts::Add(std::string_view text) {
  if (text.empty() || !texts_.emplace(text).second) return false;
  std::string_view longest;
  ForEachWord(text, [&](std::size_t at) {
    const std::string_view word = text.substr(at, LeadingAlnum(text.substr(at)));
    if (word.size() > longest.size()) longest = word;
  });
  if (!longest.empty() && words_.emplace(longest).second) places_.set(PlaceOf(longest));
  return true;
}

bool WantedTexts::MayBeIn(std::string_view bytes) const {
  if (words_.empty()) return false;
  if (words_.size() <= 2) {
    return std::any_of(words_.begin(), words_.end(), [bytes](const std::string& word) {
      return FindWord(bytes, word) < bytes.size();
    });
  }
  bool found = false;
  ForEachWord(bytes, [&](std::size_t at) {
    if (found) return;
    const std::string_view word = bytes.substr(at, LeadingAlnum(bytes.substr(at)));
    found = places_.test(PlaceOf(word)) && words_.contains(std::string(word));
  });
  return found;
}

}  // namespace maillog
