// Where syslog is received: `syslog+udp://host:port`, `syslog+tcp://host:port` (`[ipv6]:port`,
// `:port` for all addresses; without a port 514), `syslog+unix:///path` for datagrams at a socket
// there, `syslog+unix:///path?type=stream` for connections to one; `syslog+relp://host:port`
// (without a port 2514).
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "exporter/os/listen_address.h"

namespace maillog {

enum class SyslogTransport : std::uint8_t { kUdp, kTcp, kRelp, kUnixDatagram, kUnixStream };

struct SyslogAddress {
  SyslogTransport transport = SyslogTransport::kUdp;
  ListenAddress address;  ///< for UDP, TCP and RELP
  std::string path;       ///< for Unix
};

[[nodiscard]] constexpr bool IsDatagram(SyslogTransport transport) {
  return transport == SyslogTransport::kUdp || transport == SyslogTransport::kUnixDatagram;
}
[[nodiscard]] constexpr bool IsUnix(SyslogTransport transport) {
  return transport >= SyslogTransport::kUnixDatagram;
}

/// As socket(2) takes it.
[[nodiscard]] constexpr int SocketType(SyslogTransport transport) {
  return IsDatagram(transport) ? SOCK_DGRAM : SOCK_STREAM;
}

[[nodiscard]] bool IsSyslogPath(std::string_view path);
/// `syslog+relp:…`, which is a syslog path too.
[[nodiscard]] bool IsRelpPath(std::string_view path);
[[nodiscard]] absl::StatusOr<SyslogAddress> ParseSyslogAddress(std::string_view path);

}  // namespace maillog
