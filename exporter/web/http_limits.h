// The limits of what clients can make the HTTP server use. Measured with 1,000 connections that
// wait in the middle of a request: below 1 MB; in the middle of a TLS handshake: 15 MB.
#pragma once

#include <chrono>
#include <cstddef>

namespace maillog {

/// Longest header of a request, its first line included; the longest target in it.
inline constexpr std::size_t kMaxRequestBytes = 8192;
inline constexpr std::size_t kMaxTargetBytes = 4096;

/// How long each step of a connection may take as a whole, however many bytes trickle in.
struct HttpTimes {
  std::chrono::milliseconds request{5'000};  ///< handshake and header, or header
  std::chrono::milliseconds idle{120'000};   ///< between two requests
  std::chrono::milliseconds answer{30'000};
  std::chrono::milliseconds farewell{
      1'000};  ///< until the other side closes, after the last answer
};

struct HttpLimits {
  /// Beyond this the least useful connection is closed: first those that never sent a request.
  std::size_t connections = 256;
  /// If the pages that clients have yet to read to their ends are larger than this together, the
  /// oldest is dropped; never the one whose answer has just begun.
  std::size_t unread_bytes = 64 * 1024 * 1024;
  /// Passwords that may wait to be verified, one after another; more are answered with 503.
  std::size_t waiting_passwords = 32;
  /// Pages that were asked for with a query and may wait to be made; more are answered with 503.
  std::size_t waiting_pages = 32;
  HttpTimes times;
};

}  // namespace maillog
