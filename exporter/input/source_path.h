// Whether what the user names as a source can be one, by its words alone.
#pragma once

#include <string_view>

#include "absl/status/status.h"

namespace maillog {

/// Fails with one sentence if the path is empty, of a kind that there is not, or a faulty
/// `journal:` or `syslog+…`. Whether anything is there is not looked at.
[[nodiscard]] absl::Status CheckSourcePath(std::string_view path);

/// Whether a path names files: one, a glob, a directory. Several of these can be one source.
[[nodiscard]] bool IsFilePath(std::string_view path);

}  // namespace maillog
