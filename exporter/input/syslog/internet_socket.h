// Sockets at an internet address, and the descriptor that any socket is.
#pragma once

#include <cstdint>
#include <utility>

#include "absl/status/statusor.h"
#include "exporter/os/listen_address.h"

namespace maillog {

/// Closed when destroyed.
class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  ~Descriptor();
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  [[nodiscard]] int number() const { return number_; }
  [[nodiscard]] bool is_open() const { return number_ >= 0; }

 private:
  int number_;
};

/// setsockopt with an integer; a kernel that does not know the option does without it.
void SwitchSocket(int socket, int level, int option, int value);

/// A socket that does not block and is bound to the address; no host: to all of both IP versions.
/// `type`: SOCK_DGRAM or SOCK_STREAM.
[[nodiscard]] absl::StatusOr<Descriptor> BindInternet(const ListenAddress& address, int type);

/// Where an internet socket is bound; 0 if it is not.
[[nodiscard]] std::uint16_t BoundPort(int socket);

}  // namespace maillog
