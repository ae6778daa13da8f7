// Things to be read to their end that are not text.
#include "exporter/input/not_a_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "exporter/follow/count_to_end.h"
#include "exporter/follow/doubts.h"
#include "exporter/follow/left_out.h"
#include "exporter/input/peeked_stream.h"
#include "exporter/input/unpacker.h"
#include "metrics/catalog/exporter.h"
#include "tests/support/following.h"
#include "tests/support/pack.h"

namespace maillog::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// A pipe: hands out `piece` bytes at a time.
class Pieces final : public File {
 public:
  Pieces(std::string text, std::size_t piece) : text_(std::move(text)), piece_(piece) {}

  absl::StatusOr<std::size_t> ReadAt(std::uint64_t, std::span<char>) override {
    return ErrnoStatus(ESPIPE, "pipe");
  }
  absl::StatusOr<std::size_t> Read(std::span<char> into) override {
    const std::size_t n = text_.copy(into.data(), std::min(into.size(), piece_), at_);
    at_ += n;
    return n;
  }
  absl::StatusOr<FileStat> Stat() override { return FileStat{.kind = FileKind::kStream}; }
  [[nodiscard]] int descriptor() const override { return -1; }
  [[nodiscard]] std::size_t taken() const { return at_; }

 private:
  const std::string text_;
  const std::size_t piece_;
  std::size_t at_ = 0;
};

/// Only standard input, in pieces of some size.
class OnlyStandardInput final : public FileSystem {
 public:
  OnlyStandardInput(std::string text, std::size_t piece) : text_(std::move(text)), piece_(piece) {}
  absl::StatusOr<std::unique_ptr<File>> Open(const std::string& path) override {
    return ErrnoStatus(ENOENT, path);
  }
  absl::StatusOr<std::unique_ptr<File>> OpenStandardInput() override {
    return std::make_unique<Pieces>(text_, piece_);
  }
  absl::StatusOr<FileStat> Stat(const std::string& path) override {
    return ErrnoStatus(ENOENT, path);
  }
  absl::StatusOr<std::vector<std::string>> List(const std::string& path) override {
    return ErrnoStatus(ENOENT, path);
  }
  absl::StatusOr<std::string> Resolve(const std::string& path) override {
    return ErrnoStatus(ENOENT, path);
  }
  bool IsRemote(const std::string&) override { return false; }

 private:
  const std::string text_;
  const std::size_t piece_;
};

std::string ThousandLines() {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += NumberedLine(i);
  return text;
}

