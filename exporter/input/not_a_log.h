// Files that hold messages, but not as text that can be read here.
#pragma once

#include <string>
#include <string_view>

#include "exporter/os/file_system.h"

namespace maillog {

/// One sentence, beginning with `path`, that says what a file is which begins with these bytes
/// (some hundreds), and how it is read; empty if it may be a log. Packed files may be.
[[nodiscard]] std::string WhyNoLog(std::string_view beginning, const std::string& path,
                                   FileSystem& files);

/// A file of the systemd journal has one of these endings.
[[nodiscard]] bool IsJournalFileName(std::string_view name);

}  // namespace maillog
