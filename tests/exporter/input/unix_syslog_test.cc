// Syslog by Unix sockets: who makes the socket's name, and what becomes of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "exporter/input/syslog/unix_socket.h"
#include "parser/envelope/envelopes.h"
#include "tests/exporter/input/syslog_listener.h"

namespace maillog::test {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class UnixSyslogTest : public SyslogTest {
 protected:
  void SetUp() override {
    std::string name = ::testing::TempDir() + "maillog-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    directory_ = name;
    path_ = directory_ / "log";
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  std::filesystem::path directory_;
  std::string path_;
};

TEST_F(UnixSyslogTest, Datagrams) {
  Open("syslog+unix://" + path_);
  Sender sender(AF_UNIX, SOCK_DGRAM);
  sender.ConnectTo(path_);
  sender.Send("<22>one");
  sender.Send(std::string("<22>two\n\0", 9));
  sender.Send(std::string(kMaxMessageBytes + 1, 'x'));
  Await(3);
  EXPECT_THAT(messages_, ElementsAre("<22>one", "<22>two"));
  EXPECT_EQ(malformed_, 1U);
}

TEST_F(UnixSyslogTest, EveryUserMayWriteToTheSocket) {
  const mode_t before = ::umask(077);
  Open("syslog+unix://" + path_);
  ::umask(before);
  struct stat found {};
  ASSERT_EQ(::stat(path_.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0666U);
}

TEST_F(UnixSyslogTest, Streams) {
  Open("syslog+unix://" + path_ + "?type=stream");
  Sender sender(AF_UNIX, SOCK_STREAM);
  sender.ConnectTo(path_);
  sender.Send("<22>one\n<22>two");
  sender.Close();
  Await(2);
  EXPECT_THAT(messages_, ElementsAre("<22>one", "<22>two"));
}

TEST_F(UnixSyslogTest, TheSocketGoesWithItsOwnerAndAStaleOneIsReplaced) {
  Open("syslog+unix://" + path_);
  EXPECT_TRUE(std::filesystem::exists(path_));
  input_.reset();
  EXPECT_FALSE(std::filesystem::exists(path_));
  {
    const Descriptor stale(::socket(AF_UNIX, SOCK_DGRAM, 0));
    const sockaddr_un address = UnixAddress(path_);
    ASSERT_EQ(::bind(stale.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address),
              0);
  }
  Open("syslog+unix://" + path_);
  Sender sender(AF_UNIX, SOCK_DGRAM);
  sender.ConnectTo(path_);
  sender.Send("<22>one");
  Await(1);
  EXPECT_THAT(messages_, ElementsAre("<22>one"));
}

TEST_F(UnixSyslogTest, ASocketWhoseNameIsRemovedIsMadeAgain) {
  Open("syslog+unix://" + path_);
  Sender before(AF_UNIX, SOCK_DGRAM);
  before.ConnectTo(path_);
  before.Send("<22>before");
  std::filesystem::remove(path_);
  clock_.Advance(seconds(10));
  Drain();
  EXPECT_THAT(messages_, ElementsAre("<22>before"));
  Sender after(AF_UNIX, SOCK_DGRAM);
  after.ConnectTo(path_);
  after.Send("<22>after");
  Await(2);
  EXPECT_THAT(messages_, ElementsAre("<22>before", "<22>after"));
}

TEST_F(UnixSyslogTest, WithoutItsDirectoryASocketIsDownUntilThatIsBack) {
  Open("syslog+unix://" + path_ + "?type=stream");
  Sender connected(AF_UNIX, SOCK_STREAM);
  connected.ConnectTo(path_);
  ASSERT_TRUE(waker_.HasSomething());
  Drain();
  std::filesystem::remove_all(directory_);
  clock_.Advance(seconds(10));
  while (input_->Next().ok()) continue;
  connected.Send("<22>one\n");
  ASSERT_TRUE(waker_.HasSomething());
  const absl::StatusOr<Block> heard = input_->Next();
  ASSERT_TRUE(heard.ok());
  EXPECT_EQ(heard->messages, "<22>one\n");
  EXPECT_THAT(std::string(input_->Next().status().message()),
              HasSubstr("No such file or directory"));
  std::filesystem::create_directory(directory_);
  clock_.Advance(seconds(30));
  EXPECT_LE(input_->deadline(), clock_.Now());
  Drain();
  Sender after(AF_UNIX, SOCK_STREAM);
  after.ConnectTo(path_);
  after.Send("<22>two\n");
  Await(1);
  EXPECT_THAT(messages_, ElementsAre("<22>two"));
}

TEST_F(UnixSyslogTest, WhatTookTheNameOfASocketIsLeftAlone) {
  Open("syslog+unix://" + path_);
  std::filesystem::remove(path_);
  std::filesystem::create_directory(path_);
  clock_.Advance(seconds(10));
  while (input_->Next().ok()) continue;
  EXPECT_THAT(std::string(input_->Next().status().message()), HasSubstr("Address already in use"));
  input_.reset();
  EXPECT_TRUE(std::filesystem::is_directory(path_));
}

TEST_F(UnixSyslogTest, WhatIsInTheWayOfASocketIsKnownBeforeItIsMade) {
  EXPECT_EQ(WhyNotBind(path_, SOCK_DGRAM), "");
  EXPECT_FALSE(std::filesystem::exists(path_));
  EXPECT_EQ(WhyNotBind(directory_ / "none" / "log", SOCK_DGRAM), "No such file or directory");
  EXPECT_EQ(WhyNotBind(directory_, SOCK_DGRAM), "Address already in use");
  Open("syslog+unix://" + path_);
  EXPECT_EQ(WhyNotBind(path_, SOCK_DGRAM), "Address already in use");
  EXPECT_EQ(WhyNotBind(path_ + "/log", SOCK_DGRAM), "Not a directory");
  input_.reset();
  {
    const Descriptor stale(::socket(AF_UNIX, SOCK_DGRAM, 0));
    const sockaddr_un address = UnixAddress(path_);
    ASSERT_EQ(::bind(stale.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address),
              0);
  }
  EXPECT_EQ(WhyNotBind(path_, SOCK_DGRAM), "");
  EXPECT_TRUE(std::filesystem::exists(path_));
}

TEST_F(UnixSyslogTest, AnotherFileOrALiveSocketIsLeftAlone) {
  Open("syslog+unix://" + path_);
  const absl::StatusOr<SyslogAddress> address = ParseSyslogAddress("syslog+unix://" + path_);
  NotingWaker waker;
  const Surroundings around{.files = files_, .waker = waker, .clock = clock_, .claims = {}};
  EXPECT_FALSE(SyslogInput(*address, around).Next().ok());
  EXPECT_TRUE(std::filesystem::exists(path_));
}

}  // namespace
}  // namespace maillog::test
