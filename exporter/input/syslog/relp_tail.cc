#include "exporter/input/syslog/relp_tail.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "parser/scan.h"

namespace maillog {
namespace {

constexpr std::string_view kMark = "relp:";
constexpr std::size_t kDigits = 16;

}  // namespace

void RelpTail::Add(std::uint64_t hash) {
  if (hashes_.size() == 2 * kMax) {
    hashes_.erase(hashes_.begin(), hashes_.begin() + static_cast<std::ptrdiff_t>(kMax));
  }
  hashes_.push_back(hash);
}

std::span<const std::uint64_t> RelpTail::hashes() const {
  return std::span(hashes_).last(std::min(hashes_.size(), kMax));
}

std::string RelpTail::Text() const {
  std::string text(kMark);
  text.reserve(text.size() + hashes().size() * kDigits);
  for (const std::uint64_t hash : hashes()) {
    for (int shift = 60; shift >= 0; shift -= 4) text += kHexDigits[(hash >> shift) & 0xf];
  }
  return text;
}

std::optional<RelpTail> RelpTail::Parse(std::string_view text) {
  if (!Eat(text, kMark) || text.size() % kDigits != 0 || text.size() > kMax * kDigits) {
    return std::nullopt;
  }
  RelpTail tail;
  for (; !text.empty(); text.remove_prefix(kDigits)) {
    std::uint64_t hash = 0;
    const char* const end = text.data() + kDigits;
    const auto parsed = std::from_chars(text.data(), end, hash, 16);
    if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
    tail.Add(hash);
  }
  return tail;
}

void RelpResends::Add(std::uint64_t hash) {
  unsettled_.push_back(hash);
  while (!decided() && looked_at_ < unsettled_.size()) {
    const std::uint64_t next = unsettled_[looked_at_++];
    if (looked_at_ == 1 && !settled_on_) {
      BeginRuns(next);
    } else {
      Continue(next);
    }
    if (alive_.empty()) EndRun();
  }
}

void RelpResends::BeginRuns(std::uint64_t hash) {
  for (std::size_t i = 0; i < candidates_.size(); ++i) {
    const std::span<const std::uint64_t> tail = candidates_[i].tail.hashes();
    for (std::size_t place = 0; place < tail.size(); ++place) {
      if (tail[place] == hash) alive_.push_back({.candidate = i, .next = place + 1});
    }
  }
  Continue(hash);
}

// Keeps the runs whose last message was this one; those that are whole now are no longer alive.
void RelpResends::Continue(std::uint64_t hash) {
  const bool begins = looked_at_ == 1 && !settled_on_;
  std::erase_if(alive_, [&](Run& run) {
    const std::span<const std::uint64_t> tail = TailOf(run);
    if (!begins && tail[run.next++] != hash) return true;
    if (settled_on_) TakeForResent(1, run.candidate);
    if (run.next < tail.size()) return false;
    whole_ = looked_at_;
    whole_candidate_ = run.candidate;
    return true;
  });
}

void RelpResends::EndRun() {
  if (settled_on_) {
    // What did not match is still there, and may begin another run.
    settled_on_ = false;
    looked_at_ = whole_ = 0;
    return;
  }
  if (whole_ == 0) {
    settled_ += unsettled_.size();
    unsettled_ = {};
    candidates_ = {};
    over_ = true;
    return;
  }
  TakeForResent(whole_, whole_candidate_);
  looked_at_ = whole_ = 0;
}

void RelpResends::TakeForResent(std::size_t count, std::size_t candidate) {
  unsettled_.erase(unsettled_.begin(), unsettled_.begin() + static_cast<std::ptrdiff_t>(count));
  settled_ += count;
  resent_ += count;
  matched_ = candidates_[candidate].number;
  looked_at_ -= std::min(looked_at_, count);
}

void RelpResends::Settle() {
  if (unsettled_.empty()) return;
  if (whole_ == unsettled_.size()) {
    alive_.clear();
    EndRun();
    return;
  }
  const auto longest =
      std::min_element(alive_.begin(), alive_.end(), [&](const Run& a, const Run& b) {
        return TailOf(a).size() - a.next > TailOf(b).size() - b.next;
      });
  const Run run = *longest;
  alive_.assign(1, run);
  settled_on_ = true;
  whole_ = 0;
  TakeForResent(unsettled_.size(), run.candidate);
}

}  // namespace maillog
