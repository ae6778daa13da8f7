#include "exporter/input/unpack_ahead.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "exporter/os/processors.h"
#include "tests/support/fake_file_system.h"
#include "tests/support/pack.h"

namespace maillog::test {
namespace {

using ::testing::HasSubstr;

/// Text that does not pack to nothing.
std::string Numbers(std::size_t size, unsigned first) {
  std::string text;
  for (unsigned i = first; text.size() < size; i += 7) text += std::to_string(i * i) + "\n";
  return text;
}

class UnpackAheadTest : public ::testing::TestWithParam<UnpackAhead::By> {
 protected:
  /// All that comes out, with the name of what happens between.
  std::string ReadAll(const std::string& packed, std::size_t room) {
    const std::unique_ptr<File> file = Open(packed);
    UnpackAhead ahead(*file, "/log/x", GetParam());
    std::string all;
    for (;;) {
      const absl::StatusOr<bool> member = ahead.NextMember();
      if (!member.ok()) return all + std::string(member.status().message());
      if (!*member) return all + "over";
      all += "member:";
      std::string into(room, '\0');
      for (;;) {
        const absl::StatusOr<std::size_t> read = ahead.Read(into);
        if (!read.ok()) return all + std::string(read.status().message());
        if (*read == 0) break;
        all.append(into, 0, *read);
      }
    }
  }

  std::unique_ptr<File> Open(const std::string& packed) {
    files_.Append("/log/" + std::to_string(++files_made_), packed);
    return *files_.Open("/log/" + std::to_string(files_made_));
  }

