// A sender of RELP, for tests over the loopback.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "exporter/input/syslog/internet_socket.h"
#include "exporter/input/syslog/relp_frames.h"

namespace maillog::test {

/// Sends as librelp does: keeps what is not answered, and sends it first in the next session.
class RelpPeer {
 public:
  /// `host`: the last byte of the address on the loopback that it sends from.
  explicit RelpPeer(std::uint8_t host = 1) : host_(host) {}
  void Connect(std::uint16_t port) {
    socket_ = Descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl((INADDR_LOOPBACK & ~0xffU) | host_);
    ASSERT_EQ(::bind(socket_.number(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ASSERT_EQ(::connect(socket_.number(), reinterpret_cast<sockaddr*>(&address), sizeof address),
              0);
    next_ = 1;
    received_.clear();
    numbers_.clear();
    rest_.clear();
    SendBytes(Frame("open", "relp_version=0"));
    for (const std::string& message : unanswered_) SendFrame(message);
  }
  void Send(const std::string& message) {
    unanswered_.push_back(message);
    SendFrame(message);
  }
  /// The beginning of a frame; the message is sent whole in the next session.
  void SendHalf(const std::string& message) {
    unanswered_.push_back(message);
    const std::string frame = Frame("syslog", message);
    SendBytes(frame.substr(0, frame.size() / 2));
  }
  void RequestClose() { SendBytes(Frame("close", "")); }
  void SendBytes(std::string_view bytes) {
    // A server that has closed the connection is no fault here.
    (void)::send(socket_.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }
  /// What asks for no answer, and what does but is no text; the latter is not sent again.
  enum class Flood { kHints, kEmptyMessages };
  /// As much of it as there is room for on the way, the last of it perhaps in part. In bytes.
  std::size_t Fill(Flood flood) {
    for (std::size_t sent = 0;;) {
      while (rest_.size() < 10'000) {
        rest_ += flood == Flood::kHints ? "0 x 0\n" : Frame("syslog", "");
      }
      const ssize_t size = ::send(socket_.number(), rest_.data(), rest_.size(), MSG_DONTWAIT);
      if (size <= 0) return sent;
      rest_.erase(0, static_cast<std::size_t>(size));
      sent += static_cast<std::size_t>(size);
    }
  }
  /// There is little room for answers that it does not read.
  void ReceiveLittle() {
    const int bytes = 4096;
    ::setsockopt(socket_.number(), SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
  }
  /// Takes off what has been answered.
  void ReadAnswers() {
    std::array<char, 65536> bytes;
    for (;;) {
      const ssize_t read = ::recv(socket_.number(), bytes.data(), bytes.size(), MSG_DONTWAIT);
      if (read <= 0) break;
      received_.append(bytes.data(), static_cast<std::size_t>(read));
    }
    std::string_view rest = received_;
    RelpFrames frames;
    std::size_t used = 0;
    while (const std::optional<RelpFrame> frame = frames.Take(rest)) {
      used = received_.size() - rest.size();
      if (frame->command != "rsp" || !frame->data.starts_with("200")) continue;
      if (numbers_.empty() || frame->number != numbers_.front()) continue;
      numbers_.pop_front();
      unanswered_.pop_front();
    }
    received_.erase(0, used);
  }
  void Cut() {
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(socket_.number(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    Descriptor closed = std::move(socket_);
  }
  void Close() { Descriptor closed = std::move(socket_); }
  [[nodiscard]] bool IsClosed() {
    pollfd waited{.fd = socket_.number(), .events = POLLIN, .revents = 0};
    std::array<char, 4096> bytes;
    while (::poll(&waited, 1, 1000) > 0) {
      if (::recv(socket_.number(), bytes.data(), bytes.size(), MSG_DONTWAIT) <= 0) return true;
    }
    return false;
  }
  [[nodiscard]] bool is_connected() const { return socket_.is_open(); }
  [[nodiscard]] std::size_t unanswered() const { return unanswered_.size(); }

 private:
  std::string Frame(const std::string& command, const std::string& data) {
    return std::to_string(next_++) + ' ' + command + ' ' + std::to_string(data.size()) +
           (data.empty() ? "" : " " + data) + '\n';
  }
  void SendFrame(const std::string& message) {
    numbers_.push_back(next_);
    SendBytes(Frame("syslog", message));
  }

  std::uint8_t host_;
  Descriptor socket_;
  std::uint32_t next_ = 1;
  std::deque<std::string> unanswered_;
  std::deque<std::uint32_t> numbers_;  // of those sent in this session
  std::string received_;
  std::string rest_;  // of what it is filled with, where there was no room
};

}  // namespace maillog::test
