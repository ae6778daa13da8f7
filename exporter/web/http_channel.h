// The bytes of one connection, plain or in TLS. Never waits: says what to wait for instead.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace maillog {

class TlsContext;

class HttpChannel {
 public:
  enum class Next : std::uint8_t {
    kGoOn,           ///< `bytes` were read or written
    kWaitForInput,   ///< try again when the socket can be read
    kWaitForOutput,  ///< try again when the socket can be written
    kEnd,            ///< the other side has ended, or the connection is broken
    kFault,          ///< a fault of TLS: no handshake, or bytes that do not belong there
  };
  struct Result {
    Next next = Next::kEnd;
    std::size_t bytes = 0;
  };

  virtual ~HttpChannel() = default;
  [[nodiscard]] virtual Result Read(std::span<char> into) = 0;
  /// Writes as much of `bytes`, and of `more` after it, as is possible.
  [[nodiscard]] virtual Result Write(std::string_view bytes, std::string_view more) = 0;
  /// Nothing more will be written: tells the other side.
  virtual void EndOfOutput() = 0;
};

/// `socket` does not block, and outlives the channel.
[[nodiscard]] std::unique_ptr<HttpChannel> PlainChannel(int socket);
/// The server's side. The handshake is part of the first Read.
[[nodiscard]] std::unique_ptr<HttpChannel> TlsChannel(int socket,
                                                      std::shared_ptr<const TlsContext> context);

}  // namespace maillog
