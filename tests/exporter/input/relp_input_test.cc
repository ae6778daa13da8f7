// RELP over the loopback, with a model of what is saved: what is answered is saved, and what is
// sent counts once, whatever is cut, killed or full.
#include "exporter/input/syslog/relp_input.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <atomic>
#include <deque>
#include <map>
#include <random>
#include <thread>

#include "parser/envelope/envelopes.h"
#include "tests/support/fake_file_system.h"
#include "tests/support/stepped_waker.h"

namespace maillog::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

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
};

class RelpInputTest : public ::testing::Test {
 protected:
  void SetUp() override { Start(); }

  /// A new run, from what was saved. On the same port, where there was one.
  void Start() {
    state_ = saved_;
    std::optional<std::vector<Bookmark>> bookmarks;
    if (saved_.known) {
      bookmarks.emplace();
      for (const auto& [number, bookmark] : saved_.bookmarks) bookmarks->push_back(bookmark);
    }
    input_ = std::make_unique<RelpInput>(ListenAddress{"127.0.0.1", port_}, bookmarks, around_);
    Step();
    port_ = input_->port();
  }
  void Crash() {
    input_.reset();
    Start();
  }
  /// One call; what it hands out is counted.
  Progress Next() {
    const absl::StatusOr<Block> block = input_->Next();
    healthy_ = block.ok();
    if (!healthy_) return Progress::kAtEnd;
    std::string_view rest = block->messages;
    while (!rest.empty()) {
      const std::size_t end = rest.find('\n');
      state_.counted.emplace_back(rest.substr(0, end));
      rest.remove_prefix(end + 1);
    }
    state_.malformed += block->malformed;
    for (const BookmarkNumber number : block->forgotten) state_.bookmarks.erase(number);
    for (const Bookmark& bookmark : block->begun) state_.bookmarks[bookmark.number] = bookmark;
    state_.known = true;
    return block->progress;
  }
  /// Until nothing is left. What was sent over the loopback is there at once.
  void Step() {
    while (Next() == Progress::kMore) continue;
  }
  /// And so long afterwards that all is answered.
  void Settle() {
    for (int i = 0; i < 3; ++i) {
      Step();
      clock_.Advance(seconds(1));
    }
    Step();
  }
  static std::vector<std::string> Sorted(std::vector<std::string> messages) {
    std::sort(messages.begin(), messages.end());
    return messages;
  }

  struct State {
    std::map<BookmarkNumber, Bookmark> bookmarks;
    std::vector<std::string> counted;
    std::uint64_t malformed = 0;
    bool known = false;
  };
  enum class Disk { kWorks, kFull, kSavesAndDies };

  FakeFileSystem files_;
  FakeClock clock_;
  SteppedWaker waker_;
  Disk disk_ = Disk::kWorks;
  int commits_ = 0;
  State state_;
  State saved_;
  const Surroundings around_{
      .files = files_, .waker = waker_, .clock = clock_, .claims = {}, .commit = [this] {
        ++commits_;
        if (disk_ != Disk::kFull) saved_ = state_;
        return disk_ == Disk::kWorks;
      }};
  std::unique_ptr<RelpInput> input_;
  std::uint16_t port_ = 0;
  bool healthy_ = false;
};

TEST_F(RelpInputTest, WhatIsAnsweredIsSaved) {
  RelpPeer peer;
  peer.Connect(port_);
  peer.Send("one");
  peer.Send("two\nhalf\n");
  Step();
  EXPECT_THAT(state_.counted, ElementsAre("one", "two half"));
  peer.ReadAnswers();
  EXPECT_EQ(peer.unanswered(), 2U);
  EXPECT_EQ(commits_, 0);
  EXPECT_LE(input_->deadline(), clock_.Now() + RelpInput::kLongestUnanswered);
  clock_.Advance(RelpInput::kLongestUnanswered);
  Step();
  peer.ReadAnswers();
  EXPECT_EQ(peer.unanswered(), 0U);
  EXPECT_EQ(commits_, 1);
  EXPECT_THAT(saved_.counted, ElementsAre("one", "two half"));
}

TEST_F(RelpInputTest, ManyMessagesAreSavedAtOnceByOneCommit) {
  RelpPeer peer;
  peer.Connect(port_);
  for (std::size_t i = 0; i < 2 * RelpInput::kManyUnanswered; ++i) peer.Send(std::to_string(i));
  Step();
  peer.ReadAnswers();
  EXPECT_EQ(peer.unanswered(), 0U);
  EXPECT_EQ(commits_, 1);
}

