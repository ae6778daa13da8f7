#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "exporter/os/file_system.h"

namespace maillog::test {
namespace {

// Which file systems can tell what is cached differs; what they say is there is the file's.
TEST(PosixFile, WhatIsCachedIsWhatIsRead) {
  const std::string path = ::testing::TempDir() + "maillog-cached-" + std::to_string(::getpid());
  std::string text;
  for (int i = 0; i < 50'000; ++i) text += std::to_string(i) + "\n";
  std::ofstream(path) << text;
  const auto file = PosixFileSystem().Open(path);
  ASSERT_TRUE(file.ok());
  for (const std::size_t offset : {std::size_t{0}, std::size_t{77}, text.size() - 5, text.size()}) {
    std::string read(100'000, '\0');
    const std::size_t size = (*file)->ReadCached(offset, read);
    EXPECT_EQ(read.substr(0, size), text.substr(offset, size)) << offset;
    EXPECT_EQ(read.find_first_not_of('\0', size), std::string::npos);
  }
  (void)::unlink(path.c_str());
}

}  // namespace
}  // namespace maillog::test
