#include "exporter/os/permission.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "exporter/os/file_system.h"

namespace maillog {
namespace {

/// A file in a separate folder.
class PermissionTest : public testing::Test {
 protected:
  PermissionTest() {
    std::string name = testing::TempDir() + "permissionXXXXXX";
    folder_ = ::mkdtemp(name.data());
    path_ = folder_ + "/mail.log";
    std::ofstream(path_) << "x\n";
  }
  ~PermissionTest() override { std::filesystem::remove_all(folder_); }

  void Set(mode_t mode, gid_t group) const {
    ASSERT_EQ(::chown(path_.c_str(), static_cast<uid_t>(-1), group), 0);
    ASSERT_EQ(::chmod(path_.c_str(), mode), 0);
  }

  std::string folder_;
  std::string path_;
};

TEST_F(PermissionTest, TheGroupThatMayReadIsNamed) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root gives files to other groups";
  Set(0640, 1);
  EXPECT_EQ(WhoMayRead(path_), "it may be read by the group daemon");
  Set(0640, 54321);
  EXPECT_EQ(WhoMayRead(path_), "it may be read by the group 54321");
}

TEST_F(PermissionTest, WhereNoGroupMayItIsRoot) {
  Set(0600, ::getegid());
  EXPECT_EQ(WhoMayRead(path_), "it may be read by root only");
}

TEST_F(PermissionTest, WhatModesDoNotForbidIsNotExplainedByThem) {
  Set(0644, ::getegid());
  EXPECT_EQ(WhoMayRead(path_), "");
  Set(0640, ::getegid());
  EXPECT_EQ(WhoMayRead(path_), "");
  EXPECT_EQ(WhoMayRead(path_ + ".missing"), "");
}

TEST_F(PermissionTest, AnErrorKeepsItsNumberAndGetsTheHint) {
  Set(0600, ::getegid());
  const absl::Status error = OpenError(EACCES, path_);
  EXPECT_EQ(ErrnoOf(error), EACCES);
  EXPECT_EQ(error.message(), path_ + ": Permission denied (it may be read by root only)");
  EXPECT_EQ(OpenError(ENOENT, path_).message(), path_ + ": No such file or directory");
}

TEST_F(PermissionTest, ADirectoryThatDoesNotExistYetIsJudgedByWhereItWillBe) {
  EXPECT_EQ(WhyNotWrite(folder_), "");
  EXPECT_EQ(WhyNotWrite(folder_ + "/a/b"), "");
  EXPECT_FALSE(std::filesystem::exists(folder_ + "/a"));
  EXPECT_EQ(WhyNotWrite(path_ + "/a"), "Not a directory");
  EXPECT_EQ(WhyNotWrite(path_), "Not a directory");
}

}  // namespace
}  // namespace maillog
