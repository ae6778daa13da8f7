// Cuts what was read into whole messages. What is unfinished is held back: a line without its
// newline, and the messages after a container's fragment whose last part has not come yet. A line
// longer than kMaxMessageBytes is never held whole: its bytes are dropped as they come, and it is
// delivered as one malformed message once its end is there; so is an entry of the journal's export,
// whose end is not the end of a line. Of a message in fragments that is given up, the fragments
// that come later are marked as such: they are no messages of their own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string_view>

#include "parser/envelope/container.h"
#include "parser/envelope/envelopes.h"
#include "parser/envelope/journal_export.h"

namespace maillog {

/// What to do with what is unfinished.
enum class Tail : std::uint8_t {
  kKeep,           ///< more may come
  kGiveUpPartial,  ///< fragments have waited long enough: whole lines are delivered as they are
  kDeliver,        ///< nothing can follow: everything is delivered
};

class BlockBuffer {
 public:
  /// Reads of this size are as fast as larger ones, and fit a second-level cache.
  static constexpr std::size_t kBytes = 256 * 1024;

  /// `capacity` is raised to hold any message that is not over the limit. Room() has no more than
  /// `room` bytes: less than the capacity where no message is longer, as in tests.
  explicit BlockBuffer(std::size_t capacity = kBytes,
                       std::size_t room = std::numeric_limits<std::size_t>::max());

  /// Where the next bytes read will go.
  struct At {
    enum class Inside : std::uint8_t { kNothing, kOverlongLine, kOverlongEntry };
    Inside inside = Inside::kNothing;
    EntryScan entry;  ///< how far in the entry
    friend bool operator==(const At&, const At&) = default;

    static const At kMessageStart;
    static const At kInsideOverlong;
  };
  /// Forgets everything: what follows was read from somewhere else, where at() and given_up() were
  /// these.
  void Reset(At at, StreamSet given_up = {});
  /// How often that was done: whoever has read on can tell whether what was read is still there.
  [[nodiscard]] std::uint64_t resets() const { return resets_; }

  /// Space for more bytes; empty only if Take has not been called on a full buffer. Invalidates
  /// what Take returned before the last Room() that followed a Take: one may read on while what
  /// was taken is still looked at.
  [[nodiscard]] std::span<char> Room();
  /// That the first `n` bytes of Room() have been filled.
  void Filled(std::size_t n) { end_ += n; }

  /// Bytes that were read elsewhere: `size` of them, after a headroom for what is held.
  struct Bytes {
    explicit Bytes(std::size_t of_capacity)
        : data(std::make_unique_for_overwrite<char[]>(of_capacity)), capacity(of_capacity) {}
    [[nodiscard]] std::span<char> room() const {
      return std::span<char>(data.get(), capacity).subspan(kHeadroom);
    }
    std::unique_ptr<char[]> data;
    std::size_t capacity;
    std::size_t size = 0;
  };
  /// As much as may be held, and the least capacity: the longest message with its newline, and one
  /// byte to see that a longer one is longer.
  static constexpr std::size_t kHeadroom = kMaxMessageBytes + 2;
  /// In place of Room and Filled, and without a copy: takes the bytes over, and gives others of the
  /// same capacity for them. False: theirs is not that of this buffer, or more is held than fits in
  /// front of them. Invalidates as Room() does.
  [[nodiscard]] bool Exchange(Bytes& bytes);

  struct Taken {
    std::string_view messages;    ///< whole messages; valid until Take and Room() again, or Reset()
    std::uint32_t malformed = 0;  ///< over-long messages that ended here
    StreamSet given_up;           ///< in these, `messages` begins inside one that was given up
    std::string_view passed;      ///< all that was moved past; empty: nothing can be taken yet
  };
  /// The next whole messages. To be repeated until it moves past nothing; then there is room again.
  [[nodiscard]] Taken Take(Tail tail);

  /// What Take(Tail::kKeep) would return now, if that is nothing but messages; else empty. Valid as
  /// what it returns.
  [[nodiscard]] std::string_view Ahead() const;

  /// Whether what follows is still part of an over-long line or entry.
  [[nodiscard]] At at() const { return at_; }
  /// In which streams of a container what follows is still part of a message that was given up.
  [[nodiscard]] StreamSet given_up() const { return given_up_; }
  /// Bytes held back.
  [[nodiscard]] std::size_t held() const { return end_ - begin_; }
  /// These bytes; valid until Take, Room() or Reset().
  [[nodiscard]] std::string_view bytes() const { return {data_.get() + begin_, end_ - begin_}; }
  /// Whether whole lines are held back after a fragment.
  [[nodiscard]] bool holds_lines() const;

 private:
  void MoveToOther();
  [[nodiscard]] Taken TakeOverlong(Tail tail);
  [[nodiscard]] Taken TakeOverlongEntry(Tail tail);
  [[nodiscard]] Taken TakeEntries(Tail tail);
  [[nodiscard]] Taken TakeUnfinished(Tail tail);
  [[nodiscard]] Taken TakeFront(std::size_t size);
  [[nodiscard]] Taken GiveUp(std::size_t size);

  // Of each of the two; at least that of the longest message with its newline, and one byte more.
  std::size_t capacity_;
  std::size_t room_;
  // What has been read: data_[begin_, end_) is held, 0 <= begin_ <= end_ <= capacity_. What is
  // before begin_ was taken. Never cleared: pages that no read has filled take no memory.
  std::unique_ptr<char[]> data_;
  // The same size. Where the messages taken last are, after Room() has moved what is held to the
  // front of the other: valid until the next such move.
  std::unique_ptr<char[]> other_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::uint64_t resets_ = 0;
  // What data_[begin_] is: the start of a message; or inside an over-long line or entry, of which
  // nothing will be delivered but that it was one.
  At at_ = At::kMessageStart;
  // In which streams the first fragment at or after begin_ goes on with a message that was given
  // up. Empty for what is no container's.
  StreamSet given_up_;
};

inline constexpr BlockBuffer::At BlockBuffer::At::kMessageStart{};
inline constexpr BlockBuffer::At BlockBuffer::At::kInsideOverlong{.inside = Inside::kOverlongLine,
                                                                  .entry = {}};

}  // namespace maillog
