// Which messages of a RELP sender were counted last, and which of those it sends again. A sender
// whose connection was cut begins its next session with the messages that were not answered, in
// their order: they are the end of what was counted, however much of it the answers had confirmed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "exporter/input/bookmark.h"

namespace maillog {

/// Hashes of the messages of a sender that were counted last, the oldest first.
class RelpTail {
 public:
  /// More than a sender leaves unanswered: the usual window is 128, and rsyslog may send a batch
  /// once more that was not sent whole.
  static constexpr std::size_t kMax = 1024;

  void Add(std::uint64_t hash);
  [[nodiscard]] std::span<const std::uint64_t> hashes() const;

  /// `relp:` and 16 hexadecimal digits for each: the cursor of a bookmark.
  [[nodiscard]] std::string Text() const;
  /// Nothing if the text does not have the form.
  [[nodiscard]] static std::optional<RelpTail> Parse(std::string_view text);

 private:
  std::vector<std::uint64_t> hashes_;  // at most twice as many
};

/// Finds out which of a session's first messages were counted before: the longest run that is the
/// end of a tail. After a run another may follow, since rsyslog repeats a batch that it could not
/// send whole.
class RelpResends {
 public:
  struct Candidate {
    BookmarkNumber number = 0;
    RelpTail tail;
  };
  explicit RelpResends(std::vector<Candidate> candidates) : candidates_(std::move(candidates)) {}

  /// The session's next message; until it is decided.
  void Add(std::uint64_t hash);
  /// Nothing more comes for now, or more than can be held: what came so far is a part of a tail,
  /// and is taken for sent again even if the rest of the tail has not come.
  void Settle();
  /// Whether no later message can have been counted before.
  [[nodiscard]] bool decided() const { return over_ || candidates_.empty(); }
  /// So many of the messages added are known to be new or not, and the first `resent` of them were
  /// counted before. What is not settled is to be held.
  [[nodiscard]] std::size_t settled() const { return settled_; }
  [[nodiscard]] std::size_t resent() const { return resent_; }
  /// The tail whose messages were sent again.
  [[nodiscard]] std::optional<BookmarkNumber> matched() const { return matched_; }

 private:
  struct Run {
    std::size_t candidate;
    std::size_t next;  ///< the place in its tail whose message must come next
  };
  [[nodiscard]] std::span<const std::uint64_t> TailOf(const Run& run) const {
    return candidates_[run.candidate].tail.hashes();
  }
  void BeginRuns(std::uint64_t hash);
  void Continue(std::uint64_t hash);
  void EndRun();
  void TakeForResent(std::size_t count, std::size_t candidate);

  std::vector<Candidate> candidates_;
  std::vector<Run> alive_;  // of one candidate the longest first
  std::vector<std::uint64_t> unsettled_;
  std::size_t looked_at_ = 0;  // of unsettled_
  std::size_t whole_ = 0;      // length of the longest run that is whole, of unsettled_
  std::size_t whole_candidate_ = 0;
  bool settled_on_ = false;  // alive_ has the one run that is taken for sent again
  std::size_t settled_ = 0;
  std::size_t resent_ = 0;
  std::optional<BookmarkNumber> matched_;
  bool over_ = false;
};

}  // namespace maillog
