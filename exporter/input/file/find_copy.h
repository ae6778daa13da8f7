// Finds what was in a log before it was rotated: log rotation keeps it beside it, plain or packed.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "exporter/input/bookmark.h"
#include "exporter/input/file/open_file.h"
#include "exporter/input/file/rotation_names.h"
#include "exporter/input/surroundings.h"

namespace maillog {

/// A file under the name of a rotation of a log.
struct Rotated {
  std::string path;
  bool packed = false;
  FileId id;
  std::uint64_t size = 0;  ///< on the disk
  std::int64_t modified_ns = 0;
  friend bool operator==(const Rotated&, const Rotated&) = default;
};

/// Those of the log `path`, which need not be there, beside it and in around.rotated; youngest
/// first, by the numbers or dates in their names if all have some, else by when they were written
/// to. Where most numbers rise with time, as nobody's but an administrator's own do, the highest is
/// the youngest. Without the file `not_in`; the youngest kMaxRotations.
inline constexpr std::size_t kMaxRotations = 512;
[[nodiscard]] std::vector<Rotated> RotationsOf(const Surroundings& around, RotationNames& rotations,
                                               const std::string& path, const FileId& not_in);

/// Opened for reading what is in it, unpacked. ENOENT if the name is another file's by now.
[[nodiscard]] absl::StatusOr<std::unique_ptr<File>> OpenRotated(const Surroundings& around,
                                                                const Rotated& rotated);

/// Follows it as an old file, from the bookmark on. nullptr if another source already does.
[[nodiscard]] std::unique_ptr<OpenFile> FollowRotated(const Surroundings& around,
                                                      const Rotated& rotated,
                                                      std::unique_ptr<File> file,
                                                      const Bookmark& bookmark);

/// That one of them that is the bookmark's file, as its id proves, and still has its content; open
/// at the bookmark. nullptr if there is none.
[[nodiscard]] std::unique_ptr<OpenFile> FindById(const Surroundings& around,
                                                 const std::vector<Rotated>& candidates,
                                                 const Bookmark& bookmark);

/// Whether a file that has the bookmark's id still has its content, too, though perhaps not all of
/// it: it may have been cut to nothing and rewritten.
[[nodiscard]] bool IsStill(File& file, const Bookmark& bookmark);

/// What is looked for.
struct Sought {
  const Bookmark& bookmark;
  FileId live = {};  ///< of the log as it is; not a copy
  File* live_file =
      nullptr;  ///< what it holds, if the bookmark was its own: a copy of that does not count
  /// The file is there, and holds something else: there may be a copy that was made before the last
  /// of what was read was written.
  bool was_cut = false;
  /// The file may have lost its tail before it was copied: only where the machine may have lost
  /// power since it was read, so not while this process lives.
  bool may_have_lost_tail = false;
  /// Whether an id proves that the file is another one than the bookmark's.
  std::function<bool(const FileId& id)> is_another;
  /// Whether another bookmark has read what is in the file, or will. Asked where nothing was read
  /// by this one: many logs begin as it does.
  std::function<bool(const Rotated& rotated, File& file)> is_of_another_bookmark;
};

/// The rotation of bookmark.path that is the bookmark's file, by its id; else the one that holds
/// its beginning and window, and may be its file or a copy of it; open at the bookmark. A packed
/// one is looked into if no plain one fits, and taken only if it is complete. nullptr if there is
/// none that can be read, or if it is followed already; or if nothing was read and the beginning is
/// too short to distinguish it from another.
[[nodiscard]] std::unique_ptr<OpenFile> FindCopy(const Surroundings& around,
                                                 RotationNames& rotations, const Sought& sought);

/// Whether a rotation can be what the bookmark's file became after it lost its tail: the file
/// itself, its packed form, or a copy of it, if the log `live` is still that file.
[[nodiscard]] bool MayHaveLostTail(const Bookmark& bookmark, const Rotated& rotated,
                                   const FileId& live);

/// Whether a rotation, as its age says, can be a copy of the log.
[[nodiscard]] bool MayBeCopied(const Rotated& rotated, const FileId& log);

/// Whether all of `part` is at the beginning of `whole`.
[[nodiscard]] bool IsBeginningOf(File& part, File& whole);

/// As much of a file as a Head takes. Empty if it cannot be read.
[[nodiscard]] std::string BeginningOf(File& file);

}  // namespace maillog
