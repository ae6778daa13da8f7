#include "exporter/input/fingerprint.h"

#include <algorithm>

namespace maillog {

void Head::Extend(std::string_view bytes) {
  bytes = bytes.substr(0, kMaxBytes - length_);
  for (std::size_t rung = 0; rung < kRungs.size(); ++rung) {
    if (kRungs[rung] <= length_) continue;
    const std::string_view part = bytes.substr(0, kRungs[rung] - length_);
    hash_.Add(part);
    length_ += part.size();
    bytes.remove_prefix(part.size());
    if (length_ < kRungs[rung]) return;
    rungs_[rung] = hash_.value();
  }
}

std::size_t Head::MatchedBytes(std::string_view beginning) const {
  if (length_ == 0) return 0;
  if (beginning.size() >= length_) {
    return HashOf(beginning.substr(0, length_)) == hash_.value() ? length_ : 0;
  }
  for (std::size_t rung = kRungs.size(); rung-- > 0;) {
    const std::size_t length = kRungs[rung];
    if (length > length_ || length > beginning.size()) continue;
    return HashOf(beginning.substr(0, length)) == rungs_[rung] ? length : 0;
  }
  return 0;
}

std::size_t Head::CommonBytes(std::string_view beginning) const {
  for (std::size_t rung = kRungs.size(); rung-- > 0;) {
    const std::size_t length = kRungs[rung];
    if (length > length_ || length > beginning.size()) continue;
    if (HashOf(beginning.substr(0, length)) == rungs_[rung]) return length;
  }
  return 0;
}

Head::Saved Head::Save() const {
  return {.length = static_cast<std::uint32_t>(length_), .hash = hash_.value(), .rungs = rungs_};
}

Head Head::Restore(const Saved& saved) {
  Head head;
  head.length_ = std::min<std::size_t>(saved.length, kMaxBytes);
  head.hash_ = RollingHash(saved.hash);
  head.rungs_ = saved.rungs;
  return head;
}

}  // namespace maillog