  FakeFileSystem files_;
  int files_made_ = 0;
};

TEST_P(UnpackAheadTest, GivesEveryMemberInItsOrder) {
  const std::string large = Numbers(2 * UnpackAhead::kChunks * UnpackAhead::kChunkBytes, 1);
  const std::string small = Numbers(100, 5);
  const std::string packed = Pack({{"a", large}, {"empty", ""}, {"b", small}, {"c", large}},
                                  Container::kTar, Packing::kGzip);
  for (const std::size_t room : {1000U, 262'144U, 10'000'000U}) {
    EXPECT_TRUE(ReadAll(packed, room) ==
                "member:" + large + "member:member:" + small + "member:" + large + "over")
        << room;
  }
}

TEST_P(UnpackAheadTest, AMemberNeedNotBeRead) {
  const std::string large = Numbers(2 * UnpackAhead::kChunks * UnpackAhead::kChunkBytes, 1);
  const std::unique_ptr<File> file =
      Open(Pack({{"a", large}, {"b", "text"}}, Container::kTar, Packing::kGzip));
  UnpackAhead ahead(*file, "/log/x", GetParam());
  ASSERT_TRUE(*ahead.NextMember());
  std::string into(10, '\0');
  EXPECT_EQ(*ahead.Read(into), 10U);
  ASSERT_TRUE(*ahead.NextMember());
  EXPECT_EQ(*ahead.Read(into), 4U);
  EXPECT_EQ(into.substr(0, 4), "text");
  EXPECT_FALSE(*ahead.NextMember());
}

TEST_P(UnpackAheadTest, AFaultComesWhereItIs) {
  const std::string large = Numbers(2 * UnpackAhead::kChunks * UnpackAhead::kChunkBytes, 1);
  const std::string packed = Pack(large, Packing::kGzip);
  const std::unique_ptr<File> file = Open(packed.substr(0, packed.size() / 2));
  UnpackAhead ahead(*file, "/log/x", GetParam());
  ASSERT_TRUE(*ahead.NextMember());
  std::string into(100'000, '\0');
  std::string all;
  absl::StatusOr<std::size_t> read = 0;
  while ((read = ahead.Read(into)).ok() && *read > 0) all.append(into, 0, *read);
  EXPECT_THAT(std::string(read.status().message()), HasSubstr("/log/x: damaged"));
  EXPECT_TRUE(large.starts_with(all));
  EXPECT_GT(all.size(), large.size() / 4);
}

TEST_P(UnpackAheadTest, ItMayEndAnywhere) {
  const std::string large = Numbers(2 * UnpackAhead::kChunks * UnpackAhead::kChunkBytes, 1);
  const std::string packed = Pack(large, Packing::kGzip);
  for (int reads = -1; reads < 8; ++reads) {
    const std::unique_ptr<File> file = Open(packed);
    UnpackAhead ahead(*file, "/log/x", GetParam());
    if (reads >= 0) {
      ASSERT_TRUE(*ahead.NextMember());
    }
    std::string into(200'000, '\0');
    for (int i = 0; i < reads; ++i) {
      const absl::StatusOr<std::size_t> read = ahead.Read(into);
      ASSERT_TRUE(read.ok());
      EXPECT_TRUE(large.compare(static_cast<std::size_t>(i) * into.size(), *read, into, 0, *read) ==
                  0);
    }
  }
}

// With a buffer of any size, whatever is held when the next bytes come: unfinished lines, long ones
// and over-long ones, a container's fragments.
TEST_P(UnpackAheadTest, ABufferGetsAllBytesInTheirOrder) {
  std::string text = Numbers(UnpackAhead::kChunkBytes, 1);
  for (const std::size_t size : {60'000U, 70'000U, 200'000U, 1000U})
    text += std::string(size, 'x') + "\n" + Numbers(UnpackAhead::kChunkBytes / 2, 3);
  for (int i = 0; i < 3000; ++i)
    text += "2026-11-21T10:00:00Z stdout " + std::string(i % 1000 == 999 ? "F" : "P") + " part\n";
  text += Numbers(UnpackAhead::kChunkBytes, 7) + "unfinished";
  const std::string packed = Pack(text, Packing::kGzip);
  for (const std::size_t capacity : {UnpackAhead::kBufferBytes, std::size_t{100'000}}) {
    const std::unique_ptr<File> file = Open(packed);
    UnpackAhead ahead(*file, "/log/x", GetParam());
    ASSERT_TRUE(*ahead.NextMember());
    BlockBuffer buffer(capacity);
    std::string all;
    absl::StatusOr<std::size_t> read = ahead.ReadInto(buffer);
    for (; read.ok() && *read > 0;) {
      const BlockBuffer::Taken taken = buffer.Take(Tail::kKeep);
      // What was taken is still there when more has been read.
      const bool reads_on = !taken.passed.empty();
      if (reads_on) read = ahead.ReadInto(buffer);
      all += taken.passed;
      if (!reads_on) read = ahead.ReadInto(buffer);
    }
    ASSERT_TRUE(read.ok());
    for (std::string_view passed; !(passed = buffer.Take(Tail::kDeliver).passed).empty();)
      all += passed;
    EXPECT_TRUE(all == text) << capacity << ": " << all.size() << " of " << text.size();
  }
}

/// Waits until there is a spare processor, and takes it.
bool TakeInTime(SpareProcessors& spare) {
  for (const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
       std::chrono::steady_clock::now() < end; std::this_thread::yield()) {
    if (spare.Take()) return true;
  }
  return false;
}

TEST(UnpackAheadProcessorTest, OthersHaveItWhileNothingIsToBeUnpacked) {
  const std::string large = Numbers(4 * UnpackAhead::kChunks * UnpackAhead::kChunkBytes, 1);
  FakeFileSystem files;
  files.Append("/log/x.gz", Pack(large, Packing::kGzip));
  const std::unique_ptr<File> file = *files.Open("/log/x.gz");
  SpareProcessors spare(1);
  ASSERT_TRUE(spare.Take());
  std::optional<UnpackAhead> ahead(std::in_place, *file, "/log/x.gz", UnpackAhead::By::kThread,
                                   &spare);
  ASSERT_TRUE(TakeInTime(spare)) << "it is three chunks ahead, and waits";
  ASSERT_TRUE(*ahead->NextMember());
  std::string into(large.size(), '\0');
  EXPECT_EQ(*ahead->Read(into), large.size()) << "it unpacks on without one";
  EXPECT_TRUE(into == large);
  spare.Give();
  ahead.reset();
  EXPECT_TRUE(spare.Take()) << "in the end as well";
  EXPECT_FALSE(spare.Take()) << "once";
}

INSTANTIATE_TEST_SUITE_P(By, UnpackAheadTest,
                         ::testing::Values(UnpackAhead::By::kCaller, UnpackAhead::By::kThread));

}  // namespace
}  // namespace maillog::test
