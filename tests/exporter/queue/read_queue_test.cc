#include "exporter/queue/read_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <thread>

#include "exporter/input/syslog/unix_socket.h"
#include "exporter/os/listen_address.h"
#include "exporter/queue/tally.h"
#include "tests/exporter/queue/answers.h"

namespace maillog::test {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

/// Answers one connection on its own socket.
class Answerer {
 public:
  using Answer = std::function<void(int connection)>;

  explicit Answerer(Answer answer) {
    std::string name = testing::TempDir() + "showqXXXXXX";
    folder_ = ::mkdtemp(name.data());
    path_ = folder_ + "/showq";
    listening_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_un address = UnixAddress(path_);
    EXPECT_EQ(::bind(listening_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(listening_, 1), 0);
    thread_ = std::thread([this, answer = std::move(answer)] {
      const int connection = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
      if (connection < 0) return;
      answer(connection);
      ::close(connection);
    });
  }
  ~Answerer() {
    ::shutdown(listening_, SHUT_RDWR);
    thread_.join();
    ::close(listening_);
    std::filesystem::remove_all(folder_);
  }
  Answerer(const Answerer&) = delete;
  Answerer& operator=(const Answerer&) = delete;

  [[nodiscard]] QueueAddress address() const { return {.path = path_, .tcp = {}}; }

 private:
  std::string folder_;
  std::string path_;
  int listening_ = -1;
  std::thread thread_;
};

bool Send(int connection, std::string_view bytes) {
  return ::send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
         static_cast<ssize_t>(bytes.size());
}

/// Waits until the other side has closed.
void WaitForEnd(int connection) {
  char byte = 0;
  while (::recv(connection, &byte, 1, 0) > 0) continue;
}

constexpr milliseconds kPatience{20'000};
constexpr milliseconds kShort{200};

QueueReading ReadFrom(Answerer::Answer answer, ListingSink& sink,
                      milliseconds timeout = kPatience) {
  const Answerer answerer(std::move(answer));
  const std::atomic<bool> stop{false};
  return ReadQueue(answerer.address(), timeout, stop, sink);
}

QueueReading ReadFrom(Answerer::Answer answer, milliseconds timeout = kPatience) {
  QueueTally tally(0, QueueTally::Keep::kFigures);
  return ReadFrom(std::move(answer), tally, timeout);
}

TEST(ReadQueueTest, TakesAWholeAnswer) {
  WrittenDown sink;
  const QueueReading reading = ReadFrom(
      [](int connection) {
        (void)Send(connection, Answer("postfix-3.7.showq"));
        WaitForEnd(connection);  // showq closes first; a client that does not is not waited for
      },
      sink);
  EXPECT_TRUE(reading.status.ok()) << reading.status;
  EXPECT_EQ(sink.lines.size(), 10);
}

TEST(ReadQueueTest, OneThatIsSilentIsGivenUp) {
  const QueueReading reading = ReadFrom(&WaitForEnd, kShort);
  EXPECT_EQ(reading.fault, QueueFault::kTimeout);
  EXPECT_THAT(std::string(reading.status.message()), HasSubstr("did not end in time"));
}

TEST(ReadQueueTest, OneThatDripsIsGivenUp) {
  const auto drip = [](int connection) {
    while (Send(connection, "x")) std::this_thread::yield();
  };
  const QueueReading reading = ReadFrom(drip, milliseconds(20));
  EXPECT_FALSE(reading.status.ok());
}

TEST(ReadQueueTest, AnAnswerWithoutEndIsGivenUpInTime) {
  const auto pour = [](int connection) {
    std::string message;
    for (const char* const text : {"queue_name", "active", "time", "1", "size", "1", ""}) {
      message += std::string(text) + '\0';
    }
    while (Send(connection, message)) continue;
  };
  const QueueReading reading = ReadFrom(pour, kShort);
  EXPECT_EQ(reading.fault, QueueFault::kTimeout);
}

TEST(ReadQueueTest, AFieldWithoutEndIsAFaultAtOnce) {
  const QueueReading reading = ReadFrom([](int connection) {
    while (Send(connection, std::string(4096, 'x'))) continue;
  });
  EXPECT_EQ(reading.fault, QueueFault::kAnswer);
  EXPECT_THAT(std::string(reading.status.message()), HasSubstr("of more than 65536 bytes"));
}

TEST(ReadQueueTest, OneThatClosesInTheMiddleIsAFault) {
  const QueueReading reading = ReadFrom([](int connection) {
    const std::string answer = Answer("postfix-3.7.showq");
    (void)Send(connection, std::string_view(answer).substr(0, answer.size() - 1));
  });
  EXPECT_EQ(reading.fault, QueueFault::kAnswer);
  EXPECT_THAT(std::string(reading.status.message()), HasSubstr("ends in the middle"));
}

TEST(ReadQueueTest, StopsWhenItIsToldTo) {
  std::atomic<bool> stop{false};
  const Answerer answerer([&](int connection) {
    stop = true;
    WaitForEnd(connection);
  });
  QueueTally tally(0, QueueTally::Keep::kFigures);
  EXPECT_FALSE(ReadQueue(answerer.address(), kPatience, stop, tally).status.ok());
}

TEST(ReadQueueTest, WhereNothingIsItSaysSo) {
  const std::atomic<bool> stop{false};
  QueueTally tally(0, QueueTally::Keep::kFigures);
  const auto sentence = [&](const QueueAddress& address) {
    const QueueReading reading = ReadQueue(address, kPatience, stop, tally);
    EXPECT_EQ(reading.fault, QueueFault::kConnect);
    return std::string(reading.status.message());
  };
  EXPECT_EQ(sentence({.path = "/nowhere/public/showq", .tcp = {}}),
            "there is no socket /nowhere/public/showq: Postfix does not run, or it has a "
            "different queue directory");
  const Listening port = Listen({.host = "127.0.0.1", .port = 0});
  ASSERT_EQ(port.sockets.size(), 1);
  ::close(port.sockets.front());
  const QueueAddress closed{.path = {}, .tcp = {.host = "127.0.0.1", .port = port.port}};
  EXPECT_THAT(sentence(closed), HasSubstr("nobody listens at 127.0.0.1:"));
  EXPECT_FALSE(WhyNotConnect(closed, kPatience).ok());
}

TEST(ReadQueueTest, ManyMessagesTakeNoMoreMemoryThanFew) {
  constexpr int kMessages = 60'000;  // tests/e2e/test_queue.py has a million
  const auto pour = [](int connection) {
    std::string some;
    for (int i = 0; i < kMessages; ++i) {
      const std::string number = std::to_string(i);
      for (const std::string& text :
           {std::string("queue_name"), std::string("deferred"), std::string("queue_id"), number,
            std::string("time"), number, std::string("size"), number, std::string("sender"),
            std::string("sender@example.com"), std::string("recipient"),
            "user" + number + "@" + number + ".example.com", std::string("reason"),
            "host mx.example.com[192.0.2.1] said: 450 4.7.1 Greylisted, try " + number,
            std::string()}) {
        some += text + '\0';
      }
      if (some.size() < 30'000) continue;
      if (!Send(connection, some)) return;
      some.clear();
    }
    (void)Send(connection, some + '\0');
    WaitForEnd(connection);
  };
  rusage before{};
  ::getrusage(RUSAGE_SELF, &before);
  QueueTally tally(2'000'000, QueueTally::Keep::kDomainsToo);
  const QueueReading reading = ReadFrom(pour, tally, milliseconds(200'000));
  rusage after{};
  ::getrusage(RUSAGE_SELF, &after);
  ASSERT_TRUE(reading.status.ok()) << reading.status;
  const QueueFigures& figures = tally.figures();
  EXPECT_EQ(figures.queues[LabelIndex(QueueName::kDeferred)].messages, kMessages);
  EXPECT_EQ(figures.deferred[LabelIndex(Reason::kGreylist)][LabelIndex(Receiver::kOther)],
            kMessages);
  constexpr long kMaxKilobytes = 32 * 1024;
  EXPECT_LT(after.ru_maxrss - before.ru_maxrss, kMaxKilobytes * MAILLOG_SLOWNESS);
}

}  // namespace
}  // namespace maillog::test
