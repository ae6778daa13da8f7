// Whether the files of a journal can be read. libsystemd leaves out those that it may not open, and
// a journal without any is empty to it.
#pragma once

#include "absl/status/status.h"
#include "exporter/input/journal/journal.h"
#include "exporter/os/file_system.h"

namespace maillog {

/// OK if every file of the journal can be opened. An error names the first that cannot; NotFound if
/// there is none. Where the files are: systemd-journald.service(8), "Files".
[[nodiscard]] absl::Status JournalAccess(const JournalPath& path, FileSystem& files);

}  // namespace maillog
