#include "exporter/os/sync_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace maillog {
namespace {

TEST(SyncDirectory, BringsADirectoryToTheDisk) {
  EXPECT_TRUE(SyncDirectory(testing::TempDir()).ok());
}

// As some network file systems.
TEST(SyncDirectory, IsContentWithAFileSystemThatCannot) {
  EXPECT_TRUE(SyncDirectory("/proc").ok());
}

TEST(SyncDirectory, NamesWhatItCannotOpen) {
  const absl::Status missing = SyncDirectory("/proc/no-such-directory");
  EXPECT_THAT(std::string(missing.message()), testing::HasSubstr("/proc/no-such-directory"));
}

}  // namespace
}  // namespace maillog
