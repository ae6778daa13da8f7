// The open files of one source: which files its paths name, what became of those that were renamed,
// removed or rewritten, and where reading begins in each.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "exporter/input/block.h"
#include "exporter/input/file/bookshelf.h"
#include "exporter/input/file/file_claims.h"
#include "exporter/input/file/find_copy.h"
#include "exporter/input/file/open_file.h"
#include "exporter/input/file/path_list.h"
#include "exporter/input/file/rotation_names.h"
#include "exporter/input/file/troubles.h"
#include "exporter/input/input.h"
#include "exporter/input/surroundings.h"
#include "exporter/os/clock.h"
#include "exporter/os/file_system.h"
#include "exporter/os/waker.h"

namespace maillog {

/// What happened to files, to be told with the next block.
struct FileNotes {
  std::array<std::uint32_t, kRotationNames.size()> rotations{};
  std::uint64_t lost_bytes = 0;
  std::uint32_t removed_logs = 0;  ///< Gap::kLogRemoved
  std::vector<Bookmark> begun;
  std::vector<BookmarkNumber> forgotten;
  [[nodiscard]] bool empty() const {
    return lost_bytes == 0 && removed_logs == 0 && begun.empty() && forgotten.empty() &&
           rotations == decltype(rotations){};
  }
};

/// What a file is to the set, and what moves it on:
///
///   from      when                                          to            by
///   unknown   a path names it                               live          Begin
///             it is a rotation, and its log is new here     finished      RememberRotations
///             it is a rotation, younger than what is known  old           FollowUnread
///   live      its path names another file, or none          old           DemoteMoved
///             it holds something else                       live, from 0  Replace
///             it is idle, and others need its place         shelved       CloseIdle
///             it cannot be read                             shelved       Drop
///   old       a path names it                               live          Revive
///             it is idle, and others need its place         shelved       CloseIdle
///             it is read to its end, and due                finished      LetGo
///             it cannot be read                             forgotten     Drop
///             it holds something else                       forgotten     LookAt
///   shelved   a path names it, changed if it was closed     live          Begin
///             it was closed, and has changed as a rotation  old           FollowGrown
///             it was closed, and is gone: there is a copy   old           FindGone
///             it was closed, and is gone: there is none     finished      FindGone
///             its id is found among the rotations (*)       old           FindMoved
///             its id is found under any other name (*)      old           FindRenamed
///             a copy of its content is found (*)            old           FindOrphans
///             it is there, and cannot be opened (*)         shelved       FindOrphans
///             neither is found (*), also not late           finished      FindOrphans
///   finished  a path names it, changed if it was closed     live          Begin
///             too many are not where they were              forgotten     LookForUnread
///
/// (*) in a run that goes on from saved bookmarks, until all files have been open once; for those
/// that it has not closed for their idleness.
///
/// Live and old files are in `open_`. Shelved and finished are bookmarks on the shelf, `forgotten`
/// has none. Where a live file holds something else, a copy of what it held is looked for, and is
/// old from then on (CopyOf). What is finished is remembered so that it is not taken for unread.
class FileSet {
 public:
  /// More files than these are closed while nothing happens in them, and looked at by name. Those
  /// that were rotated are among them: many logs may be rotated at once.
  static constexpr std::size_t kMaxOpen = 256;
  /// On file systems of other hosts names are shown by then: NFS keeps them for up to a minute.
  static constexpr std::chrono::seconds kNamesShown{90};

  /// `saved`: bookmarks of a former run, if there was one; then all files without a bookmark are
  /// new.
  FileSet(Surroundings surroundings, std::unique_ptr<PathList> paths, StartAt start,
          const std::optional<std::vector<Bookmark>>& saved);

  /// Looks which files there are now, opens new ones, and notices which were renamed or removed.
  void LookAtNames();
  /// Looks whether the open files still hold what was read from them.
  void LookAtContents();
  /// Looks for logs that came and went under the paths while nobody looked. After the other looks,
  /// when names may have changed. False: some were renamed meanwhile, and another look at all may
  /// find what this one missed.
  bool LookForUnread();

  [[nodiscard]] std::size_t size() const { return open_.size(); }
  [[nodiscard]] OpenFile& operator[](std::size_t index) { return *open_[index]; }
  [[nodiscard]] const OpenFile& operator[](std::size_t index) const { return *open_[index]; }
  [[nodiscard]] std::uint64_t unread_bytes() const;
  /// Whether something is left to read in what was written under the same path before.
  [[nodiscard]] bool HasUnreadOlder(const OpenFile& file) const;
  /// Whether something may have been written before what is in the file by now, to one that was
  /// under the same path and has been looked at before: the look found nothing in the file yet.
  [[nodiscard]] bool MayHaveOlder(const OpenFile& file) const;
  /// Whether an old file has nothing more to tell.
  [[nodiscard]] bool IsDue(const OpenFile& file) const;
  /// When the next old file is due, or a fragment is given up; TimePoint::max() if never.
  [[nodiscard]] TimePoint deadline() const;
  /// Whether names are to be looked at again at once: not all files could be opened together.
  [[nodiscard]] bool has_more() const { return has_more_; }

  /// Closes a file that has been read to its end.
  void LetGo(std::size_t index);
  /// Closes a file that could not be read; it is opened again at its bookmark by the next look.
  void Drop(std::size_t index, const absl::Status& error);

  /// What happened since the last call.
  [[nodiscard]] FileNotes TakeNotes();
  /// OK if every file can be read; else one of the errors.
  [[nodiscard]] absl::Status trouble() const { return troubles_.status(); }

