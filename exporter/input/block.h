// What an input hands on: whole messages of one file, and where to resume after them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>

#include "exporter/input/bookmark.h"
#include "metrics/catalog/exporter.h"
#include "parser/envelope/container.h"

namespace maillog {

/// What happened to a file; the `kind` of maillog_source_rotations_total.
enum class Rotation : std::uint8_t { kRenamed, kTruncated, kRemoved, kShrunk };

enum class Progress : std::uint8_t {
  kMore,   ///< call Next() again
  kAtEnd,  ///< all that is there has been read; wait, then call again
  kOver,   ///< nothing will ever follow
};

/// What is known to have been missed; the `kind` of maillog_source_gaps_total.
enum class Gap : std::uint8_t {
  kJournalVacuum,   ///< the journal was vacuumed before all of it was read
  kSocketDrop,      ///< a message that the kernel had no room for
  kLogRemoved,      ///< a log that was gone, with no copy left, when reading was to go on in it
  kRecordsRemoved,  ///< records of a topic that were removed, by its retention, before they were
                    ///< read
};

/// Why a sender was sent away; the `reason` of maillog_source_refused_senders_total.
enum class SenderRefusal : std::uint8_t {
  kFull,      ///< all connections were in use
  kProtocol,  ///< what it sent cannot be understood
};
using SenderRefusals = std::array<std::uint32_t, kSenderRefusalNames.size()>;  ///< by SenderRefusal

/// Views and pointers are valid until the next call of Input::Next().
struct Block {
  /// Whole messages, each with its newline; the last one may lack it, where nothing can follow.
  std::string_view messages;
  /// In these streams of a container, `messages` begins inside one that has been given up.
  StreamSet given_up;
  std::uint32_t malformed = 0;   ///< messages over a limit, that are not in `messages`
  std::uint64_t read_bytes = 0;  ///< how far this block moves the bookmark
  /// The bookmark after this block, as it is to be saved; nullptr if none changes.
  const Bookmark* after = nullptr;
  std::array<std::uint32_t, kRotationNames.size()> rotations{};  ///< by Rotation
  std::array<std::uint32_t, kGapNames.size()> gaps{};            ///< by Gap
  std::uint64_t lost_bytes = 0;                                  ///< known to be missed
  std::uint64_t unread_bytes = 0;  ///< of the whole source, after this block
  std::uint64_t lost_records = 0;  ///< known to be missed
  /// Of the whole source, after this block; nothing where what comes is not in numbered records.
  std::optional<std::uint64_t> unread_records = {};
  /// Senders that were sent away; nothing where none connect.
  std::optional<SenderRefusals> refusals = {};
  /// Bookmarks of files whose reading begins: what was found in one look becomes known in one step,
  /// so that no commit falls between.
  std::span<const Bookmark> begun;
  /// Bookmarks that no longer mean anything.
  std::span<const BookmarkNumber> forgotten;
  Progress progress = Progress::kMore;
  /// Something for a waiting thread to do while the messages are counted: reads on, and leaves the
  /// views valid. Not more than once; nullptr if there is nothing.
  const std::function<void()>* meanwhile = nullptr;
  /// To be asked after that: the `messages` of the next block, if they are known by then and valid
  /// until it is over; else empty. Whoever asks may count it from then on: that block is what
  /// Next() returns, whatever happens, and is to be given to whoever has asked, before anything is
  /// saved. nullptr where that is not known, or not allowed.
  const std::function<std::string_view()>* ahead = nullptr;
  /// When the file was last written to (Unix time in nanoseconds), where a log is read once to its
  /// end; else 0. A hint: copies may have a time of their own.
  std::int64_t written_ns = 0;
};

}  // namespace maillog