TEST_F(RelpInputTest, WhoAsksToCloseIsAnsweredAtOnceAndForgotten) {
  RelpPeer peer;
  peer.Connect(port_);
  peer.Send("one");
  peer.RequestClose();
  Step();
  peer.ReadAnswers();
  EXPECT_EQ(peer.unanswered(), 0U);
  peer.Close();
  Step();
  EXPECT_EQ(input_->connections(), 0U);
  EXPECT_THAT(state_.bookmarks, IsEmpty());
}

TEST_F(RelpInputTest, ACrashBetweenTheCommitAndTheAnswers) {
  RelpPeer peer;
  peer.Connect(port_);
  peer.Send("one");
  Step();
  peer.Send("two");
  disk_ = Disk::kSavesAndDies;
  Settle();
  disk_ = Disk::kWorks;
  peer.ReadAnswers();
  ASSERT_EQ(peer.unanswered(), 2U);
  Crash();
  EXPECT_THAT(state_.counted, ElementsAre("one", "two"));
  peer.Connect(port_);
  peer.Send("three");
  Settle();
  peer.ReadAnswers();
  EXPECT_EQ(peer.unanswered(), 0U);
  EXPECT_THAT(state_.counted, ElementsAre("one", "two", "three"));
}

TEST_F(RelpInputTest, ACrashBeforeTheCommit) {
  RelpPeer peer;
  peer.Connect(port_);
  peer.Send("one");
  Step();
  Crash();
  EXPECT_THAT(state_.counted, IsEmpty());
  peer.Connect(port_);
  Settle();
  peer.ReadAnswers();
  EXPECT_EQ(peer.unanswered(), 0U);
  EXPECT_THAT(state_.counted, ElementsAre("one"));
}

TEST_F(RelpInputTest, AnswersThatDoNotArrive) {
  RelpPeer peer;
  peer.Connect(port_);
  peer.Send("one");
  peer.Send("two");
  Settle();
  peer.Cut();  // without having read
  peer.Connect(port_);
  Settle();
  peer.ReadAnswers();
  EXPECT_EQ(peer.unanswered(), 0U);
  peer.Send("two");  // that was said twice, it seems; but this one is new
  peer.Send("three");
  Settle();
  // What equals the end of what was counted is not told from it.
  EXPECT_THAT(state_.counted, ElementsAre("one", "two", "three"));
}

TEST_F(RelpInputTest, ASenderThatIsConnectedTwiceHasGivenTheFirstConnectionUp) {
  RelpPeer gone;
  gone.Connect(port_);
  gone.Send("one");
  Settle();
  RelpPeer back;
  back.Connect(port_);
  back.Send("one");
  back.Send("two");
  Settle();
  EXPECT_THAT(state_.counted, ElementsAre("one", "two"));
  EXPECT_TRUE(gone.IsClosed());
  Settle();
  EXPECT_EQ(input_->connections(), 1U);
}

TEST_F(RelpInputTest, TwoSendersOfOneHostDoNotForgetEachOthersMessages) {
  RelpPeer a;
  RelpPeer b;
  a.Connect(port_);
  b.Connect(port_);
  a.Send("a1");
  b.Send("b1");
  a.Send("a2");
  b.Send("b2");
  Settle();
  a.Cut();
  b.Cut();
  Settle();
  Crash();
  b.Connect(port_);
  a.Connect(port_);
  b.Send("b3");
  a.Send("a3");
  Settle();
  EXPECT_THAT(Sorted(state_.counted), ElementsAre("a1", "a2", "a3", "b1", "b2", "b3"));
}

TEST_F(RelpInputTest, NothingIsReadOrAnsweredWhileTheDiskIsFull) {
  RelpPeer peer;
  peer.Connect(port_);
  peer.Send("one");
  disk_ = Disk::kFull;
  Settle();
  EXPECT_FALSE(healthy_);
  peer.Send("two");
  Settle();
  peer.ReadAnswers();
  EXPECT_EQ(peer.unanswered(), 2U);
  EXPECT_THAT(state_.counted, ElementsAre("one"));
  // It gives up, and tries again: what it has sent before is not read.
  peer.Close();
  peer.Connect(port_);
  Settle();
  disk_ = Disk::kWorks;
  Settle();
  EXPECT_TRUE(healthy_);
  peer.ReadAnswers();
  EXPECT_EQ(peer.unanswered(), 0U);
  EXPECT_THAT(saved_.counted, ElementsAre("one", "two"));
}

TEST_F(RelpInputTest, OverlongMessagesAreMalformedAndAnswered) {
  RelpPeer peer;
  peer.Connect(port_);
  const std::string overlong(kMaxMessageBytes + 1, 'x');
  peer.Send(overlong);
  peer.Send("one");
  Settle();
  peer.ReadAnswers();
  EXPECT_EQ(peer.unanswered(), 0U);
  EXPECT_EQ(state_.malformed, 1U);
  EXPECT_THAT(state_.counted, ElementsAre("one"));
}

