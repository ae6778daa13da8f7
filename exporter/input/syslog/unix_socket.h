// Sockets that are files.
#pragma once

#include <sys/un.h>

#include <string>

namespace maillog {

[[nodiscard]] sockaddr_un UnixAddress(const std::string& path);

/// Whether a socket is there at which nobody listens: left behind by a process that has ended.
/// `type`: SOCK_DGRAM or SOCK_STREAM.
[[nodiscard]] bool IsStaleSocket(const std::string& path, int type);

/// Why no socket can be made there now, in the system's words (`Address already in use`); empty if
/// it is possible. A stale one would be replaced. Changes nothing.
[[nodiscard]] std::string WhyNotBind(const std::string& path, int type);

}  // namespace maillog
