#include "exporter/os/service_manager.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>

namespace maillog {
namespace {

/// What systemd has: a datagram socket. `name` is a path, or @ and an abstract name.
class Receiver {
 public:
  explicit Receiver(const std::string& name) : descriptor_(::socket(AF_UNIX, SOCK_DGRAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, name.data(), name.size());
    if (name.front() == '@') address.sun_path[0] = '\0';
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    EXPECT_EQ(::bind(descriptor_, reinterpret_cast<const sockaddr*>(&address), size), 0);
  }
  ~Receiver() { ::close(descriptor_); }
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;

  /// The next datagram that is there; empty: none.
  [[nodiscard]] std::string Next() const {
    std::array<char, 4096> bytes;
    const ssize_t size = ::recv(descriptor_, bytes.data(), bytes.size(), MSG_DONTWAIT);
    return size < 0 ? std::string() : std::string(bytes.data(), static_cast<std::size_t>(size));
  }

 private:
  int descriptor_;
};

class ServiceManagerTest : public testing::Test {
 protected:
  ServiceManagerTest() {
    std::string path = testing::TempDir() + "managerXXXXXX";
    folder_ = ::mkdtemp(path.data());
  }
  ~ServiceManagerTest() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::string Path() const { return folder_ + "/notify"; }

  std::string folder_;
};

TEST_F(ServiceManagerTest, EachMessageIsOneDatagram) {
  const std::string path = Path();
  const Receiver receiver(path);
  ServiceManager manager({path.c_str(), nullptr, nullptr});
  EXPECT_TRUE(manager.is_there());
  manager.Ready();
  manager.Status("Following 1 source.");
  manager.Reloading(TimePoint(std::chrono::microseconds(1234567)));
  manager.Alive();
  manager.Stopping();
  EXPECT_EQ(receiver.Next(), "READY=1");
  EXPECT_EQ(receiver.Next(), "STATUS=Following 1 source.");
  EXPECT_EQ(receiver.Next(), "RELOADING=1\nMONOTONIC_USEC=1234567");
  EXPECT_EQ(receiver.Next(), "WATCHDOG=1");
  EXPECT_EQ(receiver.Next(), "STOPPING=1");
  EXPECT_EQ(receiver.Next(), "");
}

TEST_F(ServiceManagerTest, TheSameStatusIsSentOnce) {
  const std::string path = Path();
  const Receiver receiver(path);
  ServiceManager manager({path.c_str(), nullptr, nullptr});
  manager.Status("one");
  manager.Status("one");
  manager.Status("two");
  EXPECT_EQ(receiver.Next(), "STATUS=one");
  EXPECT_EQ(receiver.Next(), "STATUS=two");
  EXPECT_EQ(receiver.Next(), "");
}

TEST_F(ServiceManagerTest, AStatusIsOneLine) {
  const std::string path = Path();
  const Receiver receiver(path);
  ServiceManager manager({path.c_str(), nullptr, nullptr});
  manager.Status("a\nREADY=1\r" + std::string(5000, 'x'));
  const std::string sent = receiver.Next();
  EXPECT_TRUE(sent.starts_with("STATUS=a READY=1 x")) << sent;
  EXPECT_EQ(sent.find('\n'), std::string::npos);
  EXPECT_LT(sent.size(), 600U);
}

TEST_F(ServiceManagerTest, AbstractNamesBeginWithAt) {
  const std::string name = "@maillog-test-" + std::to_string(::getpid());
  const Receiver receiver(name);
  ServiceManager manager({name.c_str(), nullptr, nullptr});
  manager.Ready();
  EXPECT_EQ(receiver.Next(), "READY=1");
}

TEST_F(ServiceManagerTest, OneThatStartsAnewIsFoundAgain) {
  const std::string path = Path();
  ServiceManager manager({path.c_str(), nullptr, nullptr});
  manager.Ready();  // to nobody
  {
    const Receiver first(path);
    manager.Ready();
    EXPECT_EQ(first.Next(), "READY=1");
  }
  std::filesystem::remove(path);
  manager.Alive();  // lost
  const Receiver second(path);
  manager.Alive();
  EXPECT_EQ(second.Next(), "WATCHDOG=1");
}

TEST_F(ServiceManagerTest, WithoutASocketNobodyIsTold) {
  for (const char* const socket :
       {static_cast<const char*>(nullptr), "", "/", "relative", "vsock:2:1"}) {
    ServiceManager manager({socket, "1000000", nullptr});
    EXPECT_FALSE(manager.is_there());
    EXPECT_FALSE(manager.watchdog());
    manager.Ready();
  }
  const std::string too_long = "/" + std::string(200, 'x');
  EXPECT_FALSE(ServiceManager({too_long.c_str(), nullptr, nullptr}).is_there());
}

TEST_F(ServiceManagerTest, TheWatchdogIsThatOfThisProcess) {
  const std::string path = Path();
  const std::string own = std::to_string(::getpid());
  const auto watchdog = [&](const char* micros, const char* pid) {
    return ServiceManager({path.c_str(), micros, pid}).watchdog();
  };
  EXPECT_EQ(watchdog("60000000", own.c_str()), std::chrono::seconds(60));
  EXPECT_EQ(watchdog("60000000", nullptr), std::chrono::seconds(60));
  EXPECT_EQ(watchdog("60000000", "1"), std::nullopt);
  EXPECT_EQ(watchdog(nullptr, own.c_str()), std::nullopt);
  for (const char* const wrong : {"", "0", "-1", "x", "1s", "99999999999999999999"}) {
    EXPECT_EQ(watchdog(wrong, own.c_str()), std::nullopt) << wrong;
  }
}

}  // namespace
}  // namespace maillog
