// Finds what was in a log before it was rotated: log rotation keeps it beside it, plain or packed.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "exporter/bookmark.h"
#include "exporter/input/followed_file.h"
#include "exporter/input/rotation_names.h"
#include "exporter/input/surroundings.h"

namespace maillog {

/// A file under the name of a rotation of a log.
struct Rotated {
  std::string path;
  bool packed = false;
  FileId id;
  std::uint64_t size = 0;  ///< on the disk
  std::int64_t modified_ns = 0;
};

/// Those of the log `path`, which need not be there, beside it and in around.rotated; youngest
/// first, by the numbers or dates in their names if all have some, else by when they were written
/// to. Where most numbers rise with time, as nobody's but an administrator's own do, the highest is
/// the youngest. Without the file `not_in`; the youngest kMostRotations.
inline constexpr std::size_t kMostRotations = 512;
[[nodiscard]] std::vector<Rotated> RotationsOf(const Surroundings& around, RotationNames& rotations,
                                               const std::string& path, const FileId& not_in);

/// Opened for reading what is in it, unpacked. ENOENT if the name is another file's by now.
[[nodiscard]] absl::StatusOr<std::unique_ptr<File>> OpenRotated(const Surroundings& around,
                                                                const Rotated& rotated);

/// Follows it as an old file, from the bookmark on. nullptr if another source does already.
[[nodiscard]] std::unique_ptr<FollowedFile> FollowRotated(const Surroundings& around,
                                                          const Rotated& rotated,
                                                          std::unique_ptr<File> file,
                                                          const Bookmark& bookmark);

/// Whether a file that has the bookmark's id still has its content, too, though perhaps not all of
/// it: it may have been cut to nothing and written anew.
[[nodiscard]] bool IsStill(File& file, const Bookmark& bookmark);

/// Whether an id proves that the file is another one than the bookmark's.
using IsAnother = std::function<bool(const FileId& id)>;

/// The rotation of bookmark.path that is the bookmark's file, by its id; else the one that holds
/// its beginning and window, and may be its file or a copy of it; open at the bookmark. A packed
/// one is looked into if no plain one is right, and taken only if it is whole. Not the file
/// `not_in`. nullptr if there is none that can be read, or if it is followed already; or if nothing
/// was read and the beginning is too short to be told from another one.
[[nodiscard]] std::unique_ptr<FollowedFile> FindCopy(const Surroundings& around,
                                                     RotationNames& rotations,
                                                     const Bookmark& bookmark, const FileId& not_in,
                                                     const IsAnother& is_another);

/// As much of a file as a Head takes. Empty if it cannot be read.
[[nodiscard]] std::string BeginningOf(File& file);

}  // namespace maillog
