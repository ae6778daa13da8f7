#include "exporter/os/listen_address.h"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <memory>
#include <system_error>
#include <utility>

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
  [[nodiscard]] int Release() { return std::exchange(fd_, -1); }
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

struct AddressList {
  std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> list{nullptr, &::freeaddrinfo};
  std::string why_not;
};

AddressList Find(const ListenAddress& address, ListenFor what) {
  addrinfo hints{};
  hints.ai_family = address.host.empty() && !HasIpv6() ? AF_INET : AF_UNSPEC;
  hints.ai_socktype = what == ListenFor::kConnections ? SOCK_STREAM : SOCK_DGRAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* list = nullptr;
  AddressList found;
  const int error = ::getaddrinfo(address.host.empty() ? nullptr : address.host.c_str(),
                                  std::to_string(address.port).c_str(), &hints, &list);
  if (error != 0) found.why_not = error == EAI_SYSTEM ? SystemError(errno) : ::gai_strerror(error);
  if (error == 0) found.list.reset(list);
  return found;
}

void SetPort(addrinfo& info, std::uint16_t port) {
  const std::uint16_t network = htons(port);
  if (info.ai_family == AF_INET6) {
    reinterpret_cast<sockaddr_in6*>(info.ai_addr)->sin6_port = network;
  } else {
    reinterpret_cast<sockaddr_in*>(info.ai_addr)->sin_port = network;
  }
}

std::uint16_t PortOf(int socket) {
  sockaddr_storage bound{};
  socklen_t size = sizeof bound;
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&bound), &size);
  return ntohs(bound.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6*>(&bound)->sin6_port
                                           : reinterpret_cast<sockaddr_in*>(&bound)->sin_port);
}

// The errno, 0 if it listens now. If any port will do, all addresses of a name get the same.
int AddListener(addrinfo& info, bool both_versions, Listening& listening) {
  SetPort(info, listening.port);
  Socket socket(info.ai_family, info.ai_socktype | SOCK_NONBLOCK);
  if (socket.fd() < 0) return errno;
  socket.Switch(SOL_SOCKET, SO_REUSEADDR, 1);
  if (info.ai_family == AF_INET6) socket.Switch(IPPROTO_IPV6, IPV6_V6ONLY, both_versions ? 0 : 1);
  if (::bind(socket.fd(), info.ai_addr, info.ai_addrlen) != 0) return errno;
  if (::listen(socket.fd(), SOMAXCONN) != 0) return errno;
  if (listening.port == 0) listening.port = PortOf(socket.fd());
  listening.sockets.push_back(socket.Release());
  return 0;
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

std::string WhyNoAddress(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  const std::string_view port = text.substr(colon == std::string_view::npos ? 0 : colon + 1);
  const std::string with_port_0 = std::string(text.substr(0, text.size() - port.size())) + "0";
  const bool is_number =
      !port.empty() && port.find_first_not_of("0123456789") == std::string_view::npos;
  if (is_number && ParseListenAddress(with_port_0)) return "has a port over 65535";
  return "is not host:port, [ipv6]:port or :port";
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
  const AddressList found = Find(address, what);
  if (!found.why_not.empty()) return found.why_not;
  for (const addrinfo* info = found.list.get(); info != nullptr; info = info->ai_next) {
    if (const int fault = TryToListen(*info); fault != 0) return SystemError(fault);
  }
  return {};
}

Listening Listen(const ListenAddress& address) {
  AddressList found = Find(address, ListenFor::kConnections);
  Listening listening{.sockets = {}, .port = address.port, .why_not = std::move(found.why_not)};
  const bool both_versions = address.host.empty() && HasIpv6();
  for (addrinfo* info = found.list.get(); info != nullptr; info = info->ai_next) {
    // The IPv6 one takes connections of both versions.
    if (both_versions && info->ai_family != AF_INET6) continue;
    const int fault = AddListener(*info, both_versions, listening);
    if (fault == 0) continue;
    for (const int socket : listening.sockets) ::close(socket);
    return {.sockets = {}, .port = 0, .why_not = SystemError(fault)};
  }
  return listening;
}

}  // namespace maillog
