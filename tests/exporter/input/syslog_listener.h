// What the tests of syslog's inputs share: sockets of the other side, and an input that listens.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/input/syslog/syslog_input.h"
#include "tests/support/fake_file_system.h"
#include "tests/support/stepped_waker.h"

namespace maillog::test {

/// The lines of a text, without their ends.
inline std::vector<std::string> Split(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

/// A socket of the other side.
class Sender {
 public:
  Sender(int family, int type) : socket_(::socket(family, type | SOCK_CLOEXEC, 0)) {}
  void ConnectTo(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ASSERT_EQ(::connect(socket_.number(), reinterpret_cast<sockaddr*>(&address), sizeof address),
              0);
  }
  void ConnectTo(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(static_cast<char*>(address.sun_path), sizeof address.sun_path - 1);
    ASSERT_EQ(::connect(socket_.number(), reinterpret_cast<sockaddr*>(&address), sizeof address),
              0);
  }
  void Send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      ASSERT_GT(sent, 0) << errno;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  void Close() { socket_ = Descriptor(); }
  void Reset() {
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(socket_.number(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    Descriptor closed = std::move(socket_);
  }
  /// Whether the other side has closed the connection, or does so within a second.
  [[nodiscard]] bool IsClosed() {
    pollfd waited{.fd = socket_.number(), .events = POLLIN, .revents = 0};
    char byte = 0;
    return ::poll(&waited, 1, 1000) > 0 && ::recv(socket_.number(), &byte, 1, MSG_DONTWAIT) <= 0;
  }

 private:
  Descriptor socket_;
};

/// Notes what it is to watch, so that a test can wait for it.
class NotingWaker final : public Waker {
 public:
  WatchNumber WatchFile(const File&, const std::string&) override { return kNoWatch; }
  void Unwatch(WatchNumber) override {}
  void WatchDirectory(const std::string&) override {}
  void WatchDescriptor(int descriptor) override { descriptor_ = descriptor; }
  Awaited Await(TimePoint deadline) override { return {.until = deadline}; }
  void Woken(WaitEnd) override {}
  Change TakeChange() override { return Change::kNames; }
  [[nodiscard]] bool HasSomething() const {
    pollfd waited{.fd = descriptor_, .events = POLLIN, .revents = 0};
    return ::poll(&waited, 1, 2000) > 0;
  }

 private:
  int descriptor_ = kNoDescriptor;
};

class SyslogTest : public ::testing::Test {
 protected:
  void Open(const std::string& path) {
    const absl::StatusOr<SyslogAddress> address = ParseSyslogAddress(path);
    ASSERT_TRUE(address.ok()) << address.status();
    input_ = std::make_unique<SyslogInput>(*address, around_);
    Drain();
  }
  void Drain() {
    for (;;) {
      const absl::StatusOr<Block> block = input_->Next();
      ASSERT_TRUE(block.ok()) << block.status();
      for (std::string& line : Split(block->messages)) messages_.push_back(std::move(line));
      malformed_ += block->malformed;
      if (block->refusals)
        refused_ += block->refusals->at(static_cast<std::size_t>(SenderRefusal::kFull));
      drops_ += block->gaps[static_cast<std::size_t>(Gap::kSocketDrop)];
      if (block->progress != Progress::kMore) return;
    }
  }
  /// Until this many messages have come, at most two seconds after the last.
  void Await(std::size_t count) {
    while (messages_.size() + malformed_ < count && waker_.HasSomething()) Drain();
  }

  FakeFileSystem files_;
  FakeClock clock_;
  NotingWaker waker_;
  const Surroundings around_{.files = files_, .waker = waker_, .clock = clock_, .claims = {}};
  std::unique_ptr<SyslogInput> input_;
  std::vector<std::string> messages_;
  std::uint64_t malformed_ = 0;
  std::uint64_t drops_ = 0;
  std::uint32_t refused_ = 0;
};

}  // namespace maillog::test
