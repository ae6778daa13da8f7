#include "exporter/input/syslog/syslog_address.h"

#include <sys/un.h>

#include "absl/status/status.h"
#include "parser/scan.h"

namespace maillog {
namespace {

constexpr std::string_view kScheme = "syslog+";
constexpr std::string_view kStreamType = "?type=stream";
constexpr std::string_view kDatagramType = "?type=datagram";
constexpr std::size_t kMaxPath = sizeof(sockaddr_un::sun_path) - 1;

// What is wrong with `syslog+…` before the address.
std::string NoTransport(std::string_view path) {
  for (const std::string_view transport :
       {"syslog+udp:", "syslog+tcp:", "syslog+relp:", "syslog+unix:"}) {
    const std::string_view name = transport.substr(0, transport.size() - 1);
    if (!path.starts_with(name)) continue;
    const bool is_unix = name == "syslog+unix";
    return std::string(": a slash or the colon is missing; write ") + std::string(transport) +
           (is_unix ? "///path" : "//host:port");
  }
  return ": syslog comes by syslog+udp://, syslog+tcp://, syslog+relp:// or syslog+unix://";
}

// RELP has no number of its own; this is the usual one.
const char* PortOf(SyslogTransport transport) {
  return transport == SyslogTransport::kRelp ? ":2514" : ":514";
}

absl::StatusOr<SyslogAddress> ParseUnix(std::string_view path, const std::string& whole) {
  SyslogAddress parsed{.transport = SyslogTransport::kUnixDatagram, .address = {}, .path = {}};
  if (path.ends_with(kStreamType)) {
    parsed.transport = SyslogTransport::kUnixStream;
    path.remove_suffix(kStreamType.size());
  } else if (path.ends_with(kDatagramType)) {
    path.remove_suffix(kDatagramType.size());
  }
  if (!path.starts_with('/') || path.size() > kMaxPath) {
    return absl::InvalidArgumentError(
        whole + ": a socket's path comes after three slashes, as in " +
        "syslog+unix:///run/maillog.sock, and has at most " + std::to_string(kMaxPath) + " bytes");
  }
  parsed.path = path;
  return parsed;
}

}  // namespace

bool IsSyslogPath(std::string_view path) { return path.starts_with(kScheme); }

bool IsRelpPath(std::string_view path) { return path.starts_with("syslog+relp:"); }

absl::StatusOr<SyslogAddress> ParseSyslogAddress(std::string_view path) {
  const std::string whole(path);
  SyslogAddress parsed;
  if (Eat(path, "syslog+unix://")) return ParseUnix(path, whole);
  if (Eat(path, "syslog+tcp://")) {
    parsed.transport = SyslogTransport::kTcp;
  } else if (Eat(path, "syslog+relp://")) {
    parsed.transport = SyslogTransport::kRelp;
  } else if (!Eat(path, "syslog+udp://")) {
    return absl::InvalidArgumentError(whole + NoTransport(path));
  }
  std::optional<ListenAddress> address = ParseListenAddress(path);
  if (!address) address = ParseListenAddress(std::string(path) + PortOf(parsed.transport));
  if (!address) {
    return absl::InvalidArgumentError(whole + " " + WhyNoAddress(path));
  }
  parsed.address = *std::move(address);
  return parsed;
}

}  // namespace maillog
