// The queues of this machine's Postfix, as its main.cf says: no program is run.
#pragma once

#include <string>
#include <vector>

#include "exporter/os/file_system.h"
#include "exporter/queue/address.h"

namespace maillog {

/// That of main.cf in the directory (`/etc/postfix`), and those of the instances that it names
/// under `multi_instance_directories` (postmulti(1)) and that are enabled. What cannot be read,
/// says nothing, or says it with another parameter (`$name`) is as Postfix has it by default. The
/// first of several of one name.
[[nodiscard]] std::vector<QueueOptions> FindQueues(const std::string& config_directory,
                                                   FileSystem& files);

}  // namespace maillog
