// Syslog over UDP, TCP and Unix sockets, on the loopback.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <filesystem>

#include "exporter/input/syslog/syslog_input.h"
#include "exporter/input/syslog/unix_socket.h"
#include "parser/envelope/envelopes.h"
#include "tests/support/fake_file_system.h"
#include "tests/support/stepped_waker.h"

namespace maillog::test {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> Split(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

// ---- framing

struct Framed {
  std::vector<std::string> messages;
  std::uint32_t malformed = 0;
  friend bool operator==(const Framed&, const Framed&) = default;
};

Framed Frame(std::string_view bytes, std::size_t at_once) {
  SyslogFrames frames;
  SyslogLines lines;
  while (!bytes.empty()) {
    frames.Add(bytes.substr(0, at_once), lines);
    bytes.remove_prefix(std::min(at_once, bytes.size()));
  }
  frames.Close(lines);
  return {Split(lines.text), lines.malformed};
}

TEST(SyslogFramesTest, BothFramingsEvenMixedAtAnyCut) {
  const std::string bytes =
      "<22>one\n11 <22>two\nhalf<22>three\r\n\n2 ab2026-11-21T10:00:00Z x\n8 <22>end\n";
  const Framed want{
      {"<22>one", "<22>two hal", "f<22>three", "ab", "2026-11-21T10:00:00Z x", "<22>end"}, 0};
  for (const std::size_t at_once : {1U, 2U, 3U, 7U, 1000U})
    EXPECT_EQ(Frame(bytes, at_once), want) << at_once;
}

TEST(SyslogFramesTest, OverLongMessagesAreMalformedAndPassed) {
  const std::string overlong(kMaxMessageBytes + 1, 'x');
  const std::string bytes = overlong + "\n<22>a\n" + std::to_string(overlong.size()) + " " +
                            overlong + "<22>b\n99999999999 <22>c\n";
  const Framed framed = Frame(bytes, 1000);
  EXPECT_THAT(framed.messages, ElementsAre("<22>a", "<22>b", "99999999999 <22>c"));
  EXPECT_EQ(framed.malformed, 2U);
}

TEST(SyslogFramesTest, ALastLineMayLackItsNewlineButACountedOneNotItsEnd) {
  EXPECT_EQ(Frame("<22>one\n<22>two", 4), (Framed{{"<22>one", "<22>two"}, 0}));
  EXPECT_EQ(Frame("7 <22>one9 <22>two", 4), (Framed{{"<22>one"}, 1}));
}

// ---- addresses

TEST(SyslogAddressTest, Forms) {
  EXPECT_EQ(ParseSyslogAddress("syslog+udp://127.0.0.1:5514")->address,
            (ListenAddress{"127.0.0.1", 5514}));
  EXPECT_EQ(ParseSyslogAddress("syslog+tcp://[::1]")->address, (ListenAddress{"::1", 514}));
  EXPECT_EQ(ParseSyslogAddress("syslog+tcp://:601")->address, (ListenAddress{"", 601}));
  EXPECT_EQ(ParseSyslogAddress("syslog+unix:///run/x")->path, "/run/x");
  EXPECT_EQ(ParseSyslogAddress("syslog+unix:///run/x?type=stream")->transport,
            SyslogTransport::kUnixStream);
  for (const std::string path : {"syslog+x://a:1", "syslog+unix://run/x", "syslog+udp://a:b:c"}) {
    EXPECT_THAT(std::string(ParseSyslogAddress(path).status().message()), HasSubstr(path)) << path;
  }
  EXPECT_FALSE(ParseSyslogAddress("syslog+unix:///" + std::string(200, 'x')).ok());
}

// ---- sockets

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

TEST_F(SyslogTest, ADatagramIsAMessage) {
  Open("syslog+udp://127.0.0.1:0");
  Sender sender(AF_INET, SOCK_DGRAM);
  sender.ConnectTo(input_->port());
  sender.Send("<22>one");
  sender.Send("<22>two\nhalf\n");
  sender.Send("\n");
  sender.Send("<22>three");
  Await(3);
  EXPECT_THAT(messages_, ElementsAre("<22>one", "<22>two half", "<22>three"));
  EXPECT_EQ(drops_, 0U);
}

TEST_F(SyslogTest, DatagramsThatMakeNoTextEndABlockToo) {
  Open("syslog+udp://127.0.0.1:0");
  Sender sender(AF_INET, SOCK_DGRAM);
  sender.ConnectTo(input_->port());
  // More than a block reads, and less than the kernel has room for anywhere.
  for (int i = 0; i < 10; ++i) sender.Send(std::string(kMaxMessageBytes / 2, '\n'));
  ASSERT_TRUE(waker_.HasSomething());
  absl::StatusOr<Block> block = input_->Next();
  ASSERT_TRUE(block.ok());
  EXPECT_EQ(block->messages, "");
  EXPECT_LT(block->read_bytes, 10 * kMaxMessageBytes / 2);
  EXPECT_EQ(block->progress, Progress::kMore);
}

TEST_F(SyslogTest, WhatTheKernelDropsIsCounted) {
  Open("syslog+udp://127.0.0.1:0");
  Sender sender(AF_INET, SOCK_DGRAM);
  sender.ConnectTo(input_->port());
  constexpr std::uint64_t kSent = 2000;
  const std::string large(60'000, 'x');
  for (std::uint64_t i = 0; i < kSent; ++i) sender.Send(large);
  Drain();
  const std::uint64_t read = messages_.size();
  ASSERT_LT(read, kSent) << "the kernel had room for all";
  sender.Send("<22>last");
  Await(read + 1);
  EXPECT_EQ(messages_.back(), "<22>last");
  EXPECT_EQ(drops_, kSent - read);
}

TEST_F(SyslogTest, BothIpVersionsWithoutAHost) {
  Open("syslog+udp://:0");
  Sender sender(AF_INET, SOCK_DGRAM);
  sender.ConnectTo(input_->port());
  sender.Send("<22>one");
  Await(1);
  EXPECT_THAT(messages_, ElementsAre("<22>one"));
}

TEST_F(SyslogTest, ConnectionsDoNotRunIntoEachOther) {
  Open("syslog+tcp://127.0.0.1:0");
  Sender a(AF_INET, SOCK_STREAM);
  Sender b(AF_INET, SOCK_STREAM);
  a.ConnectTo(input_->port());
  b.ConnectTo(input_->port());
  a.Send("<22>a");
  b.Send("7 <22>b");
  while (waker_.HasSomething() && input_->connections() < 2) Drain();
  a.Send("1\n<22>a2");
  b.Send("2\n<22>b3\n");
  a.Close();
  b.Close();
  Await(4);
  std::sort(messages_.begin(), messages_.end());
  EXPECT_THAT(messages_, ElementsAre("<22>a1", "<22>a2", "<22>b2", "<22>b3"));
  while (input_->connections() > 0 && waker_.HasSomething()) Drain();
  EXPECT_EQ(input_->connections(), 0U);
}

TEST_F(SyslogTest, WhatABrokenConnectionHasCutOffIsMalformed) {
  Open("syslog+tcp://127.0.0.1:0");
  Sender sender(AF_INET, SOCK_STREAM);
  sender.ConnectTo(input_->port());
  sender.Send("<22>one\n<22>cut");
  Await(1);
  sender.Reset();
  Await(2);
  EXPECT_THAT(messages_, ElementsAre("<22>one"));
  EXPECT_EQ(malformed_, 1U);
}

TEST_F(SyslogTest, ConnectionsHaveALimit) {
  Open("syslog+tcp://127.0.0.1:0");
  std::vector<std::unique_ptr<Sender>> senders;
  for (std::size_t i = 0; i < SyslogInput::kMaxConnections; ++i) {
    senders.push_back(std::make_unique<Sender>(AF_INET, SOCK_STREAM));
    senders.back()->ConnectTo(input_->port());
    Drain();
  }
  while (input_->connections() < SyslogInput::kMaxConnections && waker_.HasSomething()) Drain();
  testing::internal::CaptureStderr();
  for (int i = 0; i < 3; ++i) {
    Sender refused(AF_INET, SOCK_STREAM);
    refused.ConnectTo(input_->port());
    ASSERT_TRUE(waker_.HasSomething());
    Drain();
    EXPECT_TRUE(refused.IsClosed());
  }
  std::string said = testing::internal::GetCapturedStderr();
  EXPECT_THAT(said, HasSubstr("a sender was sent away"));
  EXPECT_EQ(refused_, 3U);
  EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 1) << said;
  EXPECT_EQ(input_->connections(), SyslogInput::kMaxConnections);

  clock_.Advance(seconds(61));
  senders[5]->Send("<22>alive\n");
  Await(1);
  Sender taken(AF_INET, SOCK_STREAM);
  taken.ConnectTo(input_->port());
  taken.Send("<22>taken\n");
  Await(2);
  EXPECT_THAT(messages_, ElementsAre("<22>alive", "<22>taken"));
  EXPECT_EQ(input_->connections(), SyslogInput::kMaxConnections);

  testing::internal::CaptureStderr();
  clock_.Advance(hours(2));
  Drain();
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("connections left"));
}

TEST_F(SyslogTest, DeadConnectionsAreClosed) {
  Open("syslog+tcp://127.0.0.1:0");
  Sender sender(AF_INET, SOCK_STREAM);
  sender.ConnectTo(input_->port());
  sender.Send("<22>one\n");
  Await(1);
  EXPECT_EQ(input_->connections(), 1U);
  clock_.Advance(hours(2));
  Drain();
  EXPECT_EQ(input_->connections(), 0U);
  EXPECT_TRUE(sender.IsClosed());
}

TEST_F(SyslogTest, APortThatIsTakenIsTriedAgainLater) {
  Open("syslog+tcp://127.0.0.1:0");
  const absl::StatusOr<SyslogAddress> same =
      ParseSyslogAddress("syslog+tcp://127.0.0.1:" + std::to_string(input_->port()));
  NotingWaker waker;
  SyslogInput second(*same, {.files = files_, .waker = waker, .clock = clock_, .claims = {}});
  EXPECT_THAT(std::string(second.Next().status().message()), HasSubstr("Address already in use"));
  EXPECT_GT(second.deadline(), clock_.Now());
  input_.reset();
  EXPECT_TRUE(second.Next().ok());
}

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