TEST(PeekedStreamTest, TheBeginningIsReadAgain) {
  const std::string text = NumberedLine(1) + std::string(1000, 'x') + NumberedLine(2);
  for (const std::size_t piece : {1U, 7U, 100'000U}) {
    Pieces pipe(text, piece);
    PeekedStream stream(pipe);
    ASSERT_TRUE(text.starts_with(*stream.Beginning()));
    std::string all;
    std::array<char, 300> room;
    for (;;) {
      const std::size_t n = *stream.Read(room);
      if (n == 0) break;
      all.append(room.data(), n);
    }
    EXPECT_EQ(all, text) << piece;
  }
}

TEST(PeekedStreamTest, WaitsForNoMoreThanTheFirstLine) {
  const std::string line = NumberedLine(1);
  Pieces pipe(line + NumberedLine(2), line.size());
  PeekedStream stream(pipe);
  EXPECT_EQ(*stream.Beginning(), line);
  EXPECT_EQ(pipe.taken(), line.size());
}

TEST(NotALogTest, PackedStandardInputIsUnpacked) {
  const std::string text = ThousandLines();
  for (const Packing packing : {Packing::kGzip, Packing::kXz, Packing::kZstd, Packing::kBzip2}) {
    for (const std::size_t piece : {1U, 100U, 100'000U}) {
      OnlyStandardInput files(Pack({{"log", text}}, Container::kNone, packing), piece);
      const absl::StatusOr<Samples> samples = CountToEnd({"-"}, files);
      ASSERT_TRUE(samples.ok()) << samples.status();
      EXPECT_EQ(samples->CounterValue(kRecords.name, {"-", "counted"}), 1000U);
    }
  }
}

TEST(NotALogTest, SoAreArchivesThatComeAsAStream) {
  const std::string text = ThousandLines();
  for (const Container container : {Container::kTar, Container::kZip}) {
    OnlyStandardInput files(Pack({{"a", text}, {"b", text}}, container, Packing::kNone), 1000);
    const absl::StatusOr<Samples> samples = CountToEnd({"-"}, files);
    ASSERT_TRUE(samples.ok()) << samples.status();
    EXPECT_EQ(samples->CounterValue(kRecords.name, {"-", "counted"}), 2000U);
  }
}

TEST(NotALogTest, AJournalIsNamedWithTheRightWayToReadIt) {
  FakeFileSystem files;
  files.Append("/var/log/journal/0123/system.journal", "LPKSHHRH\x01 and so on");
  const absl::Status read = CountToEnd({"/var/log/journal/0123/system.journal"}, files).status();
  EXPECT_THAT(std::string(read.message()), HasSubstr("a file of the systemd journal"));
  EXPECT_THAT(std::string(read.message()), HasSubstr("journal:/var/log/journal/0123"));
  OnlyStandardInput piped("LPKSHHRH\x01", 3);
  EXPECT_THAT(std::string(CountToEnd({"-"}, piped).status().message()),
              HasSubstr("standard input: a file of the systemd journal"));
}

TEST(NotALogTest, SoIsWhatJournalctlWritesForPrograms) {
  for (const std::string_view beginning :
       {"__CURSOR=s=1;i=2\n", "__REALTIME_TIMESTAMP=1\n", "{\"_PID\":\"1\",\"__CURSOR\":\"s=1\"}\n",
        "{ \"__REALTIME_TIMESTAMP\" : \"1\" }\n"}) {
    FakeFileSystem files;
    EXPECT_THAT(WhyNoLog(beginning, "x", files), HasSubstr("journalctl -o short-iso")) << beginning;
  }
}

TEST(NotALogTest, SoIsWhatPowerShellWrites) {
  for (const std::string_view beginning :
       {std::string_view("\xFF\xFE[\0S\0M\0", 8), std::string_view("\xFE\xFF\0[\0S\0M", 8)}) {
    FakeFileSystem files;
    EXPECT_THAT(WhyNoLog(beginning, "x", files), HasSubstr("iconv -f UTF-16 -t UTF-8"));
  }
}

TEST(NotALogTest, LogsAreLogs) {
  FakeFileSystem files;
  for (const std::string_view beginning :
       {"", "\n", "Nov 21 10:00:00 mx postfix/qmgr[1]: __CURSOR=\n", "LPK",
        "{\"log\":\"x\\n\",\"stream\":\"stdout\",\"time\":\"2026-11-21T10:00:00Z\"}\n"}) {
    EXPECT_THAT(WhyNoLog(beginning, "x", files), IsEmpty()) << beginning;
  }
}

TEST(LeftOutTest, WhatAPatternNamesThatIsNoLogIsNamedAndTheOthersAreRead) {
  FakeFileSystem files;
  files.Append("/log/a", NumberedLines(1, 5));
  files.Append("/log/odd", std::string_view("\xFF\xFE[\0S\0M\0", 8));
  files.Append("/b", NumberedLines(1, 2));
  for (const std::string path : {"/log", "/log/*"}) {
    EXPECT_THAT(LeftOut({path, path, "/b", "-"}, files),
                ElementsAre(HasSubstr("left out /log/odd: text in UTF-16")));
    for (const std::size_t processors : {1U, 2U}) {
      const absl::StatusOr<Samples> samples = CountToEnd(
          {path, "/b"}, files, [](const BlockSink& sink) { return sink; }, {}, processors);
      ASSERT_TRUE(samples.ok()) << samples.status();
      EXPECT_EQ(samples->CounterValue(kRecords.name, {path, "counted"}), 5U);
      EXPECT_EQ(samples->CounterValue(kRecords.name, {"/b", "counted"}), 2U);
    }
  }
}

TEST(LeftOutTest, WhatTheUserNamesIsNot) {
  FakeFileSystem files;
  files.Append("/log/odd", std::string_view("\xFF\xFE[\0S\0M\0", 8));
  EXPECT_THAT(LeftOut({"/log/odd"}, files), IsEmpty());
  // Nor is there anything to read where all is odd.
  for (const std::string path : {"/log/odd", "/log", "/log/*"}) {
    EXPECT_THAT(std::string(CountToEnd({path}, files).status().message()),
                HasSubstr("/log/odd: text in UTF-16"));
  }
}

std::vector<std::string> DoubtsAbout(const std::string& text) {
  FakeFileSystem files;
  files.Append("/log/x", text);
  return DoubtsOf(*CountToEnd({"/log/x"}, files));
}

TEST(DoubtsTest, MoreThanHalfMalformedOrForeignIsSaid) {
  const std::string malformed = "\x01garbage\n";
  const std::string foreign = "Nov 21 10:00:00 mx sshd[1]: hello\n";
  EXPECT_THAT(DoubtsAbout(malformed + malformed + NumberedLine(1)), SizeIs(1));
  EXPECT_THAT(DoubtsAbout(foreign + malformed + NumberedLine(1)), SizeIs(1));
  EXPECT_THAT(DoubtsAbout(foreign + NumberedLine(1)), IsEmpty()) << "half of it is not more";
  EXPECT_THAT(DoubtsAbout(NumberedLine(1)), IsEmpty());
  EXPECT_THAT(DoubtsAbout(""), IsEmpty());
  EXPECT_EQ(DoubtsAbout(foreign + foreign + malformed).front(),
            "/log/x: 3 of 3 messages are from no mail server: 1 malformed, 2 of other programs; is "
            "this the right log? See maillog_exporter explain /log/x");
}

TEST(DoubtsTest, AnEmptyPathHasASentence) {
  FakeFileSystem files;
  EXPECT_THAT(std::string(CountToEnd({""}, files).status().message()),
              HasSubstr("a path is empty"));
}

}  // namespace
}  // namespace maillog::test
