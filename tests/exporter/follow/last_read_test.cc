// What has been written to a source that a later run cannot read is read before the end.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <string>

#include "exporter/follow/sources.h"
#include "metrics/catalog/exporter.h"
#include "tests/support/eventually.h"
#include "tests/support/following.h"

namespace maillog::test {
namespace {

class LastReadTest : public ::testing::Test {
 protected:
  LastReadTest() : ledger(std::make_unique<MemoryStateStore>()) {
    std::string name = std::filesystem::temp_directory_path() / "maillog_test_XXXXXX";
    if (::mkdtemp(name.data()) != nullptr) directory = name;
  }
  ~LastReadTest() override { std::filesystem::remove_all(directory); }

  [[nodiscard]] std::uint64_t Records() {
    return (*ledger.Commit())->CounterValue(kRecords.name, {"s", "counted"});
  }
  std::filesystem::path directory;
  Ledger ledger;
};

// Again and again: a worker may be quicker than the end.
constexpr int kTimes = 20;
constexpr int kLines = 100;

TEST_F(LastReadTest, OfAFifo) {
  const std::string path = directory / "fifo";
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  const std::string lines = NumberedLines(1, kLines);
  for (int i = 0; i < kTimes; ++i) {
    Sources sources({{.paths = {path}, .name = "s"}}, ledger);
    sources.Start();
    int writer = -1;
    ASSERT_TRUE(Eventually([&] {
      writer = ::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
      return writer >= 0;
    }));
    ASSERT_EQ(::write(writer, lines.data(), lines.size()), static_cast<ssize_t>(lines.size()));
    ASSERT_EQ(::write(writer, lines.data(), lines.size()), static_cast<ssize_t>(lines.size()));
    sources.Stop();
    ::close(writer);
  }
  EXPECT_EQ(Records(), static_cast<std::uint64_t>(2 * kTimes * kLines));
}

TEST_F(LastReadTest, OfAUnixSocket) {
  const std::string path = directory / "socket";
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  const std::string line = NumberedLine(1);
  for (int i = 0; i < kTimes; ++i) {
    Sources sources({{.paths = {"syslog+unix://" + path}, .name = "s"}}, ledger);
    sources.Start();
    const int sender = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    ASSERT_TRUE(Eventually([&] {
      return ::connect(sender, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    }));
    for (int j = 0; j < 5; ++j) {
      ASSERT_EQ(::send(sender, line.data(), line.size(), 0), static_cast<ssize_t>(line.size()));
    }
    sources.Stop();
    ::close(sender);
  }
  EXPECT_EQ(Records(), static_cast<std::uint64_t>(5 * kTimes));
}

}  // namespace
}  // namespace maillog::test
