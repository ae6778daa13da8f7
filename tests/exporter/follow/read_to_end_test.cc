// Reading to the end, where the next part is read while the last one is counted.
#include "exporter/follow/read_to_end.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "exporter/input/block_buffer.h"
#include "tests/support/following.h"

namespace maillog::test {
namespace {

constexpr char kLongLog[] = "/log/maillog";

struct Delivered {
  std::string text;
  std::size_t blocks = 0;
  std::size_t over = 0;
  absl::Status status;
};

/// `reads_on` says before which blocks' end the next is read.
template <class ReadsOn>
Delivered Deliver(FakeFileSystem& files, ReadsOn reads_on) {
  Delivered delivered;
  const BlockSink sink = [&](const std::string&, const Block& block) {
    if (block.progress == Progress::kOver) ++delivered.over;
    if (block.messages.empty()) return;
    if (block.meanwhile != nullptr && reads_on(delivered.blocks)) (*block.meanwhile)();
    delivered.text += block.messages;
    ++delivered.blocks;
  };
  delivered.status = ReadToEnd({kLongLog}, sink, files);
  return delivered;
}

std::string SomeBlocks(std::string_view end) {
  std::string text;
  for (int i = 0; text.size() < 5 * BlockBuffer::kBytes; ++i) text += NumberedLine(i);
  return text + std::string(end);
}

TEST(ReadToEndTest, IsTheSameWhereverTheNextPartIsRead) {
  for (const std::string_view end : {"", "unfinished"}) {
    const std::string text = SomeBlocks(end);
    FakeFileSystem files;
    files.Append(kLongLog, text);
    for (const std::size_t each : {1U, 2U, 3U, 100U}) {
      const Delivered read = Deliver(files, [each](std::size_t n) { return n % each == 0; });
      EXPECT_TRUE(read.status.ok()) << read.status;
      EXPECT_TRUE(read.text == text) << each;
      EXPECT_GT(read.blocks, 4U);
      EXPECT_EQ(read.over, 1U);
    }
  }
}

TEST(ReadToEndTest, SaysWhatTheNextBlockWillBe) {
  for (const std::string_view end : {"", "unfinished"}) {
    const std::string text = SomeBlocks(end);
    FakeFileSystem files;
    files.Append(kLongLog, text);
    std::string_view ahead;
    std::string delivered;
    std::size_t known = 0;
    const BlockSink sink = [&](const std::string&, const Block& block) {
      if (block.messages.empty()) return;
      if (!ahead.empty()) {
        EXPECT_EQ(block.messages.data(), ahead.data());
        EXPECT_EQ(block.messages.size(), ahead.size());
        ++known;
      }
      ahead = {};
      if (block.meanwhile != nullptr) (*block.meanwhile)();
      if (block.ahead != nullptr) ahead = (*block.ahead)();
      delivered += block.messages;
    };
    EXPECT_TRUE(ReadToEnd({kLongLog}, sink, files).ok());
    EXPECT_TRUE(ahead.empty());
    EXPECT_TRUE(delivered == text);
    EXPECT_GE(known, 4U);
  }
}

TEST(ReadToEndTest, WhatWasReadBeforeAnErrorIsDelivered) {
  const std::string text = SomeBlocks("");
  FakeFileSystem files;
  files.Append(kLongLog, text);
  std::string delivered;
  const BlockSink sink = [&](const std::string&, const Block& block) {
    files.FailHandles(EIO);
    if (block.meanwhile != nullptr) (*block.meanwhile)();
    delivered += block.messages;
  };
  EXPECT_FALSE(ReadToEnd({kLongLog}, sink, files).ok());
  EXPECT_FALSE(delivered.empty());
  EXPECT_TRUE(text.starts_with(delivered));
}

}  // namespace
}  // namespace maillog::test
