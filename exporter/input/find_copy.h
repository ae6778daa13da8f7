// Finds what was in a log before it was rotated: log rotation keeps it beside it, plain or packed.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "exporter/bookmark.h"
#include "exporter/input/followed_file.h"
#include "exporter/input/rotation_names.h"
#include "exporter/input/surroundings.h"

namespace maillog {

/// What is known of the rotations of a log from the last look at it.
struct LastLook {
  /// The log itself, if nothing had been read of it; else nothing.
  FileId unread = {};
  /// What was written before this was read, or was not to be; 0: not known (Bookmark::changed_ns).
  std::int64_t changed_ns = 0;
};

/// As the bookmark of the log tells.
[[nodiscard]] LastLook LastLookOf(const Bookmark& bookmark);

/// The file beside bookmark.path, or in around.rotated, under the name of one of its rotations,
/// that holds the bookmark's beginning and window, and is not the file `not_in`; open at the
/// bookmark. A packed one is looked into if no plain one is right,
/// and taken only if it is whole. nullptr if there is none that can be read, or if it is followed
/// already; or if nothing was read and the beginning is too short to be told from another one.
[[nodiscard]] std::unique_ptr<FollowedFile> FindCopy(const Surroundings& around,
                                                     RotationNames& rotations,
                                                     const Bookmark& bookmark,
                                                     const FileId& not_in);

/// As much of a file as a Head takes. Empty if it cannot be read.
[[nodiscard]] std::string BeginningOf(File& file);

/// What is known of a file's content.
enum class Acquaintance : std::uint8_t {
  kNone,
  kBegun,  ///< it is followed, but nothing has been read yet: of what was before it this says
           ///< nothing
  kRead,   ///< it has been read, or is being read: and so has what was before it
};
using IsKnown = std::function<Acquaintance(File& file, const FileId& id)>;

/// The rotations of `path` that came and went while nobody looked: those that are younger, by the
/// numbers or dates in their names, than the youngest that is known by its content, or that was not
/// written to since the last look. None if there is no such one, unless all were written to since.
/// Oldest first, plain or packed, without `not_in`; open at their beginnings, with bookmark number
/// 0.
[[nodiscard]] std::vector<std::unique_ptr<FollowedFile>> FindUnread(
    const Surroundings& around, RotationNames& rotations, const std::string& path,
    const FileId& not_in, const LastLook& last, const IsKnown& is_known);

/// A bookmark, with number 0, at the end of the youngest rotation of `path` that can be read.
[[nodiscard]] std::optional<Bookmark> YoungestRotation(const Surroundings& around,
                                                       RotationNames& rotations,
                                                       const std::string& path,
                                                       const FileId& not_in);

}  // namespace maillog
