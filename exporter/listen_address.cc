#include "exporter/listen_address.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <memory>
#include <system_error>

namespace maillog {
namespace {

class Socket {
 public:
  Socket(int family, int type) : fd_(::socket(family, type | SOCK_CLOEXEC, 0)) {}
  ~Socket() {
    if (fd_ >= 0) ::close(fd_);
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  [[nodiscard]] int fd() const { return fd_; }
  void Switch(int level, int option, int value) const {
    ::setsockopt(fd_, level, option, &value, sizeof value);
  }

 private:
  int fd_;
};

std::string SystemError(int error) { return std::generic_category().message(error); }

// A second listener is refused at bind or, where the first one set SO_REUSEADDR too, at listen.
int TryToListen(const addrinfo& info) {
  const Socket socket(info.ai_family, info.ai_socktype);
  if (socket.fd() < 0) return errno;
  const bool connects = info.ai_socktype == SOCK_STREAM;
  // Two sockets for datagrams would share the port.
  if (connects) socket.Switch(SOL_SOCKET, SO_REUSEADDR, 1);
  if (info.ai_family == AF_INET6) socket.Switch(IPPROTO_IPV6, IPV6_V6ONLY, 1);
  if (::bind(socket.fd(), info.ai_addr, info.ai_addrlen) != 0) return errno;
  return !connects || ::listen(socket.fd(), 1) == 0 ? 0 : errno;
}

}  // namespace

std::optional<ListenAddress> ParseListenAddress(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);

  ListenAddress address;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), address.port);
  if (port.empty() || error != std::errc() || end != port.data() + port.size()) return std::nullopt;

  const bool bracketed = host.starts_with('[');
  if (bracketed) {
    if (!host.ends_with(']') || host.size() < 4) return std::nullopt;
    host = host.substr(1, host.size() - 2);
  }
  if (bracketed != (host.find(':') != std::string_view::npos)) return std::nullopt;
  if (host.find_first_of(" ,[]/") != std::string_view::npos) return std::nullopt;
  address.host = host;
  return address;
}

std::string ToText(const ListenAddress& address) {
  const bool ipv6 = address.host.find(':') != std::string::npos;
  return (ipv6 ? "[" + address.host + "]" : address.host) + ":" + std::to_string(address.port);
}

bool HasIpv6() {
  sockaddr_in6 loopback{};
  loopback.sin6_family = AF_INET6;
  loopback.sin6_addr = in6addr_loopback;
  const Socket socket(AF_INET6, SOCK_STREAM);
  return socket.fd() >= 0 &&
         ::bind(socket.fd(), reinterpret_cast<const sockaddr*>(&loopback), sizeof loopback) == 0;
}

std::string WhyNotListen(const ListenAddress& address, ListenFor what) {
  addrinfo hints{};
  hints.ai_family = address.host.empty() && !HasIpv6() ? AF_INET : AF_UNSPEC;
  hints.ai_socktype = what == ListenFor::kConnections ? SOCK_STREAM : SOCK_DGRAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(address.host.empty() ? nullptr : address.host.c_str(),
                                  std::to_string(address.port).c_str(), &hints, &found);
  if (error == EAI_SYSTEM) return SystemError(errno);
  if (error != 0) return ::gai_strerror(error);
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> list(found, &::freeaddrinfo);
  for (const addrinfo* info = found; info != nullptr; info = info->ai_next) {
    if (const int fault = TryToListen(*info); fault != 0) return SystemError(fault);
  }
  return {};
}

}  // namespace maillog
