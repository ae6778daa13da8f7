#include "exporter/os/sandbox.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>

namespace maillog {
namespace {

bool Has(const std::vector<std::string>& in_force, std::string_view what) {
  return std::find(in_force.begin(), in_force.end(), what) != in_force.end();
}

class SandboxTest : public testing::Test {
 protected:
  SandboxTest() {
    std::string path = testing::TempDir() + "sandboxXXXXXX";
    folder_ = ::mkdtemp(path.data());
    std::filesystem::create_directory(folder_ + "/state");
    std::filesystem::create_directory(folder_ + "/run");
  }
  ~SandboxTest() override { std::filesystem::remove_all(folder_); }

  /// The errno with which `attempt` fails inside; 0 if it succeeds, -1 where the kernel lacks
  /// `layer`.
  int Within(std::string_view layer, const std::function<bool()>& attempt,
             const std::vector<std::uint16_t>& connected_ports = {}) {
    constexpr int kLacking = 255;
    const pid_t child = ::fork();
    if (child == 0) {
      const auto in_force = EnterSandbox({.written = {folder_ + "/state"},
                                          .sockets = {folder_ + "/run"},
                                          .connected_ports = connected_ports});
      if (!Has(in_force, layer)) ::_exit(kLacking);
      errno = 0;
      ::_exit(attempt() ? 0 : errno);
    }
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status));
    return WEXITSTATUS(status) == kLacking ? -1 : WEXITSTATUS(status);
  }

  std::string folder_;
};

bool Writes(const std::string& path) {
  return ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600) >= 0;
}

bool Binds(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::copy(path.begin(), path.end(), address.sun_path);
  const int socket = ::socket(AF_UNIX, SOCK_DGRAM, 0);
  return ::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

bool Connects() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(1);
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  return ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

bool StartsAProgram() {
  char name[] = "/bin/true";
  char* const arguments[]{name, nullptr};
  ::execve(name, arguments, nullptr);
  return false;
}

TEST_F(SandboxTest, WritesWhereItMustAndNowhereElse) {
  if (Within("landlock", [] { return true; }) == -1) GTEST_SKIP() << "no Landlock here";
  const std::string old = folder_ + "/old";
  ASSERT_TRUE(Writes(old));
  EXPECT_EQ(Within("landlock", [&] { return Writes(folder_ + "/state/a"); }), 0);
  EXPECT_EQ(Within("landlock", [&] { return ::unlink((folder_ + "/state/a").c_str()) == 0; }), 0);
  EXPECT_EQ(Within("landlock", [&] { return Writes(folder_ + "/new"); }), EACCES);
  EXPECT_EQ(Within("landlock", [&] { return Writes(old); }), EACCES);
  EXPECT_EQ(Within("landlock", [&] { return ::unlink(old.c_str()) == 0; }), EACCES);
  EXPECT_EQ(Within("landlock", [&] { return ::mkdir((folder_ + "/state/d").c_str(), 0700) == 0; }),
            EACCES);
  EXPECT_EQ(Within("landlock", [&] { return Binds(folder_ + "/run/socket"); }), 0);
  EXPECT_EQ(Within("landlock", [&] { return Binds(folder_ + "/socket"); }), EACCES);
  EXPECT_EQ(Within("landlock", [&] { return ::open(old.c_str(), O_RDONLY | O_CLOEXEC) >= 0; }), 0);
}

TEST_F(SandboxTest, ConnectsToNobody) {
  const int error = Within("landlock", &Connects);
  if (error == -1) GTEST_SKIP() << "no Landlock here";
  if (error == ECONNREFUSED) GTEST_SKIP() << "Landlock is older than 6.7";
  EXPECT_EQ(error, EACCES);
}

TEST_F(SandboxTest, ConnectsToThePortsThatItMust) {
  if (Within("landlock", [] { return true; }) == -1) GTEST_SKIP() << "no Landlock here";
  EXPECT_EQ(Within("landlock", &Connects, {2, 1}), ECONNREFUSED);  // nobody listens there
}

TEST_F(SandboxTest, StartsNoProgram) {
  for (const std::string_view layer : {"landlock", "seccomp"}) {
    const int error = Within(layer, &StartsAProgram);
    if (error == -1) continue;
    EXPECT_TRUE(error == EPERM || error == EACCES) << layer << " " << error;
  }
}

TEST_F(SandboxTest, WhatTakesMachinesOverIsRefused) {
  if (Within("seccomp", [] { return true; }) == -1) GTEST_SKIP() << "no seccomp here";
  EXPECT_EQ(Within("seccomp", [] { return ::syscall(SYS_unshare, 0) == 0; }), EPERM);
  EXPECT_EQ(Within("seccomp", [] { return ::setuid(::getuid()) == 0; }), EPERM);
  EXPECT_EQ(Within("seccomp", [] { return ::syscall(SYS_getpid) > 0; }), 0);
}

TEST_F(SandboxTest, IsForGood) {
  EXPECT_EQ(Within("no_new_privs", [] { return !EnterSandbox({}).empty(); }), 0);
}

}  // namespace
}  // namespace maillog
