// What a glob or a directory names and is left out: files that hold messages in a form that is not
// read, such as UTF-16, beside logs that are.
#pragma once

#include <string>
#include <vector>

#include "exporter/os/file_system.h"

namespace maillog {

/// A sentence that begins with the path, for a file that a glob or a directory names; empty if it
/// is to be read. One that the user has named is not left out: what is wrong with it is a fault.
[[nodiscard]] std::string WhyLeftOut(const std::string& file, FileSystem& files);

/// Sentences about all files that are left out when these paths are read to their ends.
[[nodiscard]] std::vector<std::string> LeftOut(const std::vector<std::string>& paths,
                                               FileSystem& files);

}  // namespace maillog
