// Finds what was in a log before it was rotated: log rotation keeps it beside it, plain or packed.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "exporter/bookmark.h"
#include "exporter/input/followed_file.h"
#include "exporter/input/surroundings.h"

namespace maillog {

/// A rotation of a log, open.
struct Rotated {
  std::unique_ptr<FollowedFile> file;
  std::string name;  ///< without directory
};

/// The file beside bookmark.path, under the name of one of its rotations, that holds the bookmark's
/// beginning and window, and is not the file `not_in`; open at the bookmark, as one that nobody
/// writes to. A packed one is looked into if no plain one is right, and taken only if it is whole.
/// Nothing if there is none that can be read, or if it is followed already.
[[nodiscard]] std::optional<Rotated> FindCopy(const Surroundings& around, const Bookmark& bookmark,
                                              const FileId& not_in);

/// Whether a file's content has been read, or is being read. `size` bytes long.
using IsKnown = std::function<bool(File& file, const FileStat& stat)>;

/// The rotations of `path` that are younger than the one called `than`, oldest first, plain or
/// packed: logs that came and went while nobody looked. Without `not_in`, those that are known, and
/// those that are followed. Open at their beginnings; bookmark numbers are still 0.
[[nodiscard]] std::vector<std::unique_ptr<FollowedFile>> FindYounger(const Surroundings& around,
                                                                     const std::string& path,
                                                                     const std::string& than,
                                                                     const FileId& not_in,
                                                                     const IsKnown& is_known);

/// The name under which a log that was at `path` is found now; nothing if it has none beside it.
[[nodiscard]] std::optional<std::string> NameOfRotated(const Surroundings& around,
                                                       const std::string& path, const FileId& id);

}  // namespace maillog
