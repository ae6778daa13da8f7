// A packed log that is read as if it were not packed.
#pragma once

#include <memory>
#include <string>

#include "exporter/os/file_system.h"

namespace maillog {

/// The text of a packed file; of an archive, its first member. Reading forward costs unpacking
/// only; going back over more than some hundred kilobytes begins again. Stat unpacks it to its end
/// once: it tells the size of the text, and fails if the file is damaged or not whole yet. All
/// other facts are the packed file's.
[[nodiscard]] std::unique_ptr<File> MakeUnpackedFile(std::unique_ptr<File> packed,
                                                     std::string path);

}  // namespace maillog
