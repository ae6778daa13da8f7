#include "exporter/input/syslog/internet_socket.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string>

#include "exporter/os/file_system.h"

namespace maillog {

Descriptor::~Descriptor() {
  if (is_open()) ::close(number_);
}

void SwitchSocket(int socket, int level, int option, int value) {
  (void)::setsockopt(socket, level, option, &value, sizeof value);
}

absl::StatusOr<Descriptor> BindInternet(const ListenAddress& address, int type) {
  const std::string named = ToText(address);
  addrinfo hints{};
  hints.ai_socktype = type;
  hints.ai_flags = AI_PASSIVE;
  const std::string port = std::to_string(address.port);
  std::string host = address.host;
  if (host.empty()) host = HasIpv6() ? "::" : "0.0.0.0";
  addrinfo* found = nullptr;
  if (const int error = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found); error != 0) {
    return absl::UnavailableError(named + ": " + ::gai_strerror(error));
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned(found, &::freeaddrinfo);
  Descriptor opened(::socket(found->ai_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!opened.is_open()) return ErrnoStatus(errno, named);
  if (type == SOCK_STREAM) SwitchSocket(opened.number(), SOL_SOCKET, SO_REUSEADDR, 1);
  if (found->ai_family == AF_INET6) {
    SwitchSocket(opened.number(), IPPROTO_IPV6, IPV6_V6ONLY, address.host.empty() ? 0 : 1);
  }
  if (::bind(opened.number(), found->ai_addr, found->ai_addrlen) != 0) {
    return ErrnoStatus(errno, named);
  }
  return opened;
}

std::uint16_t BoundPort(int socket) {
  sockaddr_storage bound{};
  socklen_t size = sizeof bound;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&bound), &size) != 0) return 0;
  std::uint16_t port = 0;
  const std::size_t at = bound.ss_family == AF_INET6 ? offsetof(sockaddr_in6, sin6_port)
                                                     : offsetof(sockaddr_in, sin_port);
  std::memcpy(&port, reinterpret_cast<const char*>(&bound) + at, sizeof port);
  return ntohs(port);
}

}  // namespace maillog
