#include "exporter/input/syslog/relp_senders.h"

#include <algorithm>
#include <utility>

namespace maillog {

RelpSenders::RelpSenders(const std::optional<std::vector<Bookmark>>& saved) {
  if (!saved) return;
  for (const Bookmark& bookmark : *saved) {
    next_number_ = std::max(next_number_, bookmark.number + 1);
    std::optional<RelpTail> tail = RelpTail::Parse(bookmark.cursor);
    if (!tail) {
      to_forget_.push_back(bookmark.number);
      continue;
    }
    senders_[bookmark.number] = {
        .host = bookmark.path, .tail = *std::move(tail), .ended = ++endings_};
  }
}

std::vector<RelpResends::Candidate> RelpSenders::CandidatesOf(std::string_view host) const {
  std::vector<RelpResends::Candidate> candidates;
  std::size_t open = 0;
  for (auto each = senders_.rbegin(); each != senders_.rend(); ++each) {
    const auto& [number, sender] = *each;
    if (sender.host != host || (sender.ended == 0 && ++open > kMaxOpenOfHost)) continue;
    candidates.push_back({.number = number, .tail = sender.tail});
  }
  return candidates;
}

BookmarkNumber RelpSenders::Begin(std::string_view host, std::optional<BookmarkNumber> continued) {
  const BookmarkNumber number = next_number_++;
  Sender begun{.host = std::string(host)};
  if (const auto former = continued ? senders_.find(*continued) : senders_.end();
      former != senders_.end()) {
    begun.tail = former->second.tail;
    begun.changed = true;
    // One that has not ended may be another sender's after all.
    if (former->second.ended != 0) Forget(former->first);
  }
  senders_[number] = std::move(begun);
  return number;
}

void RelpSenders::Add(BookmarkNumber session, std::uint64_t hash) {
  Sender& sender = senders_[session];
  sender.tail.Add(hash);
  sender.changed = true;
}

void RelpSenders::End(BookmarkNumber session) {
  const auto found = senders_.find(session);
  if (found == senders_.end()) return;
  found->second.ended = ++endings_;
  const auto ended = [](const auto& each) { return each.second.ended != 0; };
  const auto of_host = [&](const auto& each) {
    return ended(each) && each.second.host == found->second.host;
  };
  if (std::count_if(senders_.begin(), senders_.end(), of_host) >
      static_cast<std::ptrdiff_t>(kMaxEndedOfHost)) {
    DropOldest(found->second.host);
  } else if (std::count_if(senders_.begin(), senders_.end(), ended) >
             static_cast<std::ptrdiff_t>(kMaxEnded)) {
    DropOldest({});
  }
}

// Of one host, or of all.
void RelpSenders::DropOldest(std::string_view host) {
  const std::pair<const BookmarkNumber, Sender>* oldest = nullptr;
  for (const auto& each : senders_) {
    if (each.second.ended == 0 || (!host.empty() && each.second.host != host)) continue;
    if (oldest == nullptr || each.second.ended < oldest->second.ended) oldest = &each;
  }
  if (oldest != nullptr) Forget(oldest->first);
}

void RelpSenders::Forget(BookmarkNumber session) {
  if (senders_.erase(session) > 0) to_forget_.push_back(session);
}

RelpSenders::Changes RelpSenders::TakeChanges() {
  changed_.clear();
  forgotten_ = std::exchange(to_forget_, {});
  for (auto& [number, sender] : senders_) {
    if (!std::exchange(sender.changed, false)) continue;
    Bookmark& bookmark = changed_.emplace_back();
    bookmark.number = number;
    bookmark.path = sender.host;
    bookmark.cursor = sender.tail.Text();
  }
  return {.changed = changed_, .forgotten = forgotten_};
}

}  // namespace maillog