// More is sent again than is held until all of it has come: it is known all the same.
TEST_F(RelpInputTest, WhatIsHeldIsLimited) {
  RelpPeer peer;
  peer.Connect(port_);
  const std::string large(kMaxMessageBytes - 10, 'x');
  constexpr std::size_t kMany = 2 * RelpInput::kMostHeldBytes / kMaxMessageBytes;
  for (std::size_t i = 0; i < kMany; ++i) {
    peer.Send(std::to_string(i) + large);
    Step();
  }
  Settle();
  ASSERT_EQ(state_.counted.size(), kMany);
  peer.Cut();
  ASSERT_EQ(peer.unanswered(), kMany);
  std::atomic<bool> all{false};
  std::thread again([&] {
    peer.Connect(port_);
    all = true;
  });
  while (!all) Step();
  again.join();
  Settle();
  peer.ReadAnswers();
  EXPECT_EQ(peer.unanswered(), 0U);
  EXPECT_EQ(state_.counted.size(), kMany);
}

TEST_F(RelpInputTest, StrangersAreSentAway) {
  RelpPeer peer;
  peer.Connect(port_);
  peer.SendBytes("GET / HTTP/1.1\r\n\r\n");
  Settle();
  EXPECT_TRUE(peer.IsClosed());
  EXPECT_EQ(input_->connections(), 0U);
  EXPECT_THAT(state_.counted, IsEmpty());
}

TEST_F(RelpInputTest, ConnectionsHaveALimit) {
  std::vector<std::unique_ptr<RelpPeer>> peers;
  for (std::size_t i = 0; i < RelpInput::kMostConnections; ++i) {
    peers.push_back(std::make_unique<RelpPeer>());
    peers.back()->Connect(port_);
    Step();
  }
  ASSERT_EQ(input_->connections(), RelpInput::kMostConnections);
  RelpPeer refused;
  refused.Connect(port_);
  Step();
  EXPECT_TRUE(refused.IsClosed());
  clock_.Advance(seconds(61));
  RelpPeer taken;
  taken.Connect(port_);
  taken.Send("one");
  Settle();
  EXPECT_THAT(state_.counted, ElementsAre("one"));
  EXPECT_EQ(input_->connections(), RelpInput::kMostConnections);
}

// Three senders do anything at all, and everything happens to them and to the exporter.
TEST_F(RelpInputTest, WhateverHappensEachMessageCountsOnce) {
  for (unsigned seed = 0; seed < 150; ++seed) {
    SCOPED_TRACE(seed);
    input_.reset();
    saved_ = {};
    port_ = 0;
    disk_ = Disk::kWorks;
    Start();
    std::mt19937 random(seed);
    const auto below = [&](std::uint32_t limit) {
      return static_cast<std::uint32_t>(random() % limit);
    };
    std::array<RelpPeer, 3> peers{RelpPeer(1), RelpPeer(1), RelpPeer(2)};
    std::vector<std::string> sent;
    for (int step = 0; step < 120; ++step) {
      const std::uint32_t number = below(3);
      RelpPeer& peer = peers[number];
      const std::string message =
          "sender " + std::to_string(number) + " message " + std::to_string(step);
      switch (below(9)) {
        case 0:
        case 1:
        case 2:
          if (!peer.is_connected()) peer.Connect(port_);
          sent.push_back(message);
          peer.Send(message);
          break;
        case 3:
          if (!peer.is_connected()) break;
          sent.push_back(message);
          peer.SendHalf(message);
          peer.Cut();
          break;
        case 4:
          if (peer.is_connected()) peer.ReadAnswers();
          break;
        case 5:
          below(2) == 0 ? peer.Cut() : peer.Close();
          break;
        case 6:
          clock_.Advance(milliseconds(below(300)));
          break;
        case 7:
          disk_ = static_cast<Disk>(below(3));
          break;
        default:
          if (below(4) == 0) {
            Crash();
            for (RelpPeer& each : peers) each.Cut();
          }
          break;
      }
      if (below(2) == 0) Next();
    }
    disk_ = Disk::kWorks;
    for (RelpPeer& peer : peers) {
      peer.Cut();
      Settle();
      peer.Connect(port_);
      Settle();
      peer.ReadAnswers();
      EXPECT_EQ(peer.unanswered(), 0U);
    }
    ASSERT_EQ(Sorted(saved_.counted), Sorted(sent));
  }
}

}  // namespace
}  // namespace maillog::test
