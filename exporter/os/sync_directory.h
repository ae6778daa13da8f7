// Names that last.
#pragma once

#include <string>

#include "absl/status/status.h"

namespace maillog {

/// Brings the directory to the disk: what a file in it is named lasts only then. OK also where the
/// file system cannot do that for directories; other errors name the directory.
[[nodiscard]] absl::Status SyncDirectory(const std::string& directory);

}  // namespace maillog
