// Where clients connect to the HTTP server: sockets that listen, and new connections taken from
// them in turns, so that those that exist have theirs.
#pragma once

#include <sys/socket.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <list>
#include <vector>

#include "absl/status/status.h"
#include "exporter/os/listen_address.h"

namespace maillog {

/// Used by the thread that runs the io_context, but for Listen.
class HttpDoors {
 public:
  class Owner {
   public:
    virtual ~Owner() = default;
    /// A client has connected. The socket does not block, and is the callee's to close.
    virtual void OnClient(int socket, const sockaddr_storage& peer) = 0;
    /// No descriptor or no memory is left for another client; soon there is another attempt.
    virtual void OnNoRoom() = 0;
  };

  /// The owner must outlive it; so must the io_context.
  HttpDoors(boost::asio::io_context& io, Owner& owner) : io_(io), owner_(owner) {}

  /// Listens on all addresses or on none, and takes clients as soon as the io_context runs. Fails
  /// with one sentence that names the address that was not available.
  [[nodiscard]] absl::Status Listen(const std::vector<ListenAddress>& addresses);
  /// Takes no more clients; there are no ports any more.
  void Close();

  /// In the order of the addresses: in place of 0, the port that was free.
  [[nodiscard]] const std::vector<int>& ports() const { return ports_; }

 private:
  struct Door {
    Door(boost::asio::io_context& io, int listening) : socket(io, listening), rest(io) {}
    boost::asio::posix::stream_descriptor socket;
    boost::asio::steady_timer rest;
  };

  void Wait(Door& door);
  void Take(Door& door);
  void Rest(Door& door);

  boost::asio::io_context& io_;
  Owner& owner_;
  std::list<Door> doors_;
  std::vector<int> ports_;
};

}  // namespace maillog
