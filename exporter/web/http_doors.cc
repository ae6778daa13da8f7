#include "exporter/web/http_doors.h"

#include <cerrno>
#include <chrono>

#include "absl/strings/str_cat.h"

namespace maillog {
namespace {

constexpr std::chrono::milliseconds kRest{20};
// Connections accepted at a time before the existing ones have their turn.
constexpr int kTurnConnections = 64;

}  // namespace

absl::Status HttpDoors::Listen(const std::vector<ListenAddress>& addresses) {
  for (const ListenAddress& address : addresses) {
    const Listening listening = maillog::Listen(address);
    if (!listening.why_not.empty()) {
      doors_.clear();
      ports_.clear();
      return absl::UnavailableError(absl::StrCat("cannot listen on ", ToText(address), ": ",
                                                 listening.why_not,
                                                 "; choose another --web.listen-address"));
    }
    ports_.push_back(listening.port);
    for (const int socket : listening.sockets) doors_.emplace_back(io_, socket);
  }
  for (Door& door : doors_) Wait(door);
  return absl::OkStatus();
}

void HttpDoors::Close() {
  for (Door& door : doors_) {
    door.socket.close();
    door.rest.cancel();
  }
  ports_.clear();
}

void HttpDoors::Wait(Door& door) {
  door.socket.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                         [this, &door](const boost::system::error_code& error) {
                           if (!error && door.socket.is_open()) Take(door);
                         });
}

void HttpDoors::Take(Door& door) {
  for (int i = 0; i < kTurnConnections; ++i) {
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    const int socket = ::accept4(door.socket.native_handle(), reinterpret_cast<sockaddr*>(&peer),
                                 &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) break;
    if (socket < 0 && (errno == EINTR || errno == ECONNABORTED)) continue;
    if (socket < 0) return Rest(door);
    owner_.OnClient(socket, peer);
  }
  Wait(door);
}

// The descriptor table is full, or memory is short: somebody has to leave before the next can
// connect.
void HttpDoors::Rest(Door& door) {
  owner_.OnNoRoom();
  door.rest.expires_after(kRest);
  door.rest.async_wait([this, &door](const boost::system::error_code& error) {
    if (!error && door.socket.is_open()) Take(door);
  });
}

}  // namespace maillog
