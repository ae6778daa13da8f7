// What would keep a source from being read now, one sentence a kind; empty if nothing does. Changes
// nothing, and holds nothing open.
#pragma once

#include <string>

#include "exporter/os/file_system.h"

namespace maillog {

/// Of files: what cannot be read. Of many, the first is enough.
[[nodiscard]] std::string WhyNotFiles(const std::string& path, FileSystem& files);
/// Of a journal: libsystemd is not there, its files are not, or may not be read.
[[nodiscard]] std::string WhyNotJournal(const std::string& path, FileSystem& files);
/// Of a topic: librdkafka is not there. Brokers are not asked.
[[nodiscard]] std::string WhyNotKafka(const std::string& path, FileSystem& files);
/// Of a socket for syslog: somebody else is listening, or this user may not.
[[nodiscard]] std::string WhyNotSyslog(const std::string& path, FileSystem& files);

}  // namespace maillog
