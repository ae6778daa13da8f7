// A FIFO is followed from writer to writer.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "exporter/input/open.h"
#include "tests/support/following.h"

namespace maillog::test {
namespace {

using ::testing::ElementsAre;

class FifoTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = ::testing::TempDir() + "maillog-fifo-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    directory_ = name;
    path_ = directory_ / "log";
    ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
    absl::StatusOr<std::unique_ptr<Input>> input =
        OpenInput(path_, StartAt::kEnd, std::nullopt, around_);
    ASSERT_TRUE(input.ok()) << input.status();
    input_ = *std::move(input);
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  /// Reads what is there; returns how it ended.
  Progress Drain() {
    for (;;) {
      const absl::StatusOr<Block> block = input_->Next();
      EXPECT_TRUE(block.ok()) << block.status();
      if (!block.ok()) return Progress::kOver;
      std::string_view rest = block->messages;
      while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        messages_.emplace_back(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
      }
      if (block->progress != Progress::kMore) return block->progress;
    }
  }

  FakeClock clock_;
  SteppedWaker waker_;
  const Surroundings around_{
      .files = PosixFileSystem(), .waker = waker_, .clock = clock_, .claims = {}};
  std::filesystem::path directory_;
  std::string path_;
  std::unique_ptr<Input> input_;
  std::vector<std::string> messages_;
};

class Writer {
 public:
  explicit Writer(const std::string& path)
      : descriptor_(::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC)) {
    EXPECT_GE(descriptor_, 0) << "nobody reads";
  }
  ~Writer() { ::close(descriptor_); }
  void Write(std::string_view text) const {
    EXPECT_EQ(::write(descriptor_, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }

 private:
  const int descriptor_;
};

TEST_F(FifoTest, IsReadFromWriterToWriter) {
  EXPECT_EQ(Drain(), Progress::kAtEnd);
  for (int i = 0; i < 3; ++i) {
    {
      const Writer writer(path_);
      writer.Write("one\ntw");
      EXPECT_EQ(Drain(), Progress::kAtEnd);
      writer.Write("o\nlast");
    }
    EXPECT_EQ(Drain(), Progress::kAtEnd);
    EXPECT_THAT(messages_, ElementsAre("one", "two", "last"));
    messages_.clear();
    EXPECT_LE(input_->deadline(), clock_.Now() + std::chrono::seconds(1));
    clock_.Advance(std::chrono::seconds(1));
  }
}

TEST_F(FifoTest, AnotherOneThatHasItsNameIsReadAfterIt) {
  const Writer old(path_);
  old.Write("one\n");
  ASSERT_EQ(::unlink(path_.c_str()), 0);
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  EXPECT_LE(input_->deadline(), clock_.Now() + std::chrono::seconds(10));
  clock_.Advance(std::chrono::seconds(10));
  EXPECT_EQ(Drain(), Progress::kAtEnd);
  const Writer writer(path_);
  writer.Write("two\n");
  clock_.Advance(std::chrono::seconds(1));
  Drain();
  EXPECT_THAT(messages_, ElementsAre("one", "two"));
}

TEST_F(FifoTest, OneWhoseNameIsGoneIsReadAndSaysSo) {
  const Writer writer(path_);
  ASSERT_EQ(::unlink(path_.c_str()), 0);
  clock_.Advance(std::chrono::seconds(10));
  EXPECT_TRUE(absl::IsNotFound(input_->Next().status()));
  writer.Write("one\n");
  const absl::StatusOr<Block> block = input_->Next();
  ASSERT_TRUE(block.ok()) << block.status();
  EXPECT_EQ(block->messages, "one\n");
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  clock_.Advance(std::chrono::seconds(10));
  EXPECT_EQ(Drain(), Progress::kAtEnd);
}

TEST_F(FifoTest, OneThatIsThereAgainIsUpAtOnce) {
  {
    const Writer writer(path_);
    ASSERT_EQ(::unlink(path_.c_str()), 0);
    clock_.Advance(std::chrono::seconds(10));
    EXPECT_TRUE(absl::IsNotFound(input_->Next().status()));
  }
  EXPECT_TRUE(absl::IsNotFound(input_->Next().status())) << "nobody writes to it any more";
  ASSERT_EQ(::mkfifo(path_.c_str(), 0600), 0);
  EXPECT_EQ(Drain(), Progress::kAtEnd);
  clock_.Advance(std::chrono::seconds(1));
  EXPECT_EQ(Drain(), Progress::kAtEnd);
}

TEST_F(FifoTest, AWriterThatComesAtOnceLosesNothing) {
  {
    const Writer writer(path_);
    writer.Write("one\n");
  }
  Drain();
  const Writer writer(path_);
  writer.Write("two\n");
  clock_.Advance(std::chrono::seconds(1));
  Drain();
  EXPECT_THAT(messages_, ElementsAre("one", "two"));
}

}  // namespace
}  // namespace maillog::test
