// Packed logs: read once to their end, and found again when a log was packed while nobody looked.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "exporter/follow/count_to_end.h"
#include "exporter/follow/read_to_end.h"
#include "exporter/input/file/unpacked_file.h"
#include "tests/support/following.h"
#include "tests/support/pack.h"

namespace maillog::test {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

/// What ReadToEnd delivers, in order.
struct ReadAll {
  std::string text;
  absl::Status status;
};

ReadAll ReadToEnd(const std::vector<std::string>& paths, FakeFileSystem& files) {
  ReadAll read;
  const BlockSink sink = [&](const std::string&, const Block& block) {
    read.text += block.messages;
  };
  read.status = maillog::ReadToEnd(paths, sink, files);
  return read;
}

struct Kind {
  std::string ending;
  Container container;
  Packing packing;
};

const std::vector<Kind> kKinds{
    {"gz", Container::kNone, Packing::kGzip},     {"xz", Container::kNone, Packing::kXz},
    {"zst", Container::kNone, Packing::kZstd},    {"bz2", Container::kNone, Packing::kBzip2},
    {"tar", Container::kTar, Packing::kNone},     {"tar.gz", Container::kTar, Packing::kGzip},
    {"tgz", Container::kTar, Packing::kGzip},     {"tar.xz", Container::kTar, Packing::kXz},
    {"tar.zst", Container::kTar, Packing::kZstd}, {"zip", Container::kZip, Packing::kNone}};

TEST(PackedTest, EveryKindIsReadToItsEnd) {
  const std::string text = NumberedLines(1, 5000);
  for (const Kind& kind : kKinds) {
    FakeFileSystem files;
    const std::string path = "/log/old." + kind.ending;
    files.Append(path, Pack({{"maillog", text}}, kind.container, kind.packing));
    const ReadAll read = ReadToEnd({path}, files);
    EXPECT_TRUE(read.status.ok()) << read.status;
    EXPECT_TRUE(read.text == text) << kind.ending;
  }
}

TEST(PackedTest, MembersAreReadInTheirOrderAndDoNotRunIntoEachOther) {
  for (const Container container : {Container::kTar, Container::kZip}) {
    FakeFileSystem files;
    files.Append("/log/all", Pack({{"b", NumberedMessage(2)},
                                   {"a", NumberedLines(1, 1)},
                                   {"empty", ""},
                                   {"c", NumberedLines(3, 3)}},
                                  container, Packing::kNone));
    const absl::StatusOr<Samples> samples = CountToEnd({"/log/all"}, files);
    ASSERT_TRUE(samples.ok()) << samples.status();
    EXPECT_EQ(samples->CounterValue(kRecords.name, {"/log/all", "counted"}), 3);
    EXPECT_EQ(ReadToEnd({"/log/all"}, files).text,
              NumberedMessage(2) + NumberedLines(1, 1) + NumberedLines(3, 3));
  }
}

TEST(PackedTest, PackedInPartsIsReadWhole) {
  FakeFileSystem files;
  files.Append("/log/a.gz", Pack(NumberedLines(1, 10), Packing::kGzip) +
                                Pack(NumberedLines(11, 20), Packing::kGzip));
  EXPECT_EQ(ReadToEnd({"/log/a.gz"}, files).text, NumberedLines(1, 20));
}

TEST(PackedTest, AnEmptyOneHoldsNothing) {
  for (const Packing packing : {Packing::kGzip, Packing::kXz, Packing::kZstd, Packing::kBzip2}) {
    FakeFileSystem files;
    files.Append("/log/a", Pack("", packing));
    const ReadAll read = ReadToEnd({"/log/a"}, files);
    EXPECT_TRUE(read.status.ok()) << read.status;
    EXPECT_EQ(read.text, "") << static_cast<int>(packing);
  }
}

TEST(PackedTest, WhatFollowsAndIsNotPackedAlikeIsAnErrorNotTheEnd) {
  for (const Packing packing : {Packing::kGzip, Packing::kXz, Packing::kZstd, Packing::kBzip2}) {
    const std::string packed = Pack(NumberedLines(1, 10), packing);
    const std::string more = Pack(NumberedLines(11, 20), packing);
    for (const std::string& rest :
         {NumberedLines(11, 11), std::string(100'000, '\0') + "x", more.substr(0, 3)}) {
      FakeFileSystem files;
      files.Append("/log/a", packed + rest);
      EXPECT_THAT(std::string(ReadToEnd({"/log/a"}, files).status.message()),
                  StartsWith("/log/a: damaged"))
          << static_cast<int>(packing) << ' ' << rest.substr(0, 10);
    }
  }
}

TEST(PackedTest, ZerosThatFillUpATapeAreNothing) {
  FakeFileSystem files;
  files.Append("/log/a.gz",
               Pack(NumberedLines(1, 10), Packing::kGzip) + std::string(100'000, '\0'));
  const ReadAll read = ReadToEnd({"/log/a.gz"}, files);
  EXPECT_TRUE(read.status.ok()) << read.status;
  EXPECT_EQ(read.text, NumberedLines(1, 10));
}

// As pzstd writes it.
TEST(PackedTest, FramesThatHoldNothingAreSkipped) {
  using std::string_literals::operator""s;
  FakeFileSystem files;
  const std::string empty = "\x50\x2a\x4d\x18\x04\0\0\0size"s;
  files.Append("/log/a.zst", empty + Pack(NumberedLines(1, 10), Packing::kZstd) + empty +
                                 Pack(NumberedLines(11, 20), Packing::kZstd));
  const ReadAll read = ReadToEnd({"/log/a.zst"}, files);
  EXPECT_TRUE(read.status.ok()) << read.status;
  EXPECT_EQ(read.text, NumberedLines(1, 20));
}

TEST(PackedTest, OneThatEndsInItsHeaderIsDamaged) {
  FakeFileSystem files;
  files.Append("/log/a.gz", Pack(NumberedLines(1, 10), Packing::kGzip).substr(0, 5));
  EXPECT_THAT(std::string(ReadToEnd({"/log/a.gz"}, files).status.message()),
              StartsWith("/log/a.gz: damaged"));
}

TEST(PackedTest, TheNameDoesNotMatter) {
  FakeFileSystem files;
  files.Append("/log/a.gz", NumberedLines(1, 2));
  files.Append("/log/b", Pack(NumberedLines(3, 4), Packing::kXz));
  EXPECT_EQ(ReadToEnd({"/log/a.gz", "/log/b"}, files).text, NumberedLines(1, 4));
}

TEST(PackedTest, ADamagedOneIsAnErrorThatNamesIt) {
  for (const Kind& kind : kKinds) {
    if (kind.ending == "tar") continue;  // has no checksums of content
    FakeFileSystem files;
    const std::string path = "/log/old." + kind.ending;
    const std::string packed =
        Pack({{"maillog", NumberedLines(1, 5000)}}, kind.container, kind.packing);
    files.Append(path, packed.substr(0, packed.size() / 2));
    const ReadAll read = ReadToEnd({path}, files);
    EXPECT_THAT(std::string(read.status.message()), StartsWith(path)) << kind.ending;
  }
}

TEST(PackedTest, WhatIsPackedTwiceOrInAnUnknownWayIsAnErrorNotGarbage) {
  FakeFileSystem files;
  files.Append("/log/a.tar", Pack({{"m.gz", Pack(NumberedLines(1, 1), Packing::kGzip)}},
                                  Container::kTar, Packing::kNone));
  files.Append("/log/a.lz4", std::string("\x04\x22\x4d\x18") + "something");
  EXPECT_THAT(std::string(ReadToEnd({"/log/a.tar"}, files).status.message()),
              HasSubstr("/log/a.tar: m.gz in it is packed itself"));
  EXPECT_THAT(std::string(ReadToEnd({"/log/a.lz4"}, files).status.message()),
              HasSubstr("/log/a.lz4: this packing is not known"));
}

TEST(PackedTest, ADirectoryIsReadWithItsPackedLogsButNoneTwice) {
  FakeFileSystem files;
  files.Append("/log/maillog", NumberedLines(5, 6));
  files.Append("/log/maillog.1", NumberedLines(3, 4));
  files.Append("/log/maillog.1.gz", Pack(NumberedLines(3, 4), Packing::kGzip).substr(0, 30));
  files.Append("/log/maillog.2.gz", Pack(NumberedLines(1, 2), Packing::kGzip));
  const ReadAll read = ReadToEnd({"/log"}, files);
  EXPECT_TRUE(read.status.ok()) << read.status;
  EXPECT_EQ(read.text, NumberedLines(5, 6) + NumberedLines(3, 4) + NumberedLines(1, 2));
}

TEST(PackedTest, AnUnpackedFileIsReadAtAnyPlace) {
  FakeFileSystem files;
  const std::string text = NumberedLines(1, 30'000);
  ASSERT_GT(text.size(), 3'000'000U);
  files.Append("/log/a.gz", Pack(text, Packing::kGzip));
  const std::unique_ptr<File> file = MakeUnpackedFile(*files.Open("/log/a.gz"), "/log/a.gz");
  const auto expect_at = [&](std::size_t offset, std::size_t size) {
    std::string read(size, '\0');
    const absl::StatusOr<std::size_t> count = file->ReadAt(offset, read);
    ASSERT_TRUE(count.ok()) << count.status();
    read.resize(*count);
    const std::string want = offset < text.size() ? text.substr(offset, size) : "";
    EXPECT_TRUE(read == want) << offset << " " << size;
  };
  expect_at(0, 1024);
  expect_at(1'000'000, 262'144);
  expect_at(999'800, 200);
  expect_at(0, 1024);
  expect_at(2'900'000, 262'144);
  expect_at(500, 300);
  EXPECT_EQ(file->Stat()->size, text.size());
  expect_at(text.size() - 10, 100);
  expect_at(text.size(), 100);
  expect_at(text.size() + 5, 100);
  expect_at(100, 262'144);
}

// ---- following

/// As log rotation does: the packed file appears, the plain one goes.
void PackAway(FakeFileSystem& files, const std::string& path, Packing packing,
              const std::string& ending) {
  const std::string packed = Pack(files.Content(path), packing);
  files.Unlink(path);
  files.Append(path + ending, packed);
}

TEST(PackedTest, TheRestOfALogThatWasPackedWhileNobodyLookedIsRead) {
  for (const auto& [ending, packing] :
       {std::pair(".gz", Packing::kGzip), std::pair(".xz", Packing::kXz),
        std::pair(".zst", Packing::kZstd), std::pair(".bz2", Packing::kBzip2)}) {
    Following following(kLog);
    following.files.Append(kLog, NumberedLines(1, 100));
    following.Step();
    (void)following.Scrape();
    following.Crash();
    following.files.Append(kLog, NumberedLines(101, 9000));
    following.files.Rename(kLog, "/log/maillog.1");
    PackAway(following.files, "/log/maillog.1", packing, ending);
    following.files.Append(kLog, NumberedLines(9001, 9010));
    following.Step();
    ExpectExactly(following, 1, 9010);
    EXPECT_EQ(following.LostBytes(), 0);
    EXPECT_EQ(following.Rotations("renamed"), 1);
    EXPECT_EQ(following.files.open_handles(), 1) << "what is packed is let go at its end";
  }
}

TEST(PackedTest, SeveralRotationsWithPackingWhileStopped) {
  Following following(kLog);
  following.files.Append(kLog, NumberedLines(1, 10));
  following.Step();
  (void)following.Scrape();
  following.Crash();
  following.files.Append(kLog, NumberedLines(11, 20));
  following.files.Rename(kLog, kOldest);
  PackAway(following.files, kOldest, Packing::kGzip, ".gz");
  following.files.Append("/log/maillog.2", NumberedLines(21, 30));
  PackAway(following.files, "/log/maillog.2", Packing::kGzip, ".gz");
  following.files.Append("/log/maillog.1", NumberedLines(31, 40));
  following.files.Append(kLog, NumberedLines(41, 50));
  following.Step();
  ExpectExactly(following, 1, 50);
  EXPECT_EQ(following.LostBytes(), 0);
  (void)following.Scrape();
  following.Crash();
  following.Step();
  ExpectExactly(following, 1, 50);
}

TEST(PackedTest, SeveralRotationsWithDatesWhileStopped) {
  Following following(kLog);
  following.files.Append("/log/maillog-20261118.gz", Pack(NumberedLines(900, 999), Packing::kGzip));
  following.files.Append(kLog, NumberedLines(1, 10));
  following.Step();
  (void)following.Scrape();
  following.Crash();
  following.files.Append(kLog, NumberedLines(11, 20));
  following.files.Rename(kLog, "/log/maillog-20261119");
  PackAway(following.files, "/log/maillog-20261119", Packing::kXz, ".xz");
  following.files.Append("/log/maillog-20261120", NumberedLines(21, 30));
  following.files.Append(kLog, NumberedLines(31, 40));
  following.Step();
  ExpectExactly(following, 1, 40);
}

TEST(PackedTest, TwoRotationsBetweenTwoLooks) {
  Following following(kLog);
  following.files.Append(kLog, NumberedLines(1, 10));
  following.Step();
  following.files.Append(kLog, NumberedLines(11, 20));
  following.files.Rename(kLog, "/log/maillog.2");
  PackAway(following.files, "/log/maillog.2", Packing::kGzip, ".gz");
  following.files.Append("/log/maillog.1", NumberedLines(21, 30));
  following.files.Append(kLog, NumberedLines(31, 40));
  following.Step();
  ExpectExactly(following, 1, 40);
}

TEST(PackedTest, ARotatedLogThatIsOpenIsNotReadAgainFromItsPackedForm) {
  Following following(kLog);
  following.files.Append(kLog, NumberedLines(1, 10));
  following.Step();
  following.files.Rename(kLog, "/log/maillog.1");
  following.files.Append(kLog, NumberedLines(11, 20));
  following.Step();
  PackAway(following.files, "/log/maillog.1", Packing::kGzip, ".gz");
  following.Step();
  following.files.Rename("/log/maillog.1.gz", "/log/maillog.2.gz");
  following.files.Rename(kLog, "/log/maillog.1");
  following.files.Append(kLog, NumberedLines(21, 30));
  following.Step();
  ExpectExactly(following, 1, 30);
}

TEST(PackedTest, WhatIsStillBeingPackedIsNotTaken) {
  Following following(kLog);
  following.files.Append(kLog, NumberedLines(1, 10));
  following.Step();
  (void)following.Scrape();
  following.Crash();
  following.files.Append(kLog, NumberedLines(11, 200));
  following.files.Rename(kLog, "/log/maillog.1");
  const std::string packed = Pack(following.files.Content("/log/maillog.1"), Packing::kGzip);
  following.files.Append("/log/maillog.1.gz", packed.substr(0, packed.size() / 2));
  following.files.Append(kLog, NumberedLines(201, 210));
  following.Step();
  ExpectExactly(following, 1, 210);
}

TEST(PackedTest, ACrashWhileAPackedLogIsReadLosesNothing) {
  Following following(kLog);
  following.files.Append(kLog, NumberedLines(1, 10));
  following.Step();
  (void)following.Scrape();
  following.Crash();
  following.files.Append(kLog, NumberedLines(11, 20'000));
  following.files.Rename(kLog, "/log/maillog.1");
  PackAway(following.files, "/log/maillog.1", Packing::kGzip, ".gz");
  following.files.Append(kLog, NumberedLines(20'001, 20'010));
  for (int blocks = 0; blocks < 12; ++blocks) {
    following.StepBlock();
    if (blocks % 3 == 2) {
      (void)following.Scrape();
      following.Crash();
    }
  }
  following.Step();
  ExpectExactly(following, 1, 20'010);
}

}  // namespace
}  // namespace maillog::test
