#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "exporter/os/file_system.h"

namespace maillog::test {
namespace {

using Kinds = std::map<std::string, std::optional<FileKind>>;

Kinds KindsOf(const absl::StatusOr<std::vector<DirectoryEntry>>& entries) {
  Kinds kinds;
  for (const DirectoryEntry& entry : entries.value()) kinds[entry.name] = entry.kind;
  return kinds;
}

TEST(ListKindsTest, SaysWhatStatWouldSay) {
  std::string name = std::filesystem::temp_directory_path() / "maillog_test_XXXXXX";
  ASSERT_NE(::mkdtemp(name.data()), nullptr);
  const std::filesystem::path directory = name;
  std::ofstream(directory / "file") << "x";
  std::filesystem::create_directory(directory / "folder");
  std::filesystem::create_symlink("file", directory / "to_file");
  std::filesystem::create_directory_symlink("folder", directory / "to_folder");
  std::filesystem::create_symlink("nothing", directory / "to_nothing");
  ASSERT_EQ(::mkfifo((directory / "fifo").c_str(), 0600), 0);
  FileSystem& files = PosixFileSystem();
  const Kinds want{{"fifo", FileKind::kStream},         {"file", FileKind::kRegular},
                   {"folder", FileKind::kDirectory},    {"to_file", FileKind::kRegular},
                   {"to_folder", FileKind::kDirectory}, {"to_nothing", std::nullopt}};
  EXPECT_EQ(KindsOf(files.ListKinds(directory)), want);
  EXPECT_EQ(KindsOf(files.FileSystem::ListKinds(directory)), want) << "as any file system does";
  std::filesystem::remove_all(directory);
  EXPECT_TRUE(IsMissing(files.ListKinds(directory).status()));
}

}  // namespace
}  // namespace maillog::test
