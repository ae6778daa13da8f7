#include "exporter/command/service_reports.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <string>

namespace maillog {
namespace {

TEST(StatusLine, SaysHowManyAndWhatIsWrong) {
  EXPECT_EQ(StatusLine(1, {}), "Following 1 source.");
  EXPECT_EQ(StatusLine(3, {}), "Following 3 sources.");
  EXPECT_EQ(StatusLine(1, {{"/a", absl::OkStatus()}}),
            "1 of 1 source not ready: /a is still being read up to where it stood at start");
  EXPECT_EQ(StatusLine(3, {{"/a", absl::PermissionDeniedError("/a: Permission denied")},
                           {"/b", absl::OkStatus()}}),
            "2 of 3 sources not ready: /a cannot be read: /a: Permission denied");
}

TEST(StatusLine, IsValidUtf8) {
  const std::string line = StatusLine(1, {{"/a\xff", absl::OkStatus()}});
  EXPECT_EQ(line.find('\xff'), std::string::npos);
}

class ServiceReportsTest : public testing::Test {
 protected:
  ServiceReportsTest() : receiver_(::socket(AF_UNIX, SOCK_DGRAM, 0)) {
    static int number = 0;
    name_ = "@maillog-reports-" + std::to_string(::getpid()) + "-" + std::to_string(++number);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path + 1, name_.data() + 1, name_.size() - 1);
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name_.size());
    EXPECT_EQ(::bind(receiver_, reinterpret_cast<const sockaddr*>(&address), size), 0);
  }
  ~ServiceReportsTest() override { ::close(receiver_); }

  [[nodiscard]] std::string Next() const {
    std::array<char, 1024> bytes;
    const ssize_t size = ::recv(receiver_, bytes.data(), bytes.size(), MSG_DONTWAIT);
    return size < 0 ? std::string() : std::string(bytes.data(), static_cast<std::size_t>(size));
  }

  int receiver_;
  std::string name_;
};

TEST_F(ServiceReportsTest, TheWatchdogIsToldOnlyOfAProgramThatIsAlive) {
  ServiceManager manager({name_.c_str(), "3000000", nullptr});
  bool alive = true;
  ServiceReports reports(
      manager, [] { return std::string("fine"); }, [&] { return alive; });
  reports.Report();
  EXPECT_EQ(Next(), "WATCHDOG=1");
  EXPECT_EQ(Next(), "STATUS=fine");
  alive = false;
  reports.Report();
  EXPECT_EQ(reports.interval(), std::chrono::milliseconds(1500));
  EXPECT_EQ(Next(), "");
  alive = true;
  reports.Report();
  EXPECT_EQ(Next(), "WATCHDOG=1");
}

TEST_F(ServiceReportsTest, WithoutAWatchdogOnlyTheStatusIsTold) {
  ServiceManager manager({name_.c_str(), nullptr, nullptr});
  std::string status = "one";
  ServiceReports reports(
      manager, [&] { return status; }, [] { return true; });
  reports.Report();
  EXPECT_EQ(reports.interval(), std::chrono::milliseconds(500)) << "nothing was read before that";
  status = "two";
  reports.Report();
  EXPECT_EQ(reports.interval(), std::chrono::seconds(5));
  EXPECT_EQ(Next(), "STATUS=one");
  EXPECT_EQ(Next(), "STATUS=two");
  EXPECT_EQ(Next(), "");
}

TEST_F(ServiceReportsTest, WithoutAManagerNothingIsAsked) {
  ServiceManager manager({nullptr, nullptr, nullptr});
  ServiceReports reports(
      manager,
      [] {
        ADD_FAILURE();
        return std::string();
      },
      [] {
        ADD_FAILURE();
        return true;
      });
  EXPECT_FALSE(reports.interval());
  reports.Report();
}

}  // namespace
}  // namespace maillog
