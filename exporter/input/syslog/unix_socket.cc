#include "exporter/input/syslog/unix_socket.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "exporter/input/syslog/internet_socket.h"
#include "exporter/os/file_system.h"

namespace maillog {

sockaddr_un UnixAddress(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(static_cast<char*>(address.sun_path), sizeof address.sun_path - 1);
  return address;
}

bool IsStaleSocket(const std::string& path, int type) {
  struct stat found {};
  if (::lstat(path.c_str(), &found) != 0 || !S_ISSOCK(found.st_mode)) return false;
  const Descriptor probe(::socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const sockaddr_un address = UnixAddress(path);
  return ::connect(probe.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) !=
             0 &&
         errno == ECONNREFUSED;
}

std::string WhyNotBind(const std::string& path, int type) {
  const auto words = [](int error) { return std::generic_category().message(error); };
  struct stat found {};
  if (::lstat(path.c_str(), &found) == 0) {
    if (!IsStaleSocket(path, type)) return words(EADDRINUSE);
  } else if (errno != ENOENT) {
    return words(errno);
  }
  const std::string directory = DirectoryOf(path);
  return ::access(directory.c_str(), W_OK | X_OK) == 0 ? std::string() : words(errno);
}

}  // namespace maillog
