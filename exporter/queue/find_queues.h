// The queues of this machine's Postfix, according to its main.cf: no program is run.
#pragma once

#include <string>
#include <vector>

#include "exporter/os/file_system.h"
#include "exporter/queue/address.h"

namespace maillog {

/// The queue of main.cf in the directory (`/etc/postfix`), and those of the enabled instances that
/// it names under `multi_instance_directories` (postmulti(1)). What cannot be read, is not set, or
/// is set by another parameter (`$name`) has Postfix's default. Of several with the same name, the
/// first.
[[nodiscard]] std::vector<QueueOptions> FindQueues(const std::string& config_directory,
                                                   FileSystem& files);

}  // namespace maillog
