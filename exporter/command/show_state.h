// `maillog_exporter state show`: what has been saved, for people.
#pragma once

#include <ostream>
#include <string>

#include "absl/status/status.h"
#include "exporter/os/file_system.h"

namespace maillog {

/// Prints the state in the directory: its age, the sources with their bookmarks (each with the
/// present name, size and time of its file), and the total of each metric. Changes nothing; an
/// exporter may be running. Fails with a sentence if there is none, or if it is damaged.
[[nodiscard]] absl::Status ShowState(const std::string& directory, std::ostream& out,
                                     FileSystem& files = PosixFileSystem());

}  // namespace maillog
