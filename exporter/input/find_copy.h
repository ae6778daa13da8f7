// Finds what was in a log before it was rewritten: log rotation keeps a copy beside it.
#pragma once

#include <memory>

#include "exporter/bookmark.h"
#include "exporter/input/followed_file.h"
#include "exporter/input/surroundings.h"

namespace maillog {

/// The file beside bookmark.path, or in around.rotated, under the name of one of its rotations,
/// that holds the bookmark's beginning and window, and is not the file `not_in`; open at the
/// bookmark, as one that nobody writes to. nullptr if there is none that can be read (packed ones
/// are not looked into), or if it is followed already.
[[nodiscard]] std::unique_ptr<FollowedFile> FindCopy(const Surroundings& around,
                                                     const Bookmark& bookmark,
                                                     const FileId& not_in);

}  // namespace maillog