 private:
  // Looking at names (file_set.cc).
  [[nodiscard]] std::vector<std::string> Wanted(const Listing& listing) const;
  void DemoteMoved();
  [[nodiscard]] bool HasMoved(const std::string& path, const OpenFile& file);
  void Demote(std::size_t index);
  void Supersede(const std::string& path);
  void AdoptAll(const std::vector<std::string>& paths, bool had_more);
  void Adopt(const std::string& path);
  [[nodiscard]] bool HasNoOld() const;
  [[nodiscard]] bool HasLive(const std::string& path) const;
  [[nodiscard]] bool Revive(const std::string& path, const FileId& id);
  void Begin(const std::string& path, std::unique_ptr<File> file, const FileStat& stat);
  void Follow(std::unique_ptr<OpenFile> file);
  [[nodiscard]] bool HasRoom() { return open_.size() < kMaxOpen || CloseIdle(); }
  [[nodiscard]] bool CloseIdle();
  [[nodiscard]] std::set<FileId> IdsElsewhere(const std::string& path, const FileId& id);
  void Close(std::size_t index);
  void Note(Rotation kind) { ++notes_.rotations[static_cast<std::size_t>(kind)]; }

  // Looking at contents (file_set_contents.cc).
  [[nodiscard]] bool LookAt(std::size_t index);
  [[nodiscard]] std::unique_ptr<OpenFile> CopyOf(OpenFile& file);
  void Replace(std::size_t index, std::unique_ptr<OpenFile> copy);
  void NoteRemoved(const Bookmark& bookmark);

  // Searching among rotations for what was being read (file_set_search.cc).
  void FindMoved();
  [[nodiscard]] std::set<FileId> IdsOfWanted() const;
  void FindRenamed(const Listing& listing);
  void FindOrphans();
  void GiveUp(Bookshelf::Entry entry);
  [[nodiscard]] std::vector<Rotated> FilesAround(const Listing& listing);
  [[nodiscard]] bool IsOutOfReach(const Bookmark& bookmark, const std::vector<Rotated>& rotated);
  [[nodiscard]] bool IsInPlace(const Bookmark& bookmark);
  [[nodiscard]] bool MayShowNamesLate(const std::string& path);
  [[nodiscard]] bool MayAppear(Bookshelf::Entry& entry);
  void FindGone();
  [[nodiscard]] std::unique_ptr<OpenFile> FindCopyOf(const Bookmark& bookmark, bool was_cut);
  [[nodiscard]] std::set<FileId> IdsIn(const std::vector<Rotated>& rotated) const;
  [[nodiscard]] bool IsOfAnother(const FileId& id, const Bookmark& bookmark) const;
  [[nodiscard]] bool IsOfAnotherBookmark(const Rotated& rotated, File& file,
                                         const Bookmark& bookmark);
  [[nodiscard]] bool AnyBookmark(const std::function<bool(const Bookmark&)>& is_so) const;

  // Searching among rotations for what was never seen (file_set_unread.cc).
  bool FollowUnread(const std::string& path);
  void FollowGrown(const std::vector<Rotated>& rotated);
  void Remember(const std::string& path, const Rotated& rotated, Bookmark known);
  [[nodiscard]] bool IsAsListed(const std::string& path, const std::vector<Rotated>& listed);
  bool FollowFromStart(const std::string& path, const std::vector<Rotated>& listed,
                       std::size_t index, std::unique_ptr<File> file);
  [[nodiscard]] bool IsKnown(const std::string& path, const Rotated& rotated, File& file,
                             const std::string& beginning, const std::set<FileId>& present);
  [[nodiscard]] bool HasContentOf(File& file, const Rotated& rotated, OpenFile& open);
  [[nodiscard]] static bool HoldsIts(OpenFile& open);
  [[nodiscard]] bool HadContentOf(File& file, const Rotated& rotated, const OpenFile& open) const;
  [[nodiscard]] bool MayBeUnread(const std::string& path, const Rotated& rotated) const;
  [[nodiscard]] bool IsNew(const std::string& path) const;
  void RememberRotations(const std::string& path, const FileId& live);

  // Copies (file_set_copies.cc).
  [[nodiscard]] std::optional<Bookmark> TakeReplaced(const std::string& path, File& file,
                                                     const FileStat& stat);
  [[nodiscard]] bool IsCopyOfReplaced(const std::string& path, File& file) const;
  [[nodiscard]] bool IsCopyOfKnown(const std::string& path, const Rotated& rotated, File& file,
                                   const std::vector<Rotated>& listed,
                                   const std::set<FileId>& present);
  void RememberCopy(const std::string& path, const Rotated& rotated, File& file);

  Surroundings around_;
  RotationNames rotations_;  // as of the current look
  std::unique_ptr<PathList> paths_;
  StartAt start_;
  bool moved_meanwhile_ = false;  // a log that is open, while the look was at other names
  bool first_look_;               // nothing is known of any file yet
  bool restored_ = false;  // bookmarks of a former run, or of what could not be read, may wait for
                           // a file under another name
  bool has_more_ = false;
  std::vector<std::string> wanted_;                // by the current look
  std::optional<std::set<FileId>> ids_of_wanted_;  // once they have been asked for
  BookmarkNumber next_number_ = 1;
  std::vector<std::unique_ptr<OpenFile>> open_;  // at most one of each file id
  Bookshelf shelf_;
  std::set<FileId> still_there_;  // rotations, at the last look for unread ones
  std::map<std::string, std::vector<Rotated>> rotated_;  // of each path, at that look
  std::set<std::string> broken_off_;  // the paths of which that look did not see all rotations
  std::map<FileId, Rotated> copies_;  // of what is known, as the last look saw them
  Troubles troubles_;
  std::map<std::string, FileStat> unread_at_start_;  // there at the first look, but not readable
  FileNotes notes_;
};

}  // namespace maillog
