// Where the server listens: `host:port`, `[::1]:port`, or `:port` for every address of both IP
// versions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace maillog {

struct ListenAddress {
  std::string host;        ///< a name or an address without brackets; empty: all addresses
  std::uint16_t port = 0;  ///< 0: one that is free
  friend bool operator==(const ListenAddress&, const ListenAddress&) = default;
};

/// Nothing if the text has none of the three forms. Names are not resolved here.
[[nodiscard]] std::optional<ListenAddress> ParseListenAddress(std::string_view text);

/// Why ParseListenAddress rejects the text, as the end of a sentence: `has a port over 65535`.
[[nodiscard]] std::string WhyNoAddress(std::string_view text);

/// As the user would write it.
[[nodiscard]] std::string ToText(const ListenAddress& address);

/// Whether IPv6 is enabled on this machine.
[[nodiscard]] bool HasIpv6();

enum class ListenFor : std::uint8_t { kConnections, kDatagrams };
/// Why listening there is not possible now, in the system's words (`Address already in use`); empty
/// if it is.
[[nodiscard]] std::string WhyNotListen(const ListenAddress& address,
                                       ListenFor what = ListenFor::kConnections);

/// Sockets that listen for connections at an address, and do not block; the caller closes them.
struct Listening {
  std::vector<int> sockets;  ///< one for each address that the host's name has
  std::uint16_t port = 0;    ///< that of the first of them
  std::string why_not;       ///< as WhyNotListen; then there is no socket
};
[[nodiscard]] Listening Listen(const ListenAddress& address);

}  // namespace maillog
