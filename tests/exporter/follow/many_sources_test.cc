// Many sources at once: how few threads they need, and that none waits for another.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <functional>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "exporter/follow/source_options.h"
#include "exporter/follow/sources.h"
#include "metrics/catalog/exporter.h"
#include "tests/support/following.h"

namespace maillog::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// The machine's files, of which one hangs, as on a network file system whose server has gone.
class HangingFiles final : public FileSystem {
 public:
  explicit HangingFiles(std::string path) : path_(std::move(path)) {}

  absl::StatusOr<std::unique_ptr<File>> Open(const std::string& path) override {
    MayHang(path);
    return files_.Open(path);
  }
  absl::StatusOr<std::unique_ptr<File>> OpenStandardInput() override {
    return files_.OpenStandardInput();
  }
  absl::StatusOr<FileStat> Stat(const std::string& path) override {
    MayHang(path);
    return files_.Stat(path);
  }
  absl::StatusOr<std::vector<std::string>> List(const std::string& path) override {
    return files_.List(path);
  }
  absl::StatusOr<std::string> Resolve(const std::string& path) override {
    return files_.Resolve(path);
  }
  bool IsRemote(const std::string& path) override { return files_.IsRemote(path); }

  [[nodiscard]] bool hangs() {
    const std::lock_guard lock(mutex_);
    return waiting_ > 0;
  }
  void GoOn() {
    const std::lock_guard lock(mutex_);
    goes_on_ = true;
    changed_.notify_all();
  }

 private:
  void MayHang(const std::string& path) {
    std::unique_lock lock(mutex_);
    if (path != path_) return;
    ++waiting_;
    changed_.wait(lock, [this] { return goes_on_; });
    --waiting_;
  }

  FileSystem& files_ = PosixFileSystem();
  const std::string path_;
  std::mutex mutex_;  // guards all below
  std::condition_variable changed_;
  int waiting_ = 0;
  bool goes_on_ = false;
};

class ManySourcesTest : public ::testing::Test {
 protected:
  static constexpr int kSources = 30;  // each has an inotify instance, of which a user has 128

  ManySourcesTest() : ledger_(std::make_unique<MemoryStateStore>()) {
    std::string name = std::filesystem::temp_directory_path() / "maillog_test_XXXXXX";
    if (::mkdtemp(name.data()) != nullptr) directory_ = name;
    ledger_.Start();
    for (int i = 0; i < kSources; ++i) {
      SourceOptions source;
      source.paths = {Path(i)};
      source.start = StartAt::kBeginning;
      options_.push_back(std::move(source));
      Append(i, 1);
    }
    others_ = Threads();
  }
  ~ManySourcesTest() override { std::filesystem::remove_all(directory_); }

  void Append(int source, int line) const {
    std::ofstream(Path(source), std::ios::app) << NumberedLine(line);
  }
  [[nodiscard]] std::string Path(int source) const { return directory_ / std::to_string(source); }
  [[nodiscard]] std::uint64_t Records() {
    const auto samples = *ledger_.Commit();
    std::uint64_t records = 0;
    for (int i = 0; i < kSources; ++i) {
      records += samples->CounterValue(kRecords.name, {Path(i), "counted"});
    }
    return records;
  }
  [[nodiscard]] static std::set<std::filesystem::path> Threads() {
    const std::filesystem::directory_iterator threads("/proc/self/task");
    return {std::filesystem::begin(threads), std::filesystem::end(threads)};
  }
  // Threads that were not there when this test began; those of earlier tests may be about to end.
  [[nodiscard]] std::ptrdiff_t NewThreads() const {
    const std::set<std::filesystem::path> threads = Threads();
    return std::count_if(threads.begin(), threads.end(),
                         [&](const auto& thread) { return !others_.contains(thread); });
  }
  [[nodiscard]] static bool Becomes(const std::function<bool()>& is) {
    const auto deadline = std::chrono::steady_clock::now() + seconds(20);
    while (!is()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::yield();
    }
    return true;
  }

  std::filesystem::path directory_;
  std::vector<SourceOptions> options_;
  Ledger ledger_;
  std::set<std::filesystem::path> others_;
};

TEST_F(ManySourcesTest, AtRestNeedTwoThreads) {
  Sources sources(options_, ledger_);
  sources.Start();
  ASSERT_TRUE(Becomes([&] { return sources.UnreadyOnes().empty(); }));
  EXPECT_TRUE(Becomes([&] { return NewThreads() <= 2; }));
  for (int i = 0; i < kSources; ++i) Append(i, 2);
  EXPECT_TRUE(Becomes([&] { return Records() == 2 * kSources; }));
  EXPECT_TRUE(Becomes([&] { return NewThreads() <= 2; }));
}

TEST_F(ManySourcesTest, OneThatHangsHoldsUpNoOther) {
  HangingFiles files(Path(0));
  Sources sources(options_, ledger_, files);
  sources.Start();
  EXPECT_TRUE(Becomes([&] { return files.hangs() && Records() == kSources - 1; }));
  const std::vector<Sources::Unready> unready = sources.UnreadyOnes();
  EXPECT_EQ(unready.size(), 1U);
  EXPECT_EQ(unready.front().source, Path(0));
  for (int i = 1; i < kSources; ++i) Append(i, 2);
  EXPECT_TRUE(Becomes([&] { return Records() == 2 * (kSources - 1); }));
  files.GoOn();
  EXPECT_TRUE(Becomes([&] { return Records() == 2 * kSources - 1; }));
}

TEST_F(ManySourcesTest, OneThatHangsDoesNotHoldUpTheEnd) {
  HangingFiles files(Path(0));
  const auto begun = [&] {
    Sources sources(options_, ledger_, files);
    sources.Start();
    EXPECT_TRUE(Becomes([&] { return files.hangs(); }));
    const auto stop_begun = std::chrono::steady_clock::now();
    sources.Stop();
    return stop_begun;
  }();
  EXPECT_LT(std::chrono::steady_clock::now() - begun, milliseconds(1500));
  EXPECT_TRUE(Becomes([&] { return NewThreads() <= 1; })) << "only one is left behind";
  files.GoOn();
  EXPECT_TRUE(Becomes([&] { return NewThreads() == 0; }));
}

}  // namespace
}  // namespace maillog::test
