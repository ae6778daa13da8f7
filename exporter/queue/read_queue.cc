#include "exporter/queue/read_queue.h"

#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "exporter/input/syslog/unix_socket.h"
#include "exporter/os/clock.h"
#include "exporter/os/file_system.h"
#include "exporter/queue/showq_listing.h"

namespace maillog {
namespace {

// The longest time until it notices that it should stop.
constexpr std::chrono::milliseconds kMaxWait{100};
constexpr std::size_t kReadBytes = 64 * 1024;

class Socket {
 public:
  explicit Socket(int descriptor) : descriptor_(descriptor) {}
  ~Socket() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  Socket(Socket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  Socket& operator=(Socket&&) = delete;
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

/// How long to wait, and whether to continue waiting.
class Patience {
 public:
  Patience(std::chrono::milliseconds timeout, const std::atomic<bool>& stop)
      : end_(SteadyClock().Now() + timeout), stop_(stop) {}

  /// Waits for `events` on the descriptor (-1: for a moment). False once time is up.
  [[nodiscard]] bool Wait(int descriptor, short events) const {
    while (!stop_) {
      const auto left =
          std::chrono::duration_cast<std::chrono::milliseconds>(end_ - SteadyClock().Now());
      if (left.count() <= 0) return false;
      pollfd waited{.fd = descriptor, .events = events, .revents = 0};
      const int ready = ::poll(&waited, 1, static_cast<int>(std::min(left, kMaxWait).count()));
      if (ready > 0 || descriptor < 0) return true;
    }
    return false;
  }
  /// Without waiting.
  [[nodiscard]] bool is_over() const { return stop_ || SteadyClock().Now() >= end_; }

 private:
  const TimePoint end_;
  const std::atomic<bool>& stop_;
};

constexpr int kTimedOut = ETIMEDOUT;

/// 0, or an errno.
int Connect(int descriptor, const sockaddr* address, socklen_t size, const Patience& patience) {
  while (::connect(descriptor, address, size) != 0) {
    if (errno == EINTR) continue;
    if (errno == EAGAIN) {  // of a Unix socket: too many are waiting there
      if (!patience.Wait(-1, 0)) return kTimedOut;
      continue;
    }
    if (errno != EINPROGRESS) return errno;
    if (!patience.Wait(descriptor, POLLOUT)) return kTimedOut;
    int error = 0;
    socklen_t room = sizeof error;
    (void)::getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &room);
    return error;
  }
  return 0;
}

QueueReading Fault(QueueFault fault, const std::string& sentence) {
  return {.status = absl::UnavailableError(sentence), .fault = fault};
}

QueueReading NoConnection(const QueueAddress& address, int error) {
  const std::string where = ToText(address);
  if (error == kTimedOut) {
    return Fault(QueueFault::kTimeout, "nobody answers at " + where);
  }
  if (error == ENOENT) {
    return Fault(QueueFault::kConnect,
                 "there is no socket " + where +
                     ": Postfix does not run, or it has a different queue directory");
  }
  if (error == ECONNREFUSED) {
    return Fault(QueueFault::kConnect, "nobody listens at " + where + ": Postfix does not run");
  }
  if (!address.path.empty()) {
    return Fault(QueueFault::kConnect, std::string(OpenError(error, where).message()));
  }
  return Fault(QueueFault::kConnect, absl::StrCat("cannot connect to ", where, ": ",
                                                  std::generic_category().message(error)));
}

QueueReading Read(const Socket& socket, const std::string& where, const Patience& patience,
                  ListingSink& sink) {
  const auto bytes = std::make_unique<std::array<char, kReadBytes>>();
  ShowqListing listing(sink, absl::LocalTimeZone(), absl::Now());
  std::uint64_t all = 0;
  while (!listing.ended()) {
    if (patience.is_over() || !patience.Wait(socket.descriptor(), POLLIN)) {
      return Fault(QueueFault::kTimeout, "the answer of " + where + " did not end in time");
    }
    const ssize_t read = ::recv(socket.descriptor(), bytes->data(), bytes->size(), 0);
    if (read < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (read < 0) {
      return Fault(QueueFault::kAnswer, absl::StrCat("the answer of ", where, " was cut: ",
                                                     std::generic_category().message(errno)));
    }
    if (read == 0) {
      return Fault(QueueFault::kAnswer, "the answer of " + where + " ends in the middle");
    }
    all += static_cast<std::uint64_t>(read);
    if (all > kMaxListingBytes) {
      return Fault(QueueFault::kAnswer, "the answer of " + where + " does not end");
    }
    const absl::Status fed = listing.Feed({bytes->data(), static_cast<std::size_t>(read)});
    if (!fed.ok()) {
      return Fault(QueueFault::kAnswer, absl::StrCat("the answer of ", where, " ", fed.message()));
    }
  }
  return {};
}

/// A connected socket; or why there is none.
using Connection = std::variant<Socket, QueueReading>;

Connection ConnectUnix(const QueueAddress& address, const Patience& patience) {
  Socket socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (socket.descriptor() < 0) return NoConnection(address, errno);
  const sockaddr_un name = UnixAddress(address.path);
  const int error =
      Connect(socket.descriptor(), reinterpret_cast<const sockaddr*>(&name), sizeof name, patience);
  if (error != 0) return NoConnection(address, error);
  return socket;
}

Connection ConnectTcp(const QueueAddress& address, const Patience& patience) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int fault = ::getaddrinfo(address.tcp.host.c_str(),
                                  std::to_string(address.tcp.port).c_str(), &hints, &found);
  if (fault != 0) {
    return Fault(QueueFault::kConnect,
                 absl::StrCat("cannot connect to ", ToText(address), ": ", ::gai_strerror(fault)));
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> list(found, &::freeaddrinfo);
  int error = EADDRNOTAVAIL;
  for (const addrinfo* one = list.get(); one != nullptr; one = one->ai_next) {
    Socket socket(
        ::socket(one->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, one->ai_protocol));
    error = socket.descriptor() < 0
                ? errno
                : Connect(socket.descriptor(), one->ai_addr, one->ai_addrlen, patience);
    if (error == 0) return socket;
  }
  return NoConnection(address, error);
}

Connection ConnectTo(const QueueAddress& address, const Patience& patience) {
  return address.path.empty() ? ConnectTcp(address, patience) : ConnectUnix(address, patience);
}

}  // namespace

QueueReading ReadQueue(const QueueAddress& address, std::chrono::milliseconds timeout,
                       const std::atomic<bool>& stop, ListingSink& sink) {
  const Patience patience(timeout, stop);
  const Connection connection = ConnectTo(address, patience);
  if (const auto* const why_not = std::get_if<QueueReading>(&connection)) return *why_not;
  return Read(std::get<Socket>(connection), ToText(address), patience, sink);
}

absl::Status WhyNotConnect(const QueueAddress& address, std::chrono::milliseconds timeout) {
  const std::atomic<bool> stop{false};
  const Connection connection = ConnectTo(address, Patience(timeout, stop));
  const auto* const why_not = std::get_if<QueueReading>(&connection);
  return why_not == nullptr ? absl::OkStatus() : why_not->status;
}

}  // namespace maillog
