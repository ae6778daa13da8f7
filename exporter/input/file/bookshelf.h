// Bookmarks of files that are not open: saved by a former run, closed for lack of descriptors, or
// read to their end and let go.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "exporter/input/bookmark.h"
#include "exporter/input/file/file_claims.h"
#include "exporter/os/clock.h"
#include "exporter/os/file_system.h"

namespace maillog {

class Bookshelf {
 public:
  /// How many finished files are remembered that are not where they were: packed, perhaps, and to
  /// be found again by their content.
  static constexpr std::size_t kMaxFinished = 64;

  /// Of a log whose content is not where it was, on a file system that may show new names late.
  struct Missed {
    TimePoint until{};      ///< then it is given up
    bool was_cut = false;   ///< its file holds something else
    bool was_read = false;  ///< in this run, so that is known how much there was
    std::uint64_t unread_bytes = 0;
  };

  struct Entry {
    Bookmark bookmark;
    FileStat seen;            ///< when it was closed; links 0 if it was not open in this run
    FileClaims::Claim claim;  ///< kept for files that are only closed for a while
    bool was_live = false;    ///< a path named it when it was closed
    bool was_gone = false;    ///< the last TakeGone has not found it
    std::optional<Missed> missed = {};

    /// It was closed for lack of room, and is to be opened again when it has changed.
    [[nodiscard]] bool is_shelved() const { return !bookmark.finished && seen.links > 0; }
  };

  void Put(Entry entry);

  /// Whether the file is here, and has not changed since it was closed.
  [[nodiscard]] bool HasUnchanged(const FileStat& stat) const;
  /// Asked once at most, and only if no id proves anything.
  using IdsElsewhere = std::function<std::set<FileId>()>;
  /// The entry that is of the open file: by its id, if that proves it; else the one whose content
  /// the file holds, where the hints are tried first and content decides. If there is none, but one
  /// of the same path, that one: what became of its content is to be found out. Entries whose own
  /// file is elsewhere, as their ids prove, are not considered.
  [[nodiscard]] absl::StatusOr<std::optional<Entry>> TakeFor(File& file, const FileStat& stat,
                                                             const std::string& path,
                                                             const IdsElsewhere& elsewhere);

  /// Entries of a former run whose file has not been found, and that `wanted` agrees to.
  [[nodiscard]] std::vector<Entry> TakeUnfinished(
      const std::function<bool(const Bookmark&)>& wanted);
  /// Whether a shelved file was live when it was closed; true once.
  [[nodiscard]] bool TakeWasLive(const FileId& id);
  /// The shelved entry of a file that has changed since it was closed, as this stat tells.
  [[nodiscard]] std::optional<Entry> TakeGrown(const FileStat& stat);
  /// Shelved entries of files that are not `still_there`, and were not at the last call.
  [[nodiscard]] std::vector<Entry> TakeGone(const std::set<FileId>& still_there);
  /// The claim to this file, if one is kept here.
  [[nodiscard]] std::optional<FileClaims::Claim> TakeClaim(const FileId& id);

  /// Drops the oldest of the finished ones beyond kMaxFinished that are not `still_there`; returns
  /// their numbers.
  [[nodiscard]] std::vector<BookmarkNumber> Prune(const std::set<FileId>& still_there);

  /// The oldest first.
  [[nodiscard]] const std::list<Entry>& entries() const { return entries_; }
  /// That what is read to its end is now in this file, a copy.
  void MoveFinished(BookmarkNumber number, const FileId& to);

 private:
  using Entries = std::list<Entry>;
  using Place = Entries::iterator;
  /// By the inode number of some id, the oldest first: thousands of files are looked up each.
  using ByInode = std::multimap<std::uint64_t, Place>;

  [[nodiscard]] Entry Take(Place place);
  static void Erase(ByInode& index, std::uint64_t inode, Place place);
  [[nodiscard]] std::vector<Place> ByHints(const FileId& id, const std::string& path);

  Entries entries_;
  ByInode by_bookmark_;
  ByInode by_seen_;  // those that were open in this run
};

}  // namespace maillog
