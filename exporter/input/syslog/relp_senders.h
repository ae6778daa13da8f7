// What is remembered of those who send by RELP: for each session the end of what it sent, also
// after it has ended, until the next session from the same host has had its turn. A bookmark each,
// saved in the same step as what was counted.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/input/bookmark.h"
#include "exporter/input/syslog/relp_tail.h"

namespace maillog {

class RelpSenders {
 public:
  /// Of sessions that have ended, those that ended last are kept.
  static constexpr std::size_t kMaxEndedOfHost = 8;
  static constexpr std::size_t kMaxEnded = 128;

  /// Of those that have not, these may be dead without anybody knowing: the youngest.
  static constexpr std::size_t kMaxOpenOfHost = 8;

  /// Takes over what an earlier run saved; bookmarks of other kinds are no longer valid.
  explicit RelpSenders(const std::optional<std::vector<Bookmark>>& saved);

  /// The tails that a new session from this host may continue, the youngest session first.
  [[nodiscard]] std::vector<RelpResends::Candidate> CandidatesOf(std::string_view host) const;
  /// A new session from this host begins to be remembered, with the tail it continues, if any.
  [[nodiscard]] BookmarkNumber Begin(std::string_view host,
                                     std::optional<BookmarkNumber> continued);
  /// That a message of the session was counted.
  void Add(BookmarkNumber session, std::uint64_t hash);
  /// The session has ended, and may be continued.
  void End(BookmarkNumber session);
  /// The session has ended, and the sender knows that everything has come.
  void Forget(BookmarkNumber session);

  /// What has changed since the last call, for a Block. Valid until the next call.
  struct Changes {
    const std::vector<Bookmark>& changed;
    const std::vector<BookmarkNumber>& forgotten;
  };
  [[nodiscard]] Changes TakeChanges();

 private:
  struct Sender {
    std::string host;
    RelpTail tail;
    std::uint64_t ended = 0;  // in the order of ending; 0: it has not
    bool changed = false;
  };
  void DropOldest(std::string_view host);

  std::map<BookmarkNumber, Sender> senders_;
  BookmarkNumber next_number_ = 1;
  std::uint64_t endings_ = 0;
  std::vector<BookmarkNumber> to_forget_;
  std::vector<Bookmark> changed_;
  std::vector<BookmarkNumber> forgotten_;
};

}  // namespace maillog
