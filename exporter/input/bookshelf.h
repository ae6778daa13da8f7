// Bookmarks of files that are not open: saved by a former run, closed for want of descriptors, or
// read to their end and let go.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "exporter/bookmark.h"
#include "exporter/file_system.h"
#include "exporter/input/file_claims.h"

namespace maillog {

class Bookshelf {
 public:
  /// So many finished files are remembered: a rotation keeps fewer.
  static constexpr std::size_t kMostFinished = 64;

  struct Entry {
    Bookmark bookmark;
    FileStat seen;            ///< when it was closed; links 0 if it was not open in this run
    FileClaims::Claim claim;  ///< kept for files that are only closed for a while
  };

  void Put(Entry entry) { entries_.push_back(std::move(entry)); }

  /// Whether the file stands here, and has not changed since it was closed.
  [[nodiscard]] bool HasUnchanged(const FileStat& stat) const;
  /// The entry whose content the open file holds: the hints are tried first, content decides. If
  /// there is none, but one of the same path, that one: what became of its content is to be found
  /// out.
  [[nodiscard]] absl::StatusOr<std::optional<Entry>> TakeFor(File& file, const FileStat& stat,
                                                             const std::string& path);

  /// Entries of a former run whose file has not been found.
  [[nodiscard]] std::vector<Entry> TakeUnfinished();
  /// The claim to this file, if one is kept here.
  [[nodiscard]] std::optional<FileClaims::Claim> TakeClaim(const FileId& id);

  /// Drops the oldest of the finished ones beyond kMostFinished; returns their numbers.
  [[nodiscard]] std::vector<BookmarkNumber> Prune();

  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }

 private:
  [[nodiscard]] Entry TakeAt(std::size_t index);
  [[nodiscard]] std::vector<std::size_t> ByHints(const FileId& id, const std::string& path) const;

  std::vector<Entry> entries_;  // oldest first
};

}  // namespace maillog
