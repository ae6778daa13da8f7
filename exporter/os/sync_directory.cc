#include "exporter/os/sync_directory.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "exporter/os/file_system.h"

namespace maillog {

absl::Status SyncDirectory(const std::string& directory) {
  const int descriptor = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return ErrnoStatus(errno, directory);
  const int synced = ::fsync(descriptor);
  const int error = errno;
  ::close(descriptor);
  return synced == 0 || error == EINVAL ? absl::OkStatus() : ErrnoStatus(error, directory);
}

}  // namespace maillog
